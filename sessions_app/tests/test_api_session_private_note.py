"""GET, PUT /sessions/{id}/private-note."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.apps import apps
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import Therapist
from conftest import Api
from patients.services import patient_delete, patients_purge
from sessions_app.models import PrivateNote, Status, TherapySession
from sessions_app.tests.factories import TherapySessionFactory, transcribed

pytestmark = pytest.mark.django_db
WORDS = "Countertransference: I felt sleepy.\n "


@pytest.fixture
def session(therapist: Therapist) -> TherapySession:
    return TherapySessionFactory.create(therapist=therapist)


@pytest.fixture
def client(therapist: Therapist, api: Api) -> APIClient:
    return api(therapist)


def url(session: TherapySession) -> str:
    return f"/sessions/{session.pk}/private-note"


def test_it_works(client: APIClient, session: TherapySession) -> None:
    empty = client.get(url(session))
    assert (empty.status_code, empty.json()) == (200, {"text": "", "updated_at": None})
    written = client.put(url(session), {"text": WORDS}, headers={"If-Match": empty["ETag"]})
    assert (written.status_code, written.json()["text"]) == (200, WORDS)
    read = client.get(url(session))
    assert read.json() == written.json()
    assert read["ETag"] == written["ETag"] != empty["ETag"]
    assert read["Cache-Control"] == "no-store"
    # What was read can be sent back.
    assert client.put(url(session), read.json())["ETag"] == read["ETag"]


def test_a_write_from_another_tab_is_told(client: APIClient, session: TherapySession) -> None:
    first = client.get(url(session))["ETag"]
    client.put(url(session), {"text": "mine"}, headers={"If-Match": first})
    answer = client.put(url(session), {"text": "theirs"}, headers={"If-Match": first})
    assert (answer.status_code, answer.json()["code"]) == (412, "edit_conflict")
    assert client.get(url(session)).json()["text"] == "mine"
    assert client.put(url(session), {"text": "later"}).status_code == 200


@pytest.mark.parametrize("status", list(Status))
def test_in_every_state(
    client: APIClient, therapist: Therapist, status: Status, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reports.locks.session_is_signed", lambda session_id: True)
    session = TherapySessionFactory.create(therapist=therapist, status=status)
    assert client.put(url(session), {"text": WORDS}).status_code == 200
    session.refresh_from_db()
    assert session.status == status


def test_it_is_nowhere_else(client: APIClient, session: TherapySession) -> None:
    transcribed(session)
    client.put(url(session), {"text": WORDS})
    for address in ("/sessions", f"/sessions/{session.pk}", "/patients", "/dashboard"):
        assert b"Countertransference" not in client.get(address).content
    assert b"Countertransference" not in client.get(f"/sessions/{session.pk}/transcript").content
    pointing = [
        relation.related_model
        for relation in TherapySession._meta.related_objects
        if relation.get_accessor_name()
    ]
    assert PrivateNote not in pointing


def test_it_goes_with_the_session_and_with_the_patient(client: APIClient, therapist: Therapist) -> None:
    first, second = TherapySessionFactory.create_batch(2, therapist=therapist)
    for session in (first, second):
        client.put(url(session), {"text": WORDS})
    assert client.delete(f"/sessions/{first.pk}").status_code == 204
    assert PrivateNote.objects.count() == 1
    patient_delete(patient=second.patient)
    assert client.get(url(second)).status_code == 404
    apps.get_model("patients", "Patient").objects.update(deleted_at=timezone.now() - timedelta(days=8))
    patients_purge()
    assert PrivateNote.objects.count() == 0


@pytest.mark.parametrize(
    "body", [{}, {"text": None}, {"text": "x", "author": "me"}, {"text": "x" * 100_001}, []]
)
def test_not_valid(client: APIClient, session: TherapySession, body: object) -> None:
    assert client.put(url(session), body).status_code == 400
    assert PrivateNote.objects.count() == 0


def test_stranger(client: APIClient, session: TherapySession, other_therapist: Therapist, api: Api) -> None:
    client.put(url(session), {"text": WORDS})
    stranger = api(other_therapist)
    assert stranger.get(url(session)).status_code == 404
    assert stranger.put(url(session), {"text": "x"}).status_code == 404
    assert PrivateNote.objects.get().text == WORDS


def test_anonymous(anonymous: APIClient, session: TherapySession) -> None:
    assert anonymous.get(url(session)).status_code == 401
    assert anonymous.put(url(session), {"text": "x"}).status_code == 401
