"""The web UI's image: nginx answers with the policy and the headers that the platform itself gives."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.test import Client

from core import web_ui
from core.tests.deploy.compose_file import ROOT

CONF = (ROOT / "deploy" / "container" / "nginx.conf.template").read_text(encoding="utf-8")
HEADERS = dict(re.findall(r'add_header (\S+) "([^"]+)" always;', CONF))


@pytest.fixture
def built(tmp_path: Path, settings: object) -> Path:
    """A UI as the build leaves it."""
    (tmp_path / "index.html").write_text(f'<meta name="csp-nonce" content="{web_ui.NONCE_PLACE}">')
    (tmp_path / "assets").mkdir()
    (tmp_path / "assets" / "app-1a2b.js").write_text("export {}")
    (tmp_path / "favicon.svg").write_text("<svg/>")
    settings.WEB_UI_DIR = str(tmp_path)  # type: ignore[attr-defined]
    return tmp_path


def _directives(policy: str) -> dict[str, list[str]]:
    parts = [part.split() for part in policy.split(";") if part.strip()]
    return {name: sorted(sources) for name, *sources in parts}


@pytest.mark.django_db
def test_the_policy_is_the_platforms(client: Client, built: Path) -> None:
    page = client.get("/app/")
    nonce = re.search(r"'nonce-([^']+)'", page.headers["Content-Security-Policy"])
    assert nonce is not None

    own = page.headers["Content-Security-Policy"].replace(nonce[1], "$request_id")
    given = HEADERS["Content-Security-Policy"]
    assert _directives(given.replace("${STORAGE_ORIGIN}", "")) == _directives(own)
    assert "connect-src 'self' ${STORAGE_ORIGIN};" in given  # parts go to the bucket, as core adds it
    # The word that the build left is replaced by the same number.
    assert f'sub_filter "{web_ui.NONCE_PLACE}" $request_id;' in CONF


@pytest.mark.django_db
def test_every_header_of_the_page_is_given(client: Client, built: Path) -> None:
    page = client.get("/app/")
    for name in (
        "X-Content-Type-Options", "X-Frame-Options", "Referrer-Policy", "Cross-Origin-Opener-Policy",
        "Permissions-Policy",
    ):  # fmt: skip
        assert HEADERS[name] == page.headers[name], name


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "pattern"),
    [("assets/app-1a2b.js", "~^/app/assets/"), ("", "/app/index.html"), ("favicon.svg", "default")],
)
def test_files_are_kept_as_long_as_the_platform_says(
    client: Client, built: Path, path: str, pattern: str
) -> None:
    kept = re.search(rf'^\s+{re.escape(pattern)}\s+"([^"]+)";', CONF, re.MULTILINE)
    assert kept is not None
    answer = client.get(f"/app/{path}")
    assert kept[1] == answer.headers["Cache-Control"]
    answer.close()
