"""GET /sessions."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import Therapist
from conftest import Api
from patients.tests.factories import PatientFactory
from sessions_app.models import Status, TherapySession
from sessions_app.tests.factories import RecordingFactory, TherapySessionFactory, transcribed

pytestmark = pytest.mark.django_db
URL = "/sessions"


def ids(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.content
    return [item["id"] for item in answer.json()["results"]]


def test_it_works(api: Api, therapist: Therapist) -> None:
    older = TherapySessionFactory.create(therapist=therapist, session_date=date(2026, 1, 1))
    newer = TherapySessionFactory.create(therapist=therapist, session_date=date(2026, 2, 1))
    answer = api(therapist).get(URL)
    assert ids(answer) == [str(newer.pk), str(older.pk)]
    assert set(answer.json()) == {"count", "next", "previous", "results"}
    assert "counts" not in answer.json()["results"][0]


def test_anonymous(anonymous: APIClient) -> None:
    assert anonymous.get(URL).status_code == 401


def test_only_own_and_not_of_deleted_patients(
    api: Api, therapist: Therapist, other_therapist: Therapist
) -> None:
    TherapySessionFactory.create(therapist=other_therapist)
    gone = PatientFactory.create(therapist=therapist, deleted=True)
    TherapySessionFactory.create(therapist=therapist, patient=gone)
    assert ids(api(therapist).get(URL)) == []


def test_filters(api: Api, therapist: Therapist) -> None:
    client = api(therapist)
    ready = TherapySessionFactory.create(therapist=therapist, status=Status.REPORT_READY)
    made = TherapySessionFactory.create(therapist=therapist)
    assert ids(client.get(URL, {"status": "report_ready"})) == [str(ready.pk)]
    assert ids(client.get(URL, {"patient": str(made.patient_id)})) == [str(made.pk)]
    assert client.get(URL, {"status": "sleeping"}).status_code == 400
    assert client.get(URL, {"patient": "x"}).status_code == 400
    TherapySession.objects.filter(pk=ready.pk).update(updated_at=timezone.now() - timedelta(days=2))
    since = (timezone.now() - timedelta(days=1)).isoformat()
    assert ids(client.get(URL, {"updated_since": since})) == [str(made.pk)]


def test_search_finds_titles_and_patients(api: Api, therapist: Therapist) -> None:
    client = api(therapist)
    patient = PatientFactory.create(therapist=therapist, full_name="Zainab Quill")
    first = TherapySessionFactory.create(therapist=therapist, patient=patient)
    second = TherapySessionFactory.create(therapist=therapist, title="Exposure plan")
    assert ids(client.get(URL, {"search": "quill"})) == [str(first.pk)]
    assert ids(client.get(URL, {"search": "exposure"})) == [str(second.pk)]


def test_ordering(api: Api, therapist: Therapist) -> None:
    client = api(therapist)
    first = TherapySessionFactory.create(therapist=therapist, session_date=date(2026, 1, 1))
    second = TherapySessionFactory.create(therapist=therapist, session_date=date(2026, 2, 1))
    assert ids(client.get(URL, {"ordering": "session_date"})) == [str(first.pk), str(second.pk)]
    assert client.get(URL, {"ordering": "diagnosis"}).status_code == 400


@pytest.mark.parametrize("field", ["session_date", "created_at", "updated_at", "status"])
def test_pages_follow_each_other_in_every_order(api: Api, therapist: Therapist, field: str) -> None:
    for day, status in enumerate((Status.FAILED, Status.CREATED, Status.FAILED, Status.UPLOADED), start=1):
        TherapySessionFactory.create(
            therapist=therapist, session_date=date(2026, 1, day % 3 + 1), status=status
        )
    client = api(therapist)
    for term in (field, f"-{field}"):
        expected = TherapySession.objects.order_by(term, "id").values_list("pk", flat=True)
        pages = [client.get(f"{URL}?ordering={term}&page_size=3&page={page}") for page in (1, 2)]
        assert [pk for page in pages for pk in ids(page)] == [str(pk) for pk in expected]


def test_the_number_of_queries_does_not_grow(
    api: Api, therapist: Therapist, django_assert_num_queries: Any
) -> None:
    client = api(therapist)
    for _ in range(3):
        RecordingFactory.create(session=TherapySessionFactory.create(therapist=therapist))
    with django_assert_num_queries(3):  # the therapist, the count, the page
        client.get(URL)
    for _ in range(12):
        session = TherapySessionFactory.create(therapist=therapist, status=Status.FAILED)
        RecordingFactory.create(session=session)
        transcribed(session)
    with django_assert_num_queries(3):
        answer = client.get(URL)
    assert answer.json()["count"] == 15
    assert b"woke up" not in answer.content


def test_the_count_reads_sessions_alone_and_each_page_is_described(api: Api, therapist: Therapist) -> None:
    client = api(therapist)
    made = [
        TherapySessionFactory.create(therapist=therapist, session_date=date(2026, 1, n)) for n in (1, 2, 3)
    ]
    transcribed(made[0])
    with CaptureQueriesContext(connection) as queries:
        last = client.get(f"{URL}?page=2&page_size=2&status={made[0].status}").json()
    counts = [query["sql"] for query in queries if "COUNT(*)" in query["sql"]]
    assert len(counts) == 1
    assert "JOIN" not in counts[0]
    assert "report" not in counts[0]
    assert last["count"] == 3
    assert [row["id"] for row in last["results"]] == [str(made[0].pk)]
    assert last["results"][0]["has_transcript"]
    assert last["results"][0]["patient_name"] == made[0].patient.full_name
    assert client.get(URL, {"page": 3, "page_size": 2}).json()["code"] == "not_found"
