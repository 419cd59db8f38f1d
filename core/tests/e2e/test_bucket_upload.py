"""A recording goes from the page to the bucket, and is heard and read from there."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, Request, expect

from core.runtime.servers import BucketAddress, ServerMissing, running_bucket
from core.tests.e2e.conftest import Visit
from core.tests.e2e.test_journey import WORKER_MS, upload
from core.tests.flows.platform import ROOT, SAMPLE, LivePlatform, live_platform

HEARD_SECONDS = 240


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BucketAddress]:
    try:
        with running_bucket(tmp_path_factory.mktemp("bucket")) as address:
            yield address
    except ServerMissing as missing:
        pytest.skip(str(missing))


@pytest.fixture(scope="module")
def clinic(address: BucketAddress, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LivePlatform]:
    """A platform whose recordings lie in the bucket."""
    settings = {**address.environment(), "MODELS_DIR": os.environ["MODELS_DIR"]}
    with live_platform(tmp_path_factory.mktemp("clinic") / "var", **settings) as running:
        manage(running, settings, "prepare_bucket", "--origin", running.url)
        yield running
        manage(running, settings, "check_storage", "--grace-hours", "0", "--read")


@pytest.fixture(scope="module")
def origin(clinic: LivePlatform) -> str:
    return clinic.url


def manage(platform: LivePlatform, settings: dict[str, str], *command: str) -> None:
    """A command of the platform's, which has to succeed."""
    kept = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    done = subprocess.run(
        [sys.executable, "manage.py", *command],
        cwd=ROOT, env={**kept, **settings, "VAR_DIR": str(platform.var_dir)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


def sent_parts(page: Page) -> list[str]:
    """The addresses of every PUT from now on."""
    sent: list[str] = []

    def note(request: Request) -> None:
        if request.method == "PUT":
            sent.append(request.url)

    page.on("request", note)
    return sent


def heard(api: httpx.Client, session_id: str) -> dict[str, Any]:
    """The session once its recording was transcribed."""
    end = time.monotonic() + HEARD_SECONDS
    while time.monotonic() < end:
        session: dict[str, Any] = api.get(f"/sessions/{session_id}").json()
        assert session["status"] != "failed", session["error"]
        if session["has_transcript"]:
            return session
        time.sleep(0.5)
    raise AssertionError(f"not transcribed in {HEARD_SECONDS} s: {session['status']}")


def test_the_bytes_go_past_the_server(
    signed_in: Visit, api: httpx.Client, session_id: str, address: BucketAddress, tmp_path: Path
) -> None:
    page = signed_in.page
    signed_in.observer.origins.add(address.endpoint_url)
    sent = sent_parts(page)
    page.goto(f"/app/sessions/{session_id}")
    upload(page)
    expect(page.get_by_text("Transcribing").first).to_be_visible(timeout=WORKER_MS)
    assert [url.startswith(f"{address.endpoint_url}/{address.bucket}/recordings/") for url in sent] == [True]
    recording = heard(api, session_id)["recording"]
    assert recording["sha256"] == hashlib.sha256(SAMPLE.read_bytes()).hexdigest()
    part = api.get(f"/sessions/{session_id}/audio", headers={"Range": "bytes=100-199"})
    assert (part.status_code, part.content) == (206, SAMPLE.read_bytes()[100:200])


def test_where_the_bucket_cannot_be_reached_the_server_takes_the_bytes(
    signed_in: Visit, api: httpx.Client, session_id: str, address: BucketAddress
) -> None:
    page = signed_in.page
    signed_in.observer.origins.add(address.endpoint_url)
    signed_in.observer.expected.add("net::ERR_FAILED")
    page.route(f"{address.endpoint_url}/**", lambda route: route.abort())
    sent = sent_parts(page)
    page.goto(f"/app/sessions/{session_id}")
    upload(page)
    expect(page.get_by_text("Transcribing").first).to_be_visible(timeout=WORKER_MS)
    assert [url.partition("?")[0].startswith(address.endpoint_url) for url in sent] == [True, False]
    # What arrived is read and compared at the end of these tests.
    assert api.get(f"/sessions/{session_id}").json()["recording"]["size_bytes"] == SAMPLE.stat().st_size
