"""POST /sessions/{id}/audio/uploads/{id}/complete: once, whole, and by one request at a time."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from core.storage.incoming import IncomingFile
from core.storage.parts import parts_join
from sessions_app.models import Recording, Status, TherapySession, Upload, UploadState
from sessions_app.services import uploads
from sessions_app.tests.conftest import PART, Commits, files_under
from sessions_app.tests.media import sound
from sessions_app.tests.parts_by_hand import begin, digest, put, put_all

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("started", "small_parts")]


def test_complete_twice_starts_once(
    client: APIClient, session: TherapySession, commits: Commits, started: list
) -> None:
    url = begin(client, session)
    put_all(client, url, sound(1))
    with commits(execute=True):
        first = client.post(f"{url}/complete", {})
    TherapySession.objects.update(status=Status.TRANSCRIBING)
    with commits(execute=True):
        again = client.post(f"{url}/complete", {})
    assert (first.status_code, again.status_code) == (202, 202)
    assert again.json()["status"] == "transcribing"
    assert len(started) == 1
    assert Recording.objects.count() == 1
    assert client.get(url).json()["state"] == "completed"


def test_size_and_hash_may_come_at_the_end(client: APIClient, session: TherapySession) -> None:
    content = sound(1)
    url = begin(client, session)
    put_all(client, url, content)
    wrong = client.post(f"{url}/complete", {"size": len(content) + 1})
    assert (wrong.status_code, list(wrong.json()["errors"])) == (400, ["size"])
    wrong = client.post(f"{url}/complete", {"size": 10**30})
    assert (wrong.status_code, wrong.json()["code"]) == (413, "file_too_large")
    wrong = client.post(f"{url}/complete", {"sha256": "0" * 64})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "checksum_mismatch")
    assert client.get(url).json()["state"] == "open"
    good = client.post(f"{url}/complete", {"size": len(content), "sha256": digest(content).upper()})
    assert good.status_code == 202


def test_gaps_are_named(client: APIClient, session: TherapySession) -> None:
    content = sound(1)
    url = begin(client, session, size=len(content))
    put(client, url, 1, content[:PART])
    put(client, url, 3, content[2 * PART : 3 * PART])
    answer = client.post(f"{url}/complete", {})
    assert answer.status_code == 400
    assert answer.json()["errors"]["parts"][0]["message"].startswith("Missing: 2, 4")
    assert not Recording.objects.exists()


def test_a_short_part_in_the_middle(client: APIClient, session: TherapySession) -> None:
    url = begin(client, session)
    put(client, url, 1, b"x" * 10)
    put(client, url, 2, b"x" * 10)
    assert "parts" in client.post(f"{url}/complete", {}).json()["errors"]


def test_nothing_sent(client: APIClient, session: TherapySession) -> None:
    answer = client.post(f"{begin(client, session)}/complete", {})
    assert (answer.status_code, answer.json()["code"]) == (422, "empty_audio")


def test_answered_parts_that_the_disk_lost_are_asked_for_again(
    client: APIClient, session: TherapySession, media_root: Path
) -> None:
    content = sound(1)
    url = begin(client, session)
    put_all(client, url, content)
    (media_root / next(f for f in files_under(media_root) if f.endswith("000002"))).unlink()
    assert client.post(f"{url}/complete", {}).json()["errors"]["parts"][0]["message"] == "Missing: 2."
    assert 2 not in [part["number"] for part in client.get(url).json()["parts"]]
    put(client, url, 2, content[PART : 2 * PART])
    assert client.post(f"{url}/complete", {}).status_code == 202


def test_the_whole_is_checked_like_a_posted_file(client: APIClient, session: TherapySession) -> None:
    url = begin(client, session)
    put(client, url, 1, b"only text")
    answer = client.post(f"{url}/complete", {})
    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media")


def test_complete_while_running(client: APIClient, session: TherapySession) -> None:
    url = begin(client, session)
    put_all(client, url, sound(1))
    TherapySession.objects.update(status=Status.REPORTING)
    assert client.post(f"{url}/complete", {}).json()["code"] == "session_busy"
    assert client.get(url).json()["state"] == "open"


def test_complete_while_another_request_completes(client: APIClient, session: TherapySession) -> None:
    url = begin(client, session)
    put_all(client, url, sound(1))
    lease = {"lease_token": uuid4(), "lease_expires_at": timezone.now() + timedelta(seconds=20)}
    Upload.objects.update(state=UploadState.COMPLETING, **lease)
    assert client.post(f"{url}/complete", {}).json()["code"] == "session_busy"
    assert put(client, url, 1, b"x").status_code == 400
    assert client.delete(url).json()["code"] == "session_busy"
    # The other one died with its process.
    Upload.objects.update(lease_expires_at=timezone.now() - timedelta(seconds=1))
    assert client.post(f"{url}/complete", {}).status_code == 202


@pytest.mark.parametrize("next_answer", [202, 415])
def test_a_request_that_lost_the_upload_changes_nothing_more(
    client: APIClient,
    session: TherapySession,
    monkeypatch: pytest.MonkeyPatch,
    *,
    media_root: Path,
    commits: Commits,
    next_answer: int,
) -> None:
    """Its lease ran out, with the database away say; another one completed it, or was refused."""
    url = begin(client, session)
    content = sound(1)
    put_all(client, url, content)
    answers: list[Any] = []

    def lost(upload_id: UUID, numbers: list[int], target: IncomingFile) -> None:
        monkeypatch.setattr(uploads, "parts_join", parts_join)
        Upload.objects.update(lease_expires_at=timezone.now() - timedelta(seconds=1))
        with monkeypatch.context() as patch:
            if next_answer == 415:
                patch.setattr(uploads, "parts_join", lambda *args: args[2].write(b"no sound"))
            answers.append(client.post(f"{url}/complete", {}))
        parts_join(upload_id, numbers, target)

    monkeypatch.setattr(uploads, "parts_join", lost)
    with commits(execute=True):
        answers.append(client.post(f"{url}/complete", {}))
    assert [answer.status_code for answer in answers] == [next_answer, 409]
    if next_answer == 415:
        assert client.get(url).json()["state"] == "open"
        with commits(execute=True):
            assert client.post(f"{url}/complete", {}).status_code == 202
    (recording,) = Recording.objects.all()
    assert (media_root / "media" / recording.storage_key).read_bytes() == content
    assert files_under(media_root) == [f"media/{recording.storage_key}"]
    assert client.get(url).json()["state"] == "completed"
