"""PATCH /sessions/{id}/transcript."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest
from rest_framework.test import APIClient

from accounts.models import Therapist
from conftest import Api
from sessions_app.models import RevisionKind, Segment, SegmentRevision, Status, TherapySession, Transcript
from sessions_app.services import corrections
from sessions_app.tests.factories import TherapySessionFactory, segments_of, transcribed

pytestmark = pytest.mark.django_db


@pytest.fixture
def transcript(session: TherapySession) -> Transcript:
    return transcribed(session)


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[tuple[UUID, list[UUID]]]:
    """What the floors above were told."""
    calls: list[tuple[UUID, list[UUID]]] = []
    monkeypatch.setattr(corrections, "import_string", lambda path: lambda *args: calls.append(args))
    return calls


def patch(client: APIClient, transcript: Transcript, **body: Any) -> Any:
    return client.patch(f"/sessions/{transcript.session_id}/transcript", body)


def texts(transcript: Transcript) -> list[str]:
    return [row.text for row in segments_of(transcript)]


def test_it_keeps_the_original_and_who_changed_it(
    client: APIClient, transcript: Transcript, told: list, therapist: Therapist
) -> None:
    second = segments_of(transcript)[1]
    answer = patch(
        client, transcript,
        segments=[{"id": str(second.pk), "text": "Not well, I woke up at three every day.", "speaker": "S1"}],
    )  # fmt: skip
    assert answer.status_code == 200, answer.content
    shown = answer.json()["segments"][1]
    assert shown["text"] == "Not well, I woke up at three every day."
    assert (shown["speaker"], shown["role"], shown["edited"]) == ("S1", "therapist", True)
    assert answer.json()["segments"][0]["edited"] is False
    revision = SegmentRevision.objects.get()
    assert revision.editor == therapist
    assert revision.segment_id == second.pk
    assert revision.before["text"] == "Not well, I woke up at four every day."
    assert revision.before["speaker"] == "S2"
    assert told == [(transcript.session_id, [second.pk])]
    times = {word["text"]: (word["start_ms"], word["end_ms"]) for word in shown["words"]}
    kept = {word["text"]: (word["start_ms"], word["end_ms"]) for word in second.words}
    assert times["every"] == kept["every"]
    assert times["three"] == kept["four"]


def test_edited_turns_say_what_they_said_first(
    client: APIClient, transcript: Transcript, told: list, api: Api, therapist: Therapist
) -> None:
    first, second, third, fourth = segments_of(transcript)
    for text in ("How did you sleep this month?", "How did you sleep?"):
        patch(client, transcript, segments=[{"id": str(first.pk), "text": text}])
    patch(client, transcript, segments=[{"id": str(second.pk), "text": "Badly."}])
    patch(client, transcript, merge=[{"ids": [str(second.pk), str(third.pk)]}])
    answer = patch(client, transcript, segments=[{"id": str(fourth.pk), "speaker": "S1"}])
    shown = [segment["original_text"] for segment in answer.json()["segments"]]
    # Merged words come from two places: there is no one text before them.
    assert shown == [first.text, None, fourth.text]
    read = client.get(f"/sessions/{transcript.session_id}/transcript").json()
    assert [segment["original_text"] for segment in read["segments"]] == shown
    # What was read can be sent back as a typed transcript.
    again = client.post(f"/sessions/{transcript.session_id}/transcript?report=false", read)
    assert again.status_code == 202, again.content


def test_the_same_words_are_no_correction(client: APIClient, transcript: Transcript, told: list) -> None:
    row = segments_of(transcript)[0]
    assert patch(client, transcript, segments=[{"id": str(row.pk), "text": row.text}]).status_code == 200
    assert patch(client, transcript).status_code == 200
    assert not SegmentRevision.objects.exists()
    assert told == []


def test_speakers(client: APIClient, transcript: Transcript, told: list) -> None:
    answer = patch(
        client, transcript, speakers={"S1": {"role": "client"}, "S2": {"role": "therapist", "name": "Dr. R"}}
    )
    assert [s["role"] for s in answer.json()["segments"]] == ["client", "therapist"] * 2
    assert answer.json()["speakers"]["S2"] == {"role": "therapist", "role_confidence": 1.0, "name": "Dr. R"}
    assert SegmentRevision.objects.get().kind == RevisionKind.SPEAKERS
    assert set(told[0][1]) == {row.pk for row in segments_of(transcript)}


def test_insert_fills_a_gap(client: APIClient, transcript: Transcript, told: list) -> None:
    Transcript.objects.update(gaps=[{"start_ms": 5000, "end_ms": 8000}], transcribed_ms=100)
    answer = patch(
        client, transcript, insert=[{"start_ms": 5500, "end_ms": 8000, "speaker": "S3", "text": "Hm."}]
    )
    assert answer.status_code == 200, answer.content
    assert texts(transcript)[1] == "Hm."
    assert [s["index"] for s in answer.json()["segments"]] == [0, 1, 2, 3, 4]
    assert answer.json()["coverage"]["gaps"] == [{"start_ms": 5000, "end_ms": 5500}]
    assert answer.json()["coverage"]["transcribed_ms"] == 2600
    assert answer.json()["speakers"]["S3"]["role"] == "other"
    starts = [s["start_ms"] for s in answer.json()["segments"]]
    assert starts == sorted(starts)


def test_merge(client: APIClient, transcript: Transcript, told: list) -> None:
    first, second, *_ = segments_of(transcript)
    answer = patch(client, transcript, merge=[{"ids": [str(first.pk), str(second.pk)]}])
    merged = answer.json()["segments"][0]
    assert merged["id"] == str(first.pk)
    assert merged["text"] == f"{first.text} {second.text}"
    assert (merged["start_ms"], merged["end_ms"]) == (first.start_ms, second.end_ms)
    assert len(merged["words"]) == len(first.words) + len(second.words)
    assert not Segment.objects.filter(pk=second.pk).exists()
    assert SegmentRevision.objects.get(segment_id=second.pk).before["text"] == second.text
    assert set(told[0][1]) == {first.pk, second.pk}


def test_split(client: APIClient, transcript: Transcript, told: list) -> None:
    row = segments_of(transcript)[1]
    answer = patch(
        client, transcript, split=[{"id": str(row.pk), "offset": len("Not well, "), "speaker": "S1"}]
    )
    left, right = answer.json()["segments"][1:3]
    assert (left["id"], left["text"], left["speaker"]) == (str(row.pk), "Not well,", "S2")
    assert (right["text"], right["speaker"]) == ("I woke up at four every day.", "S1")
    assert (left["end_ms"], right["start_ms"]) == (row.words[1]["end_ms"], row.words[2]["start_ms"])
    assert [word["text"] for word in right["words"]][:2] == ["I", "woke"]
    assert set(told[0][1]) == {row.pk, UUID(right["id"])}


def test_an_empty_text_removes(client: APIClient, transcript: Transcript, told: list) -> None:
    row = segments_of(transcript)[3]
    assert len(patch(client, transcript, segments=[{"id": str(row.pk), "text": ""}]).json()["segments"]) == 3
    assert SegmentRevision.objects.get().before["text"] == row.text
    assert told[0][1] == [row.pk]


def test_all_at_once(client: APIClient, transcript: Transcript, told: list) -> None:
    rows = segments_of(transcript)
    answer = patch(
        client, transcript,
        segments=[{"id": str(rows[0].pk), "text": "How did you sleep?"}],
        merge=[{"ids": [str(rows[2].pk), str(rows[3].pk)]}],
        split=[{"id": str(rows[1].pk), "offset": 9}],
        speakers={"S2": {"name": "Client"}},
    )  # fmt: skip
    assert answer.status_code == 200
    assert [s["text"] for s in answer.json()["segments"]] == [
        "How did you sleep?",
        "Not well,",
        "I woke up at four every day.",
        "And what did you do then? I got up and made tea.",
    ]
    detail = client.get(f"/sessions/{transcript.session_id}").json()
    assert detail["counts"] == {"segments": 4, "corrections": 6}


def wrong_bodies(rows: list[Segment]) -> list[dict[str, Any]]:
    first, second, third, _ = [str(row.pk) for row in rows]
    edit = {"id": first, "text": "Changed."}
    return [
        {"segments": [edit, {"id": str(uuid4()), "text": "x"}]},
        {"segments": [edit, edit]},
        {"segments": [edit, {"id": second, "speaker": "Dr. Who"}]},
        {"segments": [edit], "merge": [{"ids": [first, third]}]},
        {"segments": [edit], "merge": [{"ids": [second, first]}]},
        {"segments": [edit], "merge": [{"ids": [first, first]}]},
        {"segments": [edit], "merge": [{"ids": [first]}]},
        {"segments": [edit], "split": [{"id": second, "offset": 9999}]},
        {"segments": [edit], "insert": [{"start_ms": 9, "end_ms": 1, "speaker": "S1", "text": "x"}]},
        {"segments": [edit], "insert": [{"start_ms": 0, "end_ms": 10**9, "speaker": "S1", "text": "x"}]},
        {"segments": [edit], "insert": [{"start_ms": 0, "end_ms": 1, "speaker": "S1", "text": ""}]},
        {"segments": [edit], "speakers": {"S9": {"role": "client"}}},
        {"segments": [edit], "speakers": {"S1": {"role": "king"}}},
        {"segments": [edit], "speakers": {"S1": {"age": 3}}},
        {"segments": [edit], "wrong": 1},
        {"segments": [{**edit, "start_ms": 4}]},
        {"segments": [{"id": str(row.pk), "text": ""} for row in rows]},
    ]


@pytest.mark.parametrize("case", range(17))
def test_all_or_nothing(client: APIClient, transcript: Transcript, told: list, case: int) -> None:
    rows = segments_of(transcript)
    answer = patch(client, transcript, **wrong_bodies(rows)[case])
    assert (answer.status_code, answer.json()["code"]) == (400, "validation_error")
    assert texts(transcript) == [row.text for row in rows]
    assert not SegmentRevision.objects.exists()
    assert told == []


def test_another_sessions_segment(
    client: APIClient, transcript: Transcript, other_therapist: Therapist
) -> None:
    theirs = transcribed(TherapySessionFactory.create(therapist=other_therapist))
    row = segments_of(theirs)[0]
    assert patch(client, transcript, segments=[{"id": str(row.pk), "text": "x"}]).status_code == 400
    row.refresh_from_db()
    assert row.text != "x"


def test_anonymous_and_stranger(
    api: Api, anonymous: APIClient, other_therapist: Therapist, transcript: Transcript
) -> None:
    assert patch(anonymous, transcript).status_code == 401
    assert patch(api(other_therapist), transcript).status_code == 404


def test_without_a_transcript(client: APIClient, session: TherapySession) -> None:
    answer = client.patch(f"/sessions/{session.pk}/transcript", {})
    assert answer.json()["code"] == "transcript_not_ready"


def test_while_a_report_is_drafted(client: APIClient, transcript: Transcript) -> None:
    TherapySession.objects.update(status=Status.REPORTING)
    assert patch(client, transcript).json()["code"] == "session_busy"


@pytest.mark.usefixtures("signed")
def test_signed(client: APIClient, transcript: Transcript) -> None:
    assert patch(client, transcript).json()["code"] == "report_finalized"
