"""POST /sessions/{id}/transcript."""

from __future__ import annotations

import json
from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import Therapist
from conftest import Api
from sessions_app.models import Segment, Source, Status, TherapySession, Transcript
from sessions_app.tests.conftest import Commits
from sessions_app.tests.factories import TherapySessionFactory, transcribed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("started")]
TEXT = "Therapist: How was the week?\nClient: Hard. I slept badly.\nTherapist: Tell me more.\n"
SRT = """1
00:00:01,000 --> 00:00:02,500
Therapist: How was it?

2
00:00:03,000 --> 00:00:04,000
Client: Hard.
"""
VTT = """WEBVTT

00:01.000 --> 00:02.500
<v Therapist>How was it?

00:03.000 --> 00:04.000
<v Client>Hard.
"""


def post(client: APIClient, session: TherapySession, body: Any, query: str = "") -> Any:
    return client.post(f"/sessions/{session.pk}/transcript{query}", body)


def test_it_works(api: Api, session: TherapySession, commits: Commits, started: list) -> None:
    with commits(execute=True):
        answer = post(api(session.therapist), session, {"text": TEXT})
    assert answer.status_code == 202, answer.content
    assert answer.json()["status"] == "transcribed"
    assert answer.json()["progress"]["stage"] == "report"
    assert started == [("reports.tasks.generate_report", str(session.pk))]
    transcript = Transcript.objects.get()
    assert transcript.source == Source.TYPED
    shown = api(session.therapist).get(f"/sessions/{session.pk}/transcript").json()
    assert [(s["role"], s["text"]) for s in shown["segments"]] == [
        ("therapist", "How was the week?"),
        ("client", "Hard. I slept badly."),
        ("therapist", "Tell me more."),
    ]
    assert shown["engine"] == "typed"


@pytest.mark.parametrize("body", [{"text": SRT}, {"text": VTT}, {"text": SRT, "filename": "a.srt"}])
def test_subtitles_keep_their_times(
    api: Api, therapist: Therapist, session: TherapySession, body: dict[str, str]
) -> None:
    assert post(api(therapist), session, body).status_code == 202
    first, second = Segment.objects.order_by("index")
    assert (first.text, first.start_ms, first.end_ms) == ("How was it?", 1000, 2500)
    assert (second.text, second.start_ms) == ("Hard.", 3000)
    assert first.speaker != second.speaker


def test_segments_alone(api: Api, therapist: Therapist, session: TherapySession) -> None:
    body = {"segments": [{"role": "therapist", "text": "Hello"}, {"role": "client", "text": "Hi"}]}
    assert post(api(therapist), session, body).status_code == 202
    assert list(Segment.objects.order_by("index").values_list("speaker", "text")) == [
        ("S1", "Hello"),
        ("S2", "Hi"),
    ]


def test_the_body_of_another_session_gets_new_ids(
    api: Api, therapist: Therapist, session: TherapySession
) -> None:
    client = api(therapist)
    transcribed(session)
    body = client.get(f"/sessions/{session.pk}/transcript").json()
    other = TherapySessionFactory.create(therapist=therapist)
    assert post(client, other, body).status_code == 202
    pasted = {"text": json.dumps(body), "filename": "transcript.json"}
    third = TherapySessionFactory.create(therapist=therapist)
    assert post(client, third, pasted).status_code == 202
    assert Segment.objects.count() == 12
    shown = client.get(f"/sessions/{other.pk}/transcript").json()
    assert [s["role"] for s in shown["segments"]] == ["therapist", "client"] * 2


def test_roles_come_from_what_is_said_where_none_is_named(
    api: Api, therapist: Therapist, session: TherapySession
) -> None:
    text = (
        "Anna: I can't sleep and my chest hurts, I worry about my job all the time.\n"
        "Brook: It sounds like work is weighing on you. How has that been for you this week?\n"
        "Anna: Awful. I shouted at my sister and I cried on Tuesday.\n"
        "Brook: What went through your mind when you shouted? Tell me more about that.\n"
        "Anna: I thought nobody cares about me. I was so tired.\n"
        "Brook: So you felt alone. What do you think would help you before our next session?\n"
    )
    assert post(api(therapist), session, {"text": text}).status_code == 202
    speakers = Transcript.objects.get().speakers
    assert [(s["name"], s["role"]) for s in speakers.values()] == [("Anna", "client"), ("Brook", "therapist")]


def test_without_a_report(api: Api, session: TherapySession, commits: Commits, started: list) -> None:
    with commits(execute=True):
        answer = post(api(session.therapist), session, {"text": TEXT}, "?report=false")
    assert answer.status_code == 202
    assert answer.json()["status"] == "created"
    assert answer.json()["counts"]["segments"] == 3
    assert started == []


def test_it_replaces_what_was_there(api: Api, therapist: Therapist, session: TherapySession) -> None:
    transcribed(session)
    TherapySession.objects.update(status=Status.REPORT_READY)
    assert post(api(therapist), session, {"text": TEXT}).status_code == 202
    assert Transcript.objects.get().segments.count() == 3


def test_anonymous_and_stranger(
    api: Api, anonymous: APIClient, other_therapist: Therapist, session: TherapySession
) -> None:
    assert post(anonymous, session, {"text": TEXT}).status_code == 401
    assert post(api(other_therapist), session, {"text": TEXT}).status_code == 404
    assert not Transcript.objects.exists()


def test_while_running(api: Api, therapist: Therapist, session: TherapySession) -> None:
    TherapySession.objects.update(status=Status.TRANSCRIBING)
    assert post(api(therapist), session, {"text": TEXT}).json()["code"] == "session_busy"


@pytest.mark.usefixtures("signed")
def test_signed(api: Api, therapist: Therapist, session: TherapySession) -> None:
    assert post(api(therapist), session, {"text": TEXT}).json()["code"] == "report_finalized"


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"text": ""},
        {"text": " \n "},
        {"text": "x", "segments": [{"text": "y"}]},
        {"segments": []},
        {"segments": [{"role": "client"}]},
        {"segments": [{"role": "dog", "text": "x"}]},
        {"segments": [{"text": "x", "start_ms": 5, "end_ms": 1}]},
        {"segments": [{"text": "x", "start_ms": 10**30}]},
        {"segments": [{"text": "x", "wrong": 1}]},
        {"segments": [{"text": "x\0y"}]},
        {"segments": "x"},
        {"text": "x", "wrong": 1},
        {"text": "{not json", "filename": "a.json"},
        {"text": '{"segments": [{"text": "a\\u0000b"}]}'},
        {"text": '{"segments": [{"text": "x", "start_ms": -5}]}'},
        {"text": '{"segments": [{"text": "x", "end_ms": 1e30}]}'},
        ["x"],
    ],
)
def test_bad_input(api: Api, therapist: Therapist, session: TherapySession, body: Any) -> None:
    answer = post(api(therapist), session, body)
    assert (answer.status_code, answer.json()["code"]) == (400, "validation_error"), answer.content
    assert not Transcript.objects.exists()


def test_long_speaker_names_fit(api: Api, therapist: Therapist, session: TherapySession) -> None:
    body = {"text": json.dumps({"segments": [{"speaker": "x" * 300, "text": "Hello"}]})}
    assert post(api(therapist), session, body).status_code == 202
    assert Segment.objects.get().speaker == "S1"
