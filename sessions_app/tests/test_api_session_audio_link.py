"""POST /sessions/{id}/audio/link, and the recording under the address it gives."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import Therapist
from accounts.services.tokens import token_revoke_all
from conftest import Api
from sessions_app.models import Recording, TherapySession
from sessions_app.services.recordings import recording_delete_media
from sessions_app.tests.factories import TherapySessionFactory, stored_recording
from sessions_app.views.audio import ELEMENT_PART_BYTES

pytestmark = pytest.mark.django_db
CONTENT = bytes(range(256)) * 16


@pytest.fixture
def recording(session: TherapySession, media_root: Path) -> Recording:
    return stored_recording(session, CONTENT)


@pytest.fixture
def link(api: Api, therapist: Therapist, recording: Recording) -> str:
    answer = api(therapist).post(f"/sessions/{recording.session_id}/audio/link")
    assert answer.status_code == 200
    return str(answer.json()["url"])


def refusal(client: APIClient, url: str) -> tuple[int, str]:
    answer = client.get(url)
    return answer.status_code, answer.json()["code"]


def body(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)


def test_the_address_needs_no_header(anonymous: APIClient, recording: Recording, link: str) -> None:
    whole = anonymous.get(link)
    assert (whole.status_code, body(whole)) == (200, CONTENT)
    assert whole["Cache-Control"] == "private, no-store"
    part = anonymous.get(link, headers={"Range": "bytes=10-19"})
    assert (part.status_code, body(part)) == (206, CONTENT[10:20])
    assert anonymous.head(link)["Content-Length"] == str(len(CONTENT))


def test_it_says_until_when_and_is_kept_nowhere(api: Api, therapist: Therapist, recording: Recording) -> None:
    answer = api(therapist).post(f"/sessions/{recording.session_id}/audio/link")
    ends = datetime.fromisoformat(answer.json()["expires_at"])
    assert abs(ends - datetime.now(UTC) - timedelta(minutes=15)) < timedelta(seconds=30)
    assert answer["Cache-Control"] == "private, no-store"
    assert recording.storage_key not in answer.content.decode()


def test_anonymous_and_stranger(
    api: Api, anonymous: APIClient, other_therapist: Therapist, recording: Recording
) -> None:
    url = f"/sessions/{recording.session_id}/audio/link"
    assert anonymous.post(url).json()["code"] == "not_authenticated"
    assert api(other_therapist).post(url).json()["code"] == "not_found"


def test_without_a_recording(api: Api, therapist: Therapist, session: TherapySession) -> None:
    assert api(therapist).post(f"/sessions/{session.pk}/audio/link").json()["code"] == "not_found"


def test_a_range_without_an_end_frees_the_thread_that_sends_it(
    api: Api, anonymous: APIClient, therapist: Therapist, session: TherapySession, media_root: Path
) -> None:
    size = ELEMENT_PART_BYTES + 1000
    stored_recording(session, bytes(size))
    client = api(therapist)
    url = client.post(f"/sessions/{session.pk}/audio/link").json()["url"]
    part = anonymous.get(url, headers={"Range": "bytes=0-"})
    assert part["Content-Range"] == f"bytes 0-{ELEMENT_PART_BYTES - 1}/{size}"
    assert len(body(part)) == ELEMENT_PART_BYTES
    rest = anonymous.get(url, headers={"Range": f"bytes={ELEMENT_PART_BYTES}-"})
    assert rest["Content-Range"] == f"bytes {ELEMENT_PART_BYTES}-{size - 1}/{size}"
    assert len(body(rest)) == 1000
    with_token = client.get(f"/sessions/{session.pk}/audio", headers={"Range": "bytes=0-"})
    assert len(body(with_token)) == size


def test_it_ends(anonymous: APIClient, link: str, monkeypatch: pytest.MonkeyPatch) -> None:
    now = time.time()
    monkeypatch.setattr("django.core.signing.time.time", lambda: now + 14 * 60)
    assert anonymous.head(link).status_code == 200
    monkeypatch.setattr("django.core.signing.time.time", lambda: now + 16 * 60)
    assert refusal(anonymous, link) == (401, "not_authenticated")


@pytest.mark.parametrize("text", ["", "x", "a:b:c", "W10:1abc:signature"])
def test_what_was_not_signed_here_opens_nothing(
    anonymous: APIClient, recording: Recording, text: str
) -> None:
    url = f"/sessions/{recording.session_id}/audio?pass={text}"
    assert refusal(anonymous, url) == (401, "not_authenticated")


def test_it_opens_this_session_and_this_call_alone(
    anonymous: APIClient, therapist: Therapist, recording: Recording, link: str
) -> None:
    other = TherapySessionFactory.create(therapist=therapist)
    stored_recording(other, b"somebody else")
    text = link.partition("?")[2]
    assert refusal(anonymous, f"/sessions/{other.pk}/audio?{text}") == (401, "not_authenticated")
    assert refusal(anonymous, f"/sessions/{recording.session_id}?{text}") == (401, "not_authenticated")
    assert refusal(anonymous, f"/sessions/{recording.session_id}/audio/peaks?{text}")[0] == 401
    assert anonymous.delete(link).status_code == 401
    assert anonymous.post(link).status_code == 401
    assert anonymous.head(link).status_code == 200


def test_signing_out_everywhere_ends_it(anonymous: APIClient, therapist: Therapist, link: str) -> None:
    token_revoke_all(therapist=therapist)
    assert refusal(anonymous, link) == (401, "not_authenticated")


def test_a_closed_account_ends_it(anonymous: APIClient, therapist: Therapist, link: str) -> None:
    Therapist.objects.filter(pk=therapist.pk).update(is_active=False)
    assert refusal(anonymous, link) == (401, "not_authenticated")


def test_a_deleted_patient_and_erased_media_are_not_found(
    anonymous: APIClient, recording: Recording, link: str
) -> None:
    patient = recording.session.patient
    patient.deleted_at = timezone.now()
    patient.save()
    assert refusal(anonymous, link) == (404, "not_found")
    patient.deleted_at = None
    patient.save()
    assert anonymous.head(link).status_code == 200
    recording_delete_media(session_id=recording.session_id)
    assert refusal(anonymous, link) == (404, "not_found")
