"""The built UI under /app/, and what `/` says to whom."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings
from rest_framework.test import APIClient

from core.settings.files import bucket_storage

INDEX = (
    '<head><meta property="csp-nonce" nonce="__CSP_NONCE__"></head><script src="/app/assets/index-1a2b.js">'
)


@pytest.fixture
def build(settings: Settings, tmp_path: Path) -> Path:
    folder = tmp_path / "dist"
    (folder / "assets").mkdir(parents=True)
    (folder / ".vite").mkdir()
    (folder / "index.html").write_text(INDEX)
    (folder / "favicon.svg").write_text("<svg/>")
    (folder / "assets" / "index-1a2b.js").write_text("let calm = 1;" * 50)
    (folder / "assets" / "plex-3c4d.woff2").write_bytes(b"font")
    (folder / ".vite" / "manifest.json").write_text("{}")
    (tmp_path / "secret").write_text("secret")
    settings.WEB_UI_DIR = str(folder)
    return folder


@pytest.mark.parametrize(
    "address", ["/app/", "/app/sessions/3f0a1c52", "/app/index.html", "/app/.vite/manifest.json"]
)
def test_every_page_is_the_index_with_a_nonce_of_its_own(
    anonymous: APIClient, build: Path, address: str
) -> None:
    nonces = set()
    for _ in range(2):
        answer = anonymous.get(address)
        assert (answer.status_code, answer["Cache-Control"]) == (200, "no-store")
        assert answer["Content-Type"].startswith("text/html")
        (nonce,) = re.findall(r'csp-nonce" nonce="([^"]+)"', answer.content.decode())
        assert f"style-src 'self' 'nonce-{nonce}'" in answer["Content-Security-Policy"]
        nonces.add(nonce)
    assert len(nonces) == 2
    assert "__CSP_NONCE__" not in answer.content.decode()


def test_the_policy(anonymous: APIClient, build: Path) -> None:
    policy = dict(
        part.strip().split(" ", 1) for part in anonymous.get("/app/")["Content-Security-Policy"].split(";")
    )
    assert policy.pop("style-src").startswith("'self' 'nonce-")
    assert policy == {
        "default-src": "'self'",
        "script-src": "'self'",
        "img-src": "'self' blob: data:",
        "media-src": "'self' blob:",
        "font-src": "'self'",
        "connect-src": "'self'",
        "worker-src": "'self' blob:",
        "object-src": "'none'",
        "frame-ancestors": "'none'",
        "base-uri": "'none'",
        "form-action": "'self'",
    }


def connect_sources(anonymous: APIClient) -> str:
    (found,) = re.findall(r"connect-src ([^;]+)", anonymous.get("/app/")["Content-Security-Policy"])
    return str(found)


@pytest.mark.parametrize(
    ("environment", "origin"),
    [
        ({"AWS_S3_REGION_NAME": "eu-central-1"}, "https://clinic.s3.eu-central-1.amazonaws.com"),
        ({"AWS_S3_ENDPOINT_URL": "http://storage:8333"}, "http://storage:8333"),
        (
            {"AWS_S3_ENDPOINT_URL": "http://storage:8333", "PUBLIC": "https://files.clinic.example"},
            "https://files.clinic.example",
        ),
    ],
)
@pytest.mark.usefixtures("build")
def test_a_page_may_send_to_the_bucket_where_there_is_one(
    anonymous: APIClient,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    environment: dict[str, str],
    origin: str,
) -> None:
    keys = {"AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "secret"}
    for name, value in {**keys, **environment}.items():
        monkeypatch.setenv(name, value)
    settings.AWS_S3_PUBLIC_ENDPOINT_URL = environment.get("PUBLIC", "")
    settings.STORAGES = {**settings.STORAGES, "recordings": bucket_storage("clinic")}
    assert connect_sources(anonymous) == f"'self' {origin}"


def test_without_credentials_the_page_still_shows(
    anonymous: APIClient, build: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    settings.STORAGES = {**settings.STORAGES, "recordings": bucket_storage("clinic")}
    assert connect_sources(anonymous) == "'self'"


def test_hashed_files_are_kept_for_a_year(anonymous: APIClient, build: Path) -> None:
    script = anonymous.get("/app/assets/index-1a2b.js", HTTP_ACCEPT_ENCODING="gzip")
    assert script["Content-Type"].startswith("text/javascript")
    assert script["Content-Encoding"] == "gzip"
    assert gzip.decompress(b"".join(script.streaming_content)).startswith(b"let calm")  # type: ignore[attr-defined]
    assert script["Cache-Control"] == "public, max-age=31536000, immutable"
    font = anonymous.get("/app/assets/plex-3c4d.woff2", HTTP_ACCEPT_ENCODING="gzip")
    assert b"".join(font.streaming_content) == b"font"  # type: ignore[attr-defined]
    assert "Content-Encoding" not in font
    icon = anonymous.get("/app/favicon.svg")
    assert (icon["Cache-Control"], b"".join(icon.streaming_content)) == ("no-cache", b"<svg/>")  # type: ignore[attr-defined]


def test_a_script_of_an_older_build_is_not_a_page(anonymous: APIClient, build: Path) -> None:
    answer = anonymous.get("/app/assets/index-gone.js")
    assert (answer.status_code, answer["Cache-Control"]) == (404, "no-store")


@pytest.mark.parametrize("address", ["/app/../secret", "/app/assets/../../secret", "/app/%2e%2e/secret"])
def test_nothing_outside_the_build(anonymous: APIClient, build: Path, address: str) -> None:
    assert b"secret" not in anonymous.get(address).content


def test_not_built(anonymous: APIClient, settings: Settings, tmp_path: Path) -> None:
    settings.WEB_UI_DIR = str(tmp_path)
    answer = anonymous.get("/app/")
    assert (answer.status_code, answer["Content-Type"]) == (404, "text/plain; charset=utf-8")
    assert b"npm run build" in answer.content


def test_browsers_are_led_from_the_root(anonymous: APIClient) -> None:
    answer = anonymous.get("/", HTTP_ACCEPT="text/html,application/xhtml+xml")
    assert (answer.status_code, answer["Location"]) == (302, "/app/")
    answer = anonymous.get("/", HTTP_ACCEPT="application/json")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert "Accept" in answer["Vary"]
    assert anonymous.post("/", HTTP_ACCEPT="text/html").json()["code"] == "not_found"
    assert anonymous.get("/app")["Location"] == "/app/"
