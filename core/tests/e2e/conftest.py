"""Chromium, and pages in it that are watched from the first request to the last."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect, sync_playwright

from core.tests.e2e.observer import AXE, Observer
from core.tests.e2e.screens import Screens
from core.tests.flows.platform import SAMPLE, LivePlatform

OpenContext = Callable[..., tuple[BrowserContext, Observer]]
NAME = "Nadia Rahman"
PASSWORD = "quiet-harbour-morning"
PATIENCE_MS = 15_000
"""For what the page does by itself, on a machine under load."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """They share the platform with the tests that start brokers."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.e2e)
            item.add_marker(pytest.mark.xdist_group("platform"))
            item.add_marker(pytest.mark.timeout(600))


@pytest.fixture(scope="package")
def origin(request: pytest.FixtureRequest) -> str:
    """Where the platform answers; E2E_URL names one that already runs."""
    running = os.environ.get("E2E_URL")
    if running:
        return running.rstrip("/")
    platform: LivePlatform = request.getfixturevalue("platform")
    return platform.url


@pytest.fixture
def slow_transcription(origin: str, request: pytest.FixtureRequest) -> AbstractContextManager[None]:
    """While it is open the sample is transcribed in half a minute instead of three seconds."""
    if os.environ.get("E2E_URL"):
        return nullcontext()
    platform: LivePlatform = request.getfixturevalue("platform")
    return platform.slowed("worker-transcription")


@pytest.fixture(scope="package")
def chromium() -> str:
    """Its path; a machine without it skips these tests, CI does not (`E2E_REQUIRED`)."""
    wanting = []
    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if not path:
        wanting.append("Chromium (apt-get install chromium, or CHROMIUM=path)")
    if not (Path(settings.WEB_UI_DIR) / "index.html").is_file() or not AXE.is_file():
        wanting.append("the built web UI (cd frontend && npm ci && npm run build)")
    if not wanting and path:
        return path
    reason = f"not here: {', '.join(wanting)}"
    if os.environ.get("E2E_REQUIRED"):
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="package")
def playwright(chromium: str) -> Iterator[Playwright]:
    """Ends with these tests: Django's own could not use the database beside its event loop."""
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="package")
def wave_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample as the WAV file that the fake microphone plays."""
    import av

    path = tmp_path_factory.mktemp("microphone") / "session.wav"
    with av.open(str(SAMPLE)) as source, av.open(str(path), "w") as target:
        stream = target.add_stream("pcm_s16le", rate=48_000, layout="mono")
        resampler = av.AudioResampler(format="s16", layout="mono", rate=48_000)
        for frame in source.decode(audio=0):
            for piece in resampler.resample(frame):
                target.mux(stream.encode(piece))
        target.mux(stream.encode(None))
    return path


@pytest.fixture(scope="package")
def browser(playwright: Playwright, chromium: str, wave_file: Path) -> Iterator[Browser]:
    """Chromium without a window, with a microphone that hears the sample session once."""
    running = playwright.chromium.launch(
        executable_path=chromium,
        args=[
            "--use-fake-ui-for-media-stream",
            "--use-fake-device-for-media-stream",
            f"--use-file-for-fake-audio-capture={wave_file}%noloop",
            "--force-color-profile=srgb",
            *(["--no-sandbox"] if os.getuid() == 0 else []),
        ],
    )
    yield running
    running.close()


@pytest.fixture
def open_context(
    browser: Browser, origin: str, request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[OpenContext]:
    """`open_context(**options)`: a visit of its own, watched; what was seen fails the test at its end."""
    opened: list[tuple[BrowserContext, Observer]] = []

    def make(**options: Any) -> tuple[BrowserContext, Observer]:
        merged = {
            "viewport": {"width": 1440, "height": 900},
            "locale": "en-US",
            "timezone_id": "UTC",
            **options,
        }
        context = browser.new_context(base_url=origin, **merged)
        context.set_default_timeout(PATIENCE_MS)
        opened.append((context, Observer(context, origin)))
        return opened[-1]

    yield make
    problems: list[str] = []
    for context, observer in opened:
        for page in context.pages:
            page.screenshot(path=tmp_path / f"at-the-end-{uuid4().hex[:4]}.png")
            observer.check_storage(page)
        problems += observer.problems
        context.close()
    assert not problems, "\n".join(dict.fromkeys(problems))


@pytest.fixture
def account(origin: str) -> dict[str, str]:
    """A new therapist."""
    return register(origin)


def register(origin: str) -> dict[str, str]:
    """A therapist made by the API."""
    fields = {
        "email": f"nadia.{uuid4().hex[:10]}@clinic.example", "password": PASSWORD, "full_name": NAME,
    }  # fmt: skip
    answer = httpx.post(f"{origin}/auth/register", json=fields, timeout=30)
    assert answer.status_code == 201, answer.text
    return fields


@pytest.fixture
def api(origin: str, account: dict[str, str]) -> Iterator[httpx.Client]:
    """Signed in as `account`."""
    with httpx.Client(base_url=origin, timeout=30) as client:
        answer = client.post("/auth/login", json={"email": account["email"], "password": account["password"]})
        client.headers["Authorization"] = f"Bearer {answer.json()['access']}"
        yield client


@pytest.fixture
def patient_id(api: httpx.Client) -> str:
    """A patient who agreed to everything."""
    return str(api.post("/patients", json={"full_name": "Daniel Reyes"}).json()["id"])


@pytest.fixture
def session_id(api: httpx.Client, patient_id: str) -> str:
    """A session of the patient with nothing in it."""
    day = datetime.now(UTC).date().isoformat()
    answer = api.post("/sessions", json={"patient": patient_id, "session_date": day, "title": "Sleep"})
    return str(answer.json()["id"])


@dataclass(frozen=True)
class Visit:
    """A page in a browser of its own."""

    page: Page
    observer: Observer
    screens: Screens


@pytest.fixture
def visit(open_context: OpenContext) -> Visit:
    """A page that nobody is signed in on."""
    context, observer = open_context()
    page = context.new_page()
    return Visit(page, observer, Screens(page, observer))


@pytest.fixture
def page(visit: Visit) -> Page:
    """The page of `visit`."""
    return visit.page


@pytest.fixture
def signed_in(visit: Visit, account: dict[str, str]) -> Visit:
    """`visit` at Today, as `account`."""
    sign_in(visit.page, account)
    return visit


def sign_in(page: Page, account: dict[str, str]) -> None:
    """Through the form, from wherever the page is, to Today."""
    page.goto("/app/login")
    page.get_by_label("E-mail").fill(account["email"])
    page.get_by_label("Password", exact=True).fill(account["password"])
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="In progress")).to_be_visible()
