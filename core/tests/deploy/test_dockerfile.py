"""The Dockerfile: hadolint has nothing to say, and nothing of a working copy can get into an image."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from core.management.commands.licence_table import IMAGES
from core.tests.deploy.compose_file import ROOT, tool

DOCKERFILES = sorted(path for path in ROOT.glob("**/Dockerfile*") if "node_modules" not in path.parts)
TEXT = (ROOT / "Dockerfile").read_text(encoding="utf-8")


@pytest.mark.parametrize("path", DOCKERFILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_hadolint_has_nothing_to_say(path: Path) -> None:
    done = subprocess.run(
        [tool("hadolint"), str(path)], capture_output=True, text=True, check=False, timeout=30
    )
    assert (done.returncode, done.stdout) == (0, "")


def test_base_images_are_arguments_with_a_version() -> None:
    bases = dict(re.findall(r"^ARG (\w+_IMAGE)=(\S+)$", TEXT, re.MULTILINE))

    assert set(bases) == {"PYTHON_IMAGE", "NODE_IMAGE", "NGINX_IMAGE"}
    for image in bases.values():
        name, tag = re.fullmatch(r"docker\.io/(?:library/)?(\S+):(\S+)", image).groups()  # type: ignore[union-attr]
        assert re.match(r"\d+\.\d+\.\d+", tag), image
        assert name in {known for known, *_ in IMAGES}, image
    named = set(re.findall(r"^FROM (\S+)", TEXT, re.MULTILINE))
    own = set(re.findall(r" AS (\S+)$", TEXT, re.MULTILINE))
    assert named - own == {f"${{{name}}}" for name in bases}


def test_what_runs_is_not_root() -> None:
    for target in ("web", "worker"):
        body = TEXT.split(f" AS {target}\n")[1].split("\nFROM ")[0]
        assert "USER 10001:10001" in body, target
        assert "HEALTHCHECK" in body, target


def test_a_gpu_worker_has_its_model_ready_and_takes_one_recording_at_a_time() -> None:
    body = TEXT.split(" AS gpu-worker\n")[1].split("\nFROM ")[0]
    assert "ENGINE_DEVICE=cuda" in body
    assert "WORKER_WARM=1" in body
    assert '"-c", "1"' in body


def test_packages_are_locked_with_their_hashes() -> None:
    installs = re.findall(r"uv pip install[^&]*?(?=\n\n|\nFROM|\nRUN|\Z)", TEXT, re.DOTALL)
    assert installs
    assert all("--require-hashes --no-deps" in line for line in installs)
    for lock in re.findall(r"requirements/(\S+\.txt)", TEXT):
        assert (ROOT / "requirements" / lock).is_file(), lock


def test_only_what_is_named_gets_into_an_image() -> None:
    lines = [
        line
        for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
        if line and not line.startswith("#")
    ]
    assert lines[0] == "*"
    named = {line[1:] for line in lines if line.startswith("!")}
    assert all((ROOT / name).exists() for name in named)
    assert not named & {".env", ".git", "var", ".venv", "shared"}
    # Every folder that the settings import is among them.
    apps = {path.parent.name for path in ROOT.glob("*/apps.py")} | {"ml"}
    assert apps <= named


def test_no_secret_is_an_argument_or_a_variable_of_an_image() -> None:
    set_here = re.findall(r"^(?:ARG|ENV)\s+(\w+)|^\s{4}(\w+)=", TEXT, re.MULTILINE)
    names = {first or second for first, second in set_here}
    assert not [name for name in names if re.search(r"SECRET|PASSWORD|TOKEN|ACCESS_KEY|API_KEY", name)]
