"""Idempotency-Key: once is once."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from pytest_django.fixtures import Settings

from accounts.models import Therapist
from conftest import Api
from core.api import idempotency
from core.api.idempotency import idempotency_purge
from core.models import IdempotencyRecord
from core.testing.at_once import at_once
from core.tests.api import views
from core.tests.api.views import created

pytestmark = [pytest.mark.django_db, pytest.mark.urls("core.tests.api.views")]
KEY: dict[str, Any] = {"HTTP_IDEMPOTENCY_KEY": "4f1c"}


@pytest.fixture(autouse=True)
def _nothing_created() -> Iterator[None]:
    created.clear()
    yield
    created.clear()


def test_it_works(therapist: Therapist, api: Api) -> None:
    client = api(therapist)
    first = client.post("/things", {"name": "a"}, **KEY)
    again = client.post("/things", {"name": "a"}, **KEY)
    assert created == ["a"]
    assert (again.status_code, again.json(), again["Location"]) == (201, first.json(), first["Location"])
    assert again["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first


def test_without_a_key_each_one_counts(therapist: Therapist, api: Api) -> None:
    for _ in range(2):
        api(therapist).post("/things", {"name": "a"})
    assert created == ["a", "a"]
    assert IdempotencyRecord.objects.count() == 0


def test_the_order_of_members_does_not_matter(therapist: Therapist, api: Api) -> None:
    client = api(therapist)
    client.post("/things", {"name": "a", "parts": []}, **KEY)
    assert client.post("/things", {"parts": [], "name": "a"}, **KEY).status_code == 201
    assert created == ["a"]


def test_another_request_with_the_key(therapist: Therapist, api: Api) -> None:
    client = api(therapist)
    client.post("/things", {"name": "a"}, **KEY)
    answer = client.post("/things", {"name": "b"}, **KEY)
    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_mismatch")
    answer = client.post("/patients", {"full_name": "a"}, **KEY)
    assert answer.json()["code"] == "idempotency_mismatch"
    assert created == ["a"]


def test_keys_belong_to_their_therapist(therapist: Therapist, other_therapist: Therapist, api: Api) -> None:
    api(therapist).post("/things", {"name": "a"}, **KEY)
    assert api(other_therapist).post("/things", {"name": "b"}, **KEY).status_code == 201
    assert created == ["a", "b"]


def test_while_the_first_one_runs(therapist: Therapist, api: Api) -> None:
    client = api(therapist)
    client.post("/things", {"name": "a"}, **KEY)
    IdempotencyRecord.objects.update(status=None, locked_until=timezone.now() + timedelta(seconds=30))
    answer = client.post("/things", {"name": "a"}, **KEY)
    assert (answer.status_code, answer.json()["code"]) == (409, "session_busy")
    # Its process died: after the lock's time the key is free again.
    IdempotencyRecord.objects.update(locked_until=timezone.now() - timedelta(seconds=1))
    assert client.post("/things", {"name": "a"}, **KEY).status_code == 201
    assert created == ["a", "a"]


def test_one_that_lost_its_key_did_nothing(
    therapist: Therapist, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was slower than its lease, and another request works under the key now."""
    store = idempotency._store

    def late(record: IdempotencyRecord, response: Any) -> bool:
        record.pk = IdempotencyRecord.objects.create(
            scope="its work", key="", fingerprint="", locked_until=timezone.now()
        ).pk
        record.attempt = uuid4()
        return store(record, response)

    monkeypatch.setattr(idempotency, "_store", late)
    answer = api(therapist).post("/things", {"name": "a"}, **KEY)
    assert (answer.status_code, answer.json()["code"], answer["Retry-After"]) == (409, "session_busy", "2")
    assert not IdempotencyRecord.objects.filter(scope="its work").exists()


@pytest.mark.usefixtures("postgres")
def test_a_long_upload_keeps_its_key(
    therapist: Therapist, api: Api, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.REQUEST_LEASE_SECONDS = 0.6
    codes: list[int] = []

    def send() -> int:
        upload = SimpleUploadedFile("a.wav", b"RIFF")
        return int(api(therapist).post("/uploads", {"file": upload}, format="multipart", **KEY).status_code)

    class Slowly(list[Any]):
        def append(self, content: Any) -> None:
            time.sleep(1.2)
            codes.extend(at_once([send, send]))
            super().append(content)

    monkeypatch.setattr(views, "created", Slowly())
    assert (send(), codes, views.created) == (202, [409, 409], [b"RIFF"])
    assert send() == 202
    assert views.created == [b"RIFF"]


def test_a_refused_request_does_not_use_the_key_up(therapist: Therapist, api: Api) -> None:
    client = api(therapist)
    assert client.post("/things", {"title": "a"}, **KEY).status_code == 400
    assert client.post("/things", {"name": "a"}, **KEY).status_code == 201
    assert created == ["a"]


@pytest.mark.parametrize("key", ["", "two words", "x" * 256, "schlüssel"])
def test_a_key_that_is_none(therapist: Therapist, api: Api, key: str) -> None:
    answer = api(therapist).post("/things", {"name": "a"}, HTTP_IDEMPOTENCY_KEY=key)
    assert answer.status_code == 400
    assert "Idempotency-Key" in answer.json()["errors"]


def test_uploads_are_not_read_for_it(therapist: Therapist, api: Api) -> None:
    def send(content: bytes) -> Any:
        upload = SimpleUploadedFile("a.wav", content)
        return api(therapist).post("/uploads", {"file": upload}, format="multipart", **KEY)

    assert send(b"RIFF").json() == send(b"RIFF").json()
    assert created == [b"RIFF"]
    assert send(b"RIFF and more").json()["code"] == "idempotency_mismatch"


def test_registration_takes_one_too(anonymous: Any) -> None:
    body = {"email": "new@clinic.example", "password": "orchid-lamp-9-harbour", "full_name": "New"}
    first, again = (anonymous.post("/auth/register", body, **KEY) for _ in range(2))
    assert first.status_code == again.status_code == 201
    assert first.json() == again.json()
    stored = IdempotencyRecord.objects.get()
    assert "orchid" not in str(stored.body) + stored.fingerprint


def test_answers_are_forgotten_after_a_day(therapist: Therapist, api: Api) -> None:
    client = api(therapist)
    client.post("/things", {"name": "a"}, **KEY)
    assert idempotency_purge() == 0
    IdempotencyRecord.objects.update(created_at=timezone.now() - timedelta(hours=25))
    assert client.post("/things", {"name": "b"}, **KEY).status_code == 201
    IdempotencyRecord.objects.update(created_at=timezone.now() - timedelta(hours=25))
    assert idempotency_purge() == 1
