"""The UI is built once, again after a change, and never where a build is carried along."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.runtime import web_ui_build
from core.runtime.web_ui_build import build_web_ui, sources_hash


@pytest.fixture
def frontend(tmp_path: Path) -> Path:
    folder = tmp_path / "frontend"
    (folder / "src").mkdir(parents=True)
    for name in ("package.json", "package-lock.json", "index.html", "src/main.tsx", "src/main.test.tsx"):
        (folder / name).write_text(name)
    return folder


@pytest.fixture
def commands(monkeypatch: pytest.MonkeyPatch, frontend: Path) -> list[str]:
    """Stands in for npm: what was run, and its files."""
    ran: list[str] = []

    def run(command: tuple[str, ...], folder: Path, seconds: int, say: object) -> bool:
        ran.append(" ".join(command[:2]))
        made = {"npm ci": "node_modules/.ready", "npm run": "dist/index.html"}[ran[-1]]
        (folder / made).parent.mkdir(exist_ok=True)
        (folder / made).write_text("built")
        return True

    monkeypatch.setattr(web_ui_build, "_run", run)
    monkeypatch.setattr(web_ui_build, "_hindrance", lambda: "")
    return ran


def build(frontend: Path, tmp_path: Path, said: list[str] | None = None) -> bool:
    return build_web_ui(
        frontend, frontend / "dist", tmp_path / "var", (said if said is not None else []).append
    )


def test_once_and_again_after_a_change(frontend: Path, tmp_path: Path, commands: list[str]) -> None:
    said: list[str] = []
    assert build(frontend, tmp_path, said)
    assert commands == ["npm ci", "npm run"]
    assert len(said) == 2
    assert build(frontend, tmp_path)
    (frontend / "src" / "main.test.tsx").write_text("only a test")
    assert build(frontend, tmp_path)
    assert commands == ["npm ci", "npm run"]
    (frontend / "src" / "main.tsx").write_text("changed")
    assert build(frontend, tmp_path)
    assert commands == ["npm ci", "npm run", "npm run"]


def test_a_release_is_used_as_it_is(frontend: Path, tmp_path: Path, commands: list[str]) -> None:
    (frontend / "dist").mkdir()
    (frontend / "dist" / "index.html").write_text("carried")
    assert build(frontend, tmp_path)
    assert commands == []


def test_without_node_one_sentence(
    frontend: Path, tmp_path: Path, commands: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web_ui_build, "_hindrance", lambda: "Node 20 or later is not installed")
    said: list[str] = []
    assert not build(frontend, tmp_path, said)
    assert said == ["The web UI is not there: Node 20 or later is not installed. The API works without it."]
    assert commands == []


def test_offline_one_sentence_after_what_npm_said(
    frontend: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web_ui_build, "_hindrance", lambda: "")
    monkeypatch.setattr(web_ui_build, "_run", lambda *_: False)
    said: list[str] = []
    assert not build(frontend, tmp_path, said)
    assert "needs the network once" in said[-1]


def test_the_hash_follows_names_and_content(frontend: Path) -> None:
    before = sources_hash(frontend)
    (frontend / "src" / "main.tsx").rename(frontend / "src" / "other.tsx")
    assert sources_hash(frontend) != before
