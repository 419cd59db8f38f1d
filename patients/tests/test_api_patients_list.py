"""GET /patients: pages, search, order, filters."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import Therapist
from conftest import Api
from patients.models import Patient
from patients.tests.factories import PatientFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(therapist: Therapist, other_therapist: Therapist, api: Api) -> APIClient:
    for name, external_id, email in [
        ("Cara", "X-1", "cara@example.org"),
        ("Anna", "X-2", ""),
        ("Béa", "Y-3", "bea@sample.net"),
    ]:
        PatientFactory.create(therapist=therapist, full_name=name, external_id=external_id, email=email)
    PatientFactory.create(therapist=other_therapist, full_name="Anna of somebody else")
    PatientFactory.create(therapist=therapist, full_name="Anna who left", deleted=True)
    return api(therapist)


def names(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.content
    return [patient["full_name"] for patient in answer.json()["results"]]


def test_it_works(client: APIClient) -> None:
    body = client.get("/patients").json()
    assert set(body) == {"count", "next", "previous", "results"}
    assert (body["count"], body["next"], body["previous"]) == (3, None, None)
    assert [patient["full_name"] for patient in body["results"]] == ["Anna", "Béa", "Cara"]


def test_pages(client: APIClient) -> None:
    first = client.get("/patients?page_size=2&search=a").json()
    assert len(first["results"]) == 2
    assert "page=2" in first["next"] and "search=a" in first["next"]
    second = client.get(first["next"]).json()
    assert len(second["results"]) == 1
    assert second["next"] is None


@pytest.mark.parametrize("page", ["2", "0", "-1", "999999999"])
def test_a_page_that_does_not_exist(client: APIClient, page: str) -> None:
    answer = client.get(f"/patients?page={page}")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("page=two", "page"),
        ("page=1.5", "page"),
        ("page=%D9%A1", "page"),
        ("page=99999999999999999999", "page"),
        ("page_size=many", "page_size"),
        ("page_size=0", "page_size"),
        ("page_size=-5", "page_size"),
        ("updated_since=yesterday", "updated_since"),
        ("updated_since=2026-13-01", "updated_since"),
        ("ordering=therapist__password", "ordering"),
        ("ordering=-nothing", "ordering"),
        ("external_id=a%00b", "external_id"),
    ],
)
def test_values_that_make_no_sense(client: APIClient, query: str, field: str) -> None:
    answer = client.get(f"/patients?{query}")
    assert (answer.status_code, answer.json()["code"]) == (400, "validation_error")
    assert list(answer.json()["errors"]) == [field]


def test_a_nul_in_the_search(client: APIClient) -> None:
    assert client.get("/patients?search=a%00b").status_code == 400


def test_a_page_is_never_larger_than_200(client: APIClient, therapist: Therapist) -> None:
    Patient.objects.bulk_create(Patient(therapist=therapist, full_name="P") for _ in range(210))
    assert len(client.get("/patients?page_size=1000").json()["results"]) == 200
    assert len(client.get("/patients").json()["results"]) == 25


def test_unknown_parameters_are_ignored(client: APIClient) -> None:
    assert len(names(client.get("/patients?colour=red&format=xml"))) == 3


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("ann", ["Anna"]),
        ("X-", ["Anna", "Cara"]),
        ("SAMPLE.NET", ["Béa"]),
        ("ann x-2", ["Anna"]),
        ("zzz", []),
    ],
)
def test_search(client: APIClient, words: str, expected: list[str]) -> None:
    assert names(client.get("/patients", {"search": words})) == expected


def test_order(client: APIClient) -> None:
    assert names(client.get("/patients?ordering=-full_name")) == ["Cara", "Béa", "Anna"]
    assert names(client.get("/patients?ordering=external_id")) == ["Cara", "Anna", "Béa"]


def test_pages_are_stable_among_equals(client: APIClient, therapist: Therapist) -> None:
    Patient.objects.bulk_create(Patient(therapist=therapist, full_name="Same") for _ in range(40))
    seen = [
        patient["id"]
        for page in range(1, 6)
        for patient in client.get(f"/patients?ordering=full_name&page_size=10&page={page}").json()["results"]
    ]
    assert len(seen) == len(set(seen)) == 43


def test_filters(client: APIClient) -> None:
    assert names(client.get("/patients?external_id=X-2")) == ["Anna"]
    past = timezone.now() - timedelta(days=1)
    Patient.objects.filter(full_name="Cara").update(updated_at=past)
    since = {"updated_since": (past + timedelta(hours=1)).isoformat()}
    assert names(client.get("/patients", since)) == ["Anna", "Béa"]
    assert names(client.get("/patients", {"updated_since": past.isoformat()})) == ["Anna", "Béa", "Cara"]


def test_the_number_of_queries_does_not_grow(
    client: APIClient, therapist: Therapist, django_assert_num_queries: Any
) -> None:
    Patient.objects.bulk_create(Patient(therapist=therapist, full_name="P") for _ in range(100))
    with django_assert_num_queries(5):
        client.get("/patients?page_size=100")


@pytest.mark.parametrize("term", ["date_of_birth", "-date_of_birth"])
def test_a_birth_that_is_not_known_comes_last_on_every_database(
    api: Api, therapist: Therapist, term: str
) -> None:
    births = [None, "1990-05-01", "1970-01-02"]
    for birth in births:
        PatientFactory.create(therapist=therapist, date_of_birth=birth)
    body = api(therapist).get(f"/patients?ordering={term}").json()
    known = sorted(filter(None, births), reverse=term.startswith("-"))
    assert [row["date_of_birth"] for row in body["results"]] == [*known, None]
