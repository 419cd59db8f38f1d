"""Requests and workers at the same moment on one report."""

from __future__ import annotations

import itertools
from collections import Counter
from functools import partial
from typing import Any

import pytest

from accounts.models import Therapist
from conftest import Api
from core.testing.at_once import at_once
from reports.models import ReportRevision
from reports.services.drafts import draft_save
from reports.tests.factories import make_draft, report_of, resolve, segments, session_with_report
from sessions_app import pipeline
from sessions_app.models import Status, TherapySession

pytestmark = pytest.mark.usefixtures("postgres")
ROUNDS = 4
SIGN = {"status": "finalized"}


def ready(therapist: Therapist) -> TherapySession:
    """A session whose report can be signed."""
    session = session_with_report(therapist)
    resolve(report_of(session))
    return session


def patch(api: Api, therapist: Therapist, session: TherapySession, body: Any, **headers: str) -> Any:
    return api(therapist).patch(f"/sessions/{session.pk}/report", body, headers=headers)


def versions(session: TherapySession) -> list[tuple[int, str]]:
    rows = ReportRevision.objects.filter(report__session=session).order_by("number")
    return list(rows.values_list("number", "kind"))


def test_a_report_is_signed_once(api: Api, therapist: Therapist) -> None:
    for _ in range(ROUNDS):
        session = ready(therapist)
        answers = at_once([partial(patch, api, therapist, session, SIGN) for _ in range(4)])
        assert Counter(answer.status_code for answer in answers) == {200: 1, 409: 3}
        assert {a.json()["code"] for a in answers if a.status_code == 409} == {"report_finalized"}
        assert versions(session) == [(1, "drafted"), (2, "finalized")]


def test_what_is_signed_holds_an_edit_or_refuses_it(api: Api, therapist: Therapist) -> None:
    for number in range(ROUNDS):
        session = ready(therapist)
        text = f"Sleeps badly, {number}."
        edit = {"treatment_plan": [{"text": text}]}
        edited, signed = at_once(
            [partial(patch, api, therapist, session, edit), partial(patch, api, therapist, session, SIGN)]
        )
        assert signed.status_code == 200, signed.json()
        assert edited.status_code in {200, 409}, edited.json()
        content = ReportRevision.objects.filter(report__session=session).order_by("-number").first()
        assert content is not None
        texts = [claim["text"] for claim in content.content["claims"]]
        assert (text in texts) == (edited.status_code == 200)
        assert content.kind == "finalized"


def test_of_edits_of_one_version_the_first_counts(api: Api, therapist: Therapist) -> None:
    for _ in range(ROUNDS):
        session = ready(therapist)
        tag = api(therapist).get(f"/sessions/{session.pk}/report")["ETag"]
        formats = ["soap", "dap", "birp", "soap"]
        calls = [
            partial(patch, api, therapist, session, {"note_format": name}, **{"If-Match": tag})
            for name in formats
        ]
        assert Counter(answer.status_code for answer in at_once(calls)) == {200: 1, 412: 3}
        assert [number for number, _ in versions(session)] == [1, 2]


def test_eight_writers_leave_a_chain_of_versions_without_a_gap(api: Api, therapist: Therapist) -> None:
    session = ready(therapist)
    bodies = [{"treatment_plan": [{"text": f"Plan {number}."}]} for number in range(8)]
    answers = at_once([partial(patch, api, therapist, session, body) for body in bodies])
    assert {answer.status_code for answer in answers} == {200}, [a.json() for a in answers]
    chain = list(ReportRevision.objects.filter(report__session=session).order_by("number"))
    assert [row.number for row in chain] == list(range(1, 10))
    # Each version begins where the one before it ended: it takes out what that one put in.
    plans = [_plan(row) for row in chain]
    assert sorted(plans[1:]) == [[f"Plan {number}."] for number in range(8)]
    for earlier, later in itertools.pairwise(chain):
        removed = [item["before"]["text"] for item in later.changes if item["change"] == "removed"]
        assert removed == _plan(earlier)


def test_a_signed_report_rests_on_the_words_that_were_signed(api: Api, therapist: Therapist) -> None:
    for number in range(ROUNDS):
        session = ready(therapist)
        segment = segments(session)[0]
        body = {"segments": [{"id": str(segment.pk), "text": f"Other words {number}."}]}
        corrected, signed = at_once(
            [
                partial(api(therapist).patch, f"/sessions/{session.pk}/transcript", body),
                partial(patch, api, therapist, session, SIGN),
            ]
        )
        assert signed.status_code == 200
        assert corrected.status_code in {200, 409}
        segment.refresh_from_db()
        assert segment.edited == (corrected.status_code == 200)


def test_a_new_draft_and_an_edit_do_not_write_over_each_other(api: Api, therapist: Therapist) -> None:
    for _ in range(ROUNDS):
        session = ready(therapist)
        TherapySession.objects.filter(pk=session.pk).update(status=Status.TRANSCRIBED)
        lease = pipeline.claim(session.pk, pipeline.REPORT)
        assert lease is not None
        draft = make_draft(session)
        stored, edited = at_once(
            [
                partial(pipeline.complete, lease, partial(draft_save, session, draft)),
                partial(patch, api, therapist, session, {"note_format": "soap"}),
            ]
        )
        assert stored
        # Before the draft the session is in work; after it the edit is one version more.
        assert getattr(edited, "status_code", 0) in {200, 409}
        assert [number for number, _ in versions(session)] in ([1, 2], [1, 2, 3])


def test_a_draft_asked_for_twice_is_drafted_once(
    api: Api, therapist: Therapist, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[str] = []
    monkeypatch.setattr(pipeline, "send", lambda session_id, countdown: sent.append(str(session_id)))
    for _ in range(ROUNDS):
        session = ready(therapist)
        url = f"/sessions/{session.pk}/report"
        answers = at_once([partial(api(therapist).post, url, {}) for _ in range(4)])
        assert Counter(answer.status_code for answer in answers) == {202: 1, 409: 3}
        assert sent.count(str(session.pk)) == 1


def _plan(version: ReportRevision) -> list[str]:
    return [item["text"] for item in version.content["claims"] if item["section"] == "treatment_plan"]
