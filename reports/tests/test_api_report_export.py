"""GET /sessions/{id}/report/export."""

from __future__ import annotations

import io
import json
from contextlib import closing
from datetime import UTC, date, datetime
from typing import Any
from zipfile import ZipFile

import pytest
from rest_framework.test import APIClient

from accounts.models import Therapist
from conftest import Api
from patients.tests.factories import PatientFactory
from reports.exports.document import clock
from reports.tests.factories import report_of, resolve, session_with_report
from sessions_app.models import TherapySession, Transcript

pytestmark = pytest.mark.django_db
PRIVATE = "Countertransference"
ARABIC = "قال المريض إنه ينام 4 ساعات ويتناول Sertraline 50 mg."


@pytest.fixture
def session(therapist: Therapist) -> TherapySession:
    Therapist.objects.filter(pk=therapist.pk).update(
        time_zone="Asia/Dubai", credentials="PhD", license_number="L-77", clinic_name="Harbour Clinic"
    )
    therapist.refresh_from_db()
    patient = PatientFactory.create(
        therapist=therapist, full_name="Leila <Hassan>", date_of_birth=date(1990, 2, 28), external_id="MRN-1"
    )
    return session_with_report(
        therapist,
        patient=patient,
        diagnosis="Insomnia",
        modality="video",
        started_at=datetime(2026, 3, 2, 9, tzinfo=UTC),
    )


@pytest.fixture
def client(therapist: Therapist, api: Api) -> APIClient:
    return api(therapist)


def url(session: TherapySession, form: str = "") -> str:
    return f"/sessions/{session.pk}/report/export" + (f"?format={form}" if form else "")


def sign(client: APIClient, session: TherapySession) -> None:
    resolve(report_of(session))
    assert client.patch(f"/sessions/{session.pk}/report", {"status": "finalized"}).status_code == 200
    addendum = {"reason": "Telephone call", "text": "The client called at noon."}
    assert client.post(f"/sessions/{session.pk}/report/addenda", addendum).status_code == 201
    client.put(f"/sessions/{session.pk}/private-note", {"text": PRIVATE})


def test_text_holds_everything_but_the_private_note(client: APIClient, session: TherapySession) -> None:
    sign(client, session)
    answer = client.get(url(session, "txt"))
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert answer["Content-Disposition"] == 'attachment; filename="progress-note-2026-03-02.txt"'
    assert answer["Cache-Control"] == "private, no-store"
    text = answer.content.decode()
    for words in (
        "Name: Leila <Hassan>",
        "Date of birth: 1990-02-28",
        "Record number: MRN-1",
        "Began: 2026-03-02 13:00 (Asia/Dubai)",
        "Held: Video",
        "Diagnosis (the clinician's words): Insomnia",
        "Clinic: Harbour Clinic",
        "Confirmed: suicide, endorsed, the client, current, moderate, level 1 (from transcript; scale not",
        "At 00:15: “Sometimes I think what if I didn't wake up.”",
        "Confirmed: suicide, denied",
        "Not assessed (nothing was said): self harm",
        "- Wakes up at four most nights.",
        "Treatment plan",
        "Signed electronically by Dr. Ada Rahman, PhD on",
        "License number L-77",
        "The client called at noon.",
        "Reason: Telephone call",
        "Drafted from the transcript by extraction (rules)",
        "Version 2.",
    ):
        assert words in text, words
    assert PRIVATE not in text


def test_a_word_longer_than_a_line_is_cut_and_a_script_without_a_font_is_no_error(
    client: APIClient, session: TherapySession, caplog: pytest.LogCaptureFixture
) -> None:
    report_of(session).claims.filter(section="key_points").update(text=f"{'long' * 60} 睡眠")
    sign(client, session)
    assert client.get(url(session)).status_code == 200
    assert "睡眠" not in caplog.text


def test_pdf(client: APIClient, session: TherapySession) -> None:
    sign(client, session)
    answer = client.get(url(session))
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert answer["Content-Disposition"] == 'attachment; filename="progress-note-2026-03-02.pdf"'
    assert answer.content.startswith(b"%PDF-")
    assert b"Hassan" not in answer.content
    assert b"/ToUnicode" in answer.content


