"""Requests and workers at the same moment on one session."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import Therapist
from conftest import Api
from core.testing.at_once import at_once
from patients.models import Patient
from patients.tests.factories import PatientFactory
from sessions_app import pipeline, reaper
from sessions_app.models import (
    PrivateNote,
    Recording,
    StageRun,
    Status,
    TherapySession,
    Upload,
    UploadPart,
)
from sessions_app.services.sessions import session_delete
from sessions_app.tests.conftest import raw
from sessions_app.tests.factories import TherapySessionFactory, transcribed
from sessions_app.tests.media import sound

pytestmark = pytest.mark.usefixtures("postgres", "started", "media_root")


def waiting(therapist: Therapist) -> TherapySession:
    return TherapySessionFactory.create(therapist=therapist, status=Status.UPLOADED)


def test_of_eight_workers_one_gets_the_session(therapist: Therapist) -> None:
    for _ in range(5):
        session = waiting(therapist)
        leases = at_once([partial(pipeline.claim, session.pk, pipeline.TRANSCRIPTION) for _ in range(8)])
        assert sum(lease is not None for lease in leases) == 1
        assert StageRun.objects.filter(session=session).count() == 1


def test_a_result_is_stored_by_the_worker_or_the_session_is_cancelled(therapist: Therapist) -> None:
    for _ in range(10):
        session = waiting(therapist)
        lease = pipeline.claim(session.pk, pipeline.TRANSCRIPTION)
        assert lease is not None
        saved: list[bool] = []
        stored, cancelled = at_once(
            [
                partial(pipeline.complete, lease, partial(saved.append, True)),
                partial(_cancelled, session),
            ]
        )
        status = TherapySession.objects.get(pk=session.pk).status
        # Cancelled after the result was stored means: the next stage was.
        assert status == (Status.FAILED if cancelled else Status.TRANSCRIBED)
        assert stored == bool(saved)


def test_two_reapers_take_a_lost_session_up_once(therapist: Therapist) -> None:
    for _ in range(5):
        session = waiting(therapist)
        assert pipeline.claim(session.pk, pipeline.TRANSCRIPTION) is not None
        past = timezone.now() - timedelta(seconds=1)
        TherapySession.objects.filter(pk=session.pk).update(lease_expires_at=past)
        at_once([reaper.reap] * 4)
        row = TherapySession.objects.get(pk=session.pk)
        assert (row.status, row.attempts) == (Status.UPLOADED, 1)
        assert StageRun.objects.get(session=session).outcome == "lost"
        pipeline.cancel(session.pk)


def test_two_recordings_sent_at_once(api: Api, therapist: Therapist) -> None:
    content = sound(0.3)
    for _ in range(3):
        session = TherapySessionFactory.create(therapist=therapist)
        answers = at_once([partial(_send, api, therapist, session, content) for _ in range(4)])
        codes = Counter(answer.status_code for answer in answers)
        assert codes == {202: 1, 409: 3}, [answer.json() for answer in answers]
        assert Recording.objects.filter(session=session).count() == 1


def test_one_part_sent_twice_and_the_upload_completed_twice(api: Api, therapist: Therapist) -> None:
    content = sound(0.3)
    for _ in range(3):
        session = TherapySessionFactory.create(therapist=therapist)
        url = f"/sessions/{session.pk}/audio/uploads"
        begun = api(therapist).post(url, {"filename": "a.wav", "size": len(content)})
        url = f"{url}/{begun.json()['id']}"
        puts = at_once([partial(_put, api, therapist, f"{url}/parts/1", content) for _ in range(4)])
        assert {answer.status_code for answer in puts} == {200}
        assert UploadPart.objects.filter(upload__session=session).count() == 1
        done = at_once([partial(api(therapist).post, f"{url}/complete") for _ in range(4)])
        assert {answer.status_code for answer in done} <= {202, 409}
        assert Recording.objects.filter(session=session).count() == 1


def test_a_session_is_deleted_while_a_part_arrives(api: Api, therapist: Therapist) -> None:
    for _ in range(10):
        session = TherapySessionFactory.create(therapist=therapist)
        url = f"/sessions/{session.pk}/audio/uploads"
        upload = api(therapist).post(url, {"filename": "a.wav"}).json()["id"]
        calls: list[Callable[[], Any]] = [
            partial(_put, api, therapist, f"{url}/{upload}/parts/{number}", b"x" * 1000)
            for number in (1, 2, 3)
        ]
        calls.append(partial(api(therapist).delete, f"/sessions/{session.pk}"))
        *puts, deleted = at_once(calls)
        assert deleted.status_code == 204, deleted.json()
        assert {answer.status_code for answer in puts} <= {200, 404}
        assert not Upload.objects.filter(pk=upload).exists()


def test_a_session_is_deleted_while_a_worker_claims_it(therapist: Therapist) -> None:
    for _ in range(10):
        session = waiting(therapist)
        calls: list[Callable[[], object]] = [partial(session_delete, session_id=session.pk)]
        calls += [partial(pipeline.claim, session.pk, pipeline.TRANSCRIPTION) for _ in range(3)]
        at_once(calls)
        assert not TherapySession.objects.filter(pk=session.pk).exists()
        assert not StageRun.objects.filter(session=session.pk).exists()


def test_begin_and_end_are_never_the_wrong_way_round(api: Api, therapist: Therapist) -> None:
    for _ in range(10):
        session = TherapySessionFactory.create(therapist=therapist)
        changes = [{"started_at": "2026-03-02T12:00Z"}, {"ended_at": "2026-03-02T11:00Z"}]
        answers = at_once(
            [partial(api(therapist).patch, f"/sessions/{session.pk}", body) for body in changes]
        )
        # 400: it read what the other had written; 409: it could not.
        assert sorted(answer.status_code for answer in answers) in ([200, 400], [200, 409])
        session.refresh_from_db()
        assert (session.started_at is None) != (session.ended_at is None)


def test_a_private_note_has_no_lost_version(api: Api, therapist: Therapist) -> None:
    session = TherapySessionFactory.create(therapist=therapist)
    url = f"/sessions/{session.pk}/private-note"
    answers = at_once([partial(api(therapist).put, url, {"text": f"note {n}"}) for n in range(6)])
    assert {answer.status_code for answer in answers} == {200}
    assert PrivateNote.objects.get(session=session).version == 6


def test_one_of_two_notes_that_were_read_before_loses(api: Api, therapist: Therapist) -> None:
    session = TherapySessionFactory.create(therapist=therapist)
    url = f"/sessions/{session.pk}/private-note"
    tag = api(therapist).get(url)["ETag"]
    answers = at_once(
        [partial(api(therapist).put, url, {"text": f"note {n}"}, headers={"If-Match": tag}) for n in range(4)]
    )
    assert Counter(answer.status_code for answer in answers) == {200: 1, 412: 3}


def test_no_order_of_calls_makes_a_deadlock_or_an_internal_error(api: Api, therapist: Therapist) -> None:
    """Everything that locks, in any order, from eight sides, on one patient and two sessions."""
    patient, other = PatientFactory.create_batch(2, therapist=therapist)
    sessions = [
        TherapySessionFactory.create(therapist=therapist, patient=patient, status=Status.UPLOADED)
        for _ in range(2)
    ]
    for session in sessions:
        transcribed(session)
    before = deadlocks()
    codes = at_once(
        [partial(_anything, api(therapist), [patient, other], sessions, seed) for seed in range(8)]
    )
    assert {code for seen in codes for code in seen} <= {200, 202, 400, 403, 409}
    assert deadlocks() == before


def _anything(
    client: APIClient, patients: list[Patient], sessions: list[TherapySession], seed: int
) -> list[int]:
    choice, codes = random.Random(seed), []
    for _ in range(25):
        session = choice.choice(sessions)
        url, owner = f"/sessions/{session.pk}", choice.choice(patients)
        match choice.randrange(8):
            case 0:
                answers = {"granted": choice.random() < 0.7, "method": choice.choice(["written", "verbal"])}
                answer = client.put(f"/patients/{owner.pk}/consents", {"ai_processing": answers})
            case 1:
                answer = client.patch(url, {"patient": str(owner.pk)})
            case 2:
                answer = client.patch(url, {"title": f"t{choice.random()}"})
            case 3:
                answer = client.post(f"{url}/cancel")
            case 4:
                answer = client.post(f"{url}/retry")
            case 5:
                speakers = {"S1": {"name": str(choice.random())}}
                answer = client.patch(f"{url}/transcript", {"speakers": speakers})
            case 6:
                answer = client.patch(f"/patients/{owner.pk}", {"notes": str(choice.random())})
            case _:
                lease = pipeline.claim(session.pk, pipeline.TRANSCRIPTION)
                if lease is not None and choice.random() < 0.5:
                    pipeline.complete(lease, lambda: None)
                elif lease is not None:
                    pipeline.release(lease, "model_timeout")
                continue
        codes.append(answer.status_code)
    return codes


def deadlocks() -> int:
    """How many the server has had to end in this database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        return int(cursor.fetchone()[0])


def _cancelled(session: TherapySession) -> bool:
    pipeline.cancel(session.pk)
    return True


def _send(api: Api, therapist: Therapist, session: TherapySession, content: bytes) -> Any:
    file = SimpleUploadedFile("a.wav", content)
    return api(therapist).post(f"/sessions/{session.pk}/audio", {"file": file}, format="multipart")


def _put(api: Api, therapist: Therapist, url: str, content: bytes) -> Any:
    return raw(api(therapist), "PUT", url, content, content_type="application/octet-stream")
