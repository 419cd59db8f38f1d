"""A request that completes an upload dies or is slow: the next one goes on soon, and never too soon."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from pytest_django.fixtures import Settings
from rest_framework.test import APIClient

from accounts.models import Therapist
from conftest import Api
from core.storage.parts import parts_join
from core.testing.at_once import at_once
from sessions_app.models import Recording, TherapySession, Upload, UploadState
from sessions_app.services import uploads
from sessions_app.tests.conftest import raw
from sessions_app.tests.media import sound

pytestmark = pytest.mark.usefixtures("postgres", "started", "media_root")
LEASE_SECONDS = 1.0


@pytest.fixture(autouse=True)
def _short_lease(settings: Settings) -> None:
    settings.REQUEST_LEASE_SECONDS = LEASE_SECONDS


@pytest.fixture
def url(client: APIClient, session: TherapySession) -> str:
    """An upload with all its parts."""
    url = f"/sessions/{session.pk}/audio/uploads"
    url = f"{url}/{client.post(url, {'filename': 'a.wav'}).json()['id']}"
    sent = raw(client, "PUT", f"{url}/parts/1", sound(0.3), content_type="application/octet-stream")
    assert sent.status_code == 200
    return url


def joining(monkeypatch: pytest.MonkeyPatch, meanwhile: Callable[[], object]) -> None:
    """Something happens before the parts are joined."""

    def slow(*args: Any) -> None:
        meanwhile()
        parts_join(*args)

    monkeypatch.setattr(uploads, "parts_join", slow)


def killed_within_complete(client: APIClient, url: str) -> None:
    """A process of its own, with its own connection, is killed while it joins."""
    reads, writes = os.pipe()
    child = os.fork()
    if child == 0:

        def told() -> None:
            os.write(writes, b"joining")
            time.sleep(60)

        try:
            with pytest.MonkeyPatch.context() as patch:
                joining(patch, told)
                client.post(f"{url}/complete")
        finally:
            os._exit(1)
    os.close(writes)
    try:
        assert os.read(reads, 7) == b"joining"
    finally:
        os.close(reads)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


def test_after_a_kill_the_next_request_goes_on(client: APIClient, url: str) -> None:
    killed_within_complete(client, url)
    killed = time.monotonic()
    assert Upload.objects.get().state == UploadState.COMPLETING
    at_once_refused = client.post(f"{url}/complete")
    assert (at_once_refused.status_code, at_once_refused.json()["code"]) == (409, "session_busy")
    assert at_once_refused["Retry-After"] == "2"
    while (answer := client.post(f"{url}/complete")).status_code == 409:
        assert time.monotonic() - killed < 3 * LEASE_SECONDS
        time.sleep(0.1)
    assert answer.status_code == 202, answer.json()
    assert Recording.objects.count() == 1


def test_an_upload_of_a_killed_request_can_be_given_up(client: APIClient, url: str) -> None:
    killed_within_complete(client, url)
    assert client.delete(url).json()["code"] == "session_busy"
    time.sleep(LEASE_SECONDS)
    assert client.delete(url).status_code == 204


def test_a_slow_one_that_lives_is_not_taken_over(
    client: APIClient, api: Api, therapist: Therapist, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    began, end = threading.Event(), threading.Event()

    def while_others_ask() -> None:
        began.set()
        end.wait(30)

    joining(monkeypatch, while_others_ask)

    def others() -> list[int]:
        assert began.wait(30)
        codes = []
        for _ in range(6):
            time.sleep(LEASE_SECONDS / 2)
            codes.append(api(therapist).post(f"{url}/complete").status_code)
        end.set()
        return codes

    calls: list[Callable[[], Any]] = [partial(client.post, f"{url}/complete"), others]
    slow, codes = at_once(calls)
    assert (slow.status_code, codes) == (202, [409] * 6)
    assert Recording.objects.count() == 1