def test_an_arabic_note_is_shaped_and_runs_right_to_left(client: APIClient, session: TherapySession) -> None:
    from reports.exports import pdf
    from reports.exports.document import language_of, note_document
    from reports.selectors import report_content

    Transcript.objects.filter(session=session).update(language="ar")
    report_of(session).claims.filter(section="key_points").update(text=ARABIC)
    sign(client, session)
    answer = client.get(url(session))
    assert answer.status_code == 200
    assert b"NotoSansArabic" in answer.content
    text = client.get(url(session, "txt")).content.decode()
    assert "النقاط الرئيسية" in text
    assert "\N{LEFT-TO-RIGHT MARK}1990-02-28\N{LEFT-TO-RIGHT MARK}" in text
    report = report_of(session)
    document = note_document(session, report_content(report), session.therapist, language_of(session))
    words = " ".join([ARABIC] * 5)
    with closing(pdf._Sheet(document)) as sheet:
        lines = list(sheet._broken(words, 80))
    # Broken in the order of speech, so that the first words stand on the first line.
    assert len(lines) > 3
    assert " ".join(lines) == words


def test_word_file(client: APIClient, session: TherapySession) -> None:
    from docx import Document

    Transcript.objects.filter(session=session).update(language="ar")
    sign(client, session)
    answer = client.get(url(session, "docx"))
    file = Document(io.BytesIO(answer.content))
    styles = {paragraph.style.name for paragraph in file.paragraphs if paragraph.style is not None}
    assert {"Title", "Heading 2", "Heading 3", "List Bullet", "Quote"} <= styles
    assert "Wakes up at four most nights." in [paragraph.text for paragraph in file.paragraphs]
    assert file.core_properties.author == "Dr. Ada Rahman"
    with ZipFile(io.BytesIO(answer.content)) as archive:
        body = archive.read("word/document.xml").decode()
    assert "<w:bidi/>" in body
    assert PRIVATE not in body


def test_fhir_document(client: APIClient, session: TherapySession) -> None:
    sign(client, session)
    answer = client.get(url(session, "fhir"))
    assert answer["Content-Type"] == "application/fhir+json"
    assert answer["Content-Disposition"].endswith('.fhir.json"')
    bundle = json.loads(answer.content)
    assert (bundle["resourceType"], bundle["type"]) == ("Bundle", "document")
    assert bundle["timestamp"].endswith("+00:00")
    resources = {entry["resource"]["resourceType"]: entry["resource"] for entry in bundle["entry"]}
    assert list(resources) == ["Composition", "Patient", "Practitioner", "Encounter"]
    urls = {entry["fullUrl"] for entry in bundle["entry"]}
    assert len(urls) == 4
    assert _references(bundle) <= urls
    composition = resources["Composition"]
    assert composition["status"] == "amended"
    assert composition["type"]["coding"][0]["code"] == "11506-3"
    assert all(section["text"]["div"].startswith("<div xmlns=") for section in composition["section"])
    assert "Leila &lt;Hassan&gt;" in composition["section"][0]["text"]["div"]
    assert resources["Patient"]["birthDate"] == "1990-02-28"
    assert resources["Practitioner"]["qualification"] == [{"code": {"text": "PhD"}}]
    assert resources["Encounter"]["class"]["code"] == "VR"
    assert PRIVATE.encode() not in answer.content


def _references(value: Any) -> set[str]:
    if isinstance(value, dict):
        own = {value["reference"]} if "reference" in value else set()
        return own.union(*(_references(item) for item in value.values()))
    if isinstance(value, list):
        return set().union(*(_references(item) for item in value))
    return set()


@pytest.mark.parametrize("form", ["pdf", "docx", "txt", "fhir"])
def test_pasted_control_characters_do_not_break_a_file(
    client: APIClient, session: TherapySession, form: str
) -> None:
    report_of(session).claims.filter(section="key_points").update(text="Sleeps\x0bbadly.\x02 And\nwakes.")
    sign(client, session)
    answer = client.get(url(session, form))
    assert answer.status_code == 200
    if form in ("txt", "fhir"):
        assert not set(answer.content) & (set(range(32)) - {10})


@pytest.mark.parametrize("form", ["pdf", "docx", "txt", "fhir"])
def test_a_draft_is_not_exported(client: APIClient, session: TherapySession, form: str) -> None:
    answer = client.get(url(session, form))
    assert (answer.status_code, answer.json()["code"]) == (409, "report_not_signed")


def test_unknown_format(client: APIClient, session: TherapySession) -> None:
    answer = client.get(url(session, "odt"))
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["format"])


@pytest.mark.parametrize(
    ("milliseconds", "shown"), [(0, "00:00"), (725_999, "12:05"), (3_723_000, "1:02:03")]
)
def test_clock(milliseconds: int, shown: str) -> None:
    assert clock(milliseconds) == shown


def test_stranger(session: TherapySession, client: APIClient, other_therapist: Therapist, api: Api) -> None:
    sign(client, session)
    assert api(other_therapist).get(url(session)).status_code == 404


def test_anonymous(session: TherapySession, anonymous: APIClient) -> None:
    assert anonymous.get(url(session)).status_code == 401
