"""What a corrected transcript does to the claims and flags that rest on it."""

from __future__ import annotations

from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import Therapist
from conftest import Api
from reports.models import Claim, Report, ReportStatus, RiskFlag
from reports.rechecks import content_replaced, transcript_changed
from reports.tests.factories import report_of, segments, session_with_report
from sessions_app.models import TherapySession


@pytest.fixture
def session(therapist: Therapist) -> TherapySession:
    return session_with_report(therapist)


def correct(session: TherapySession, index: int, text: str) -> None:
    segment = segments(session)[index]
    segment.text, segment.words = text, []
    segment.save()
    transcript_changed(session.pk, [segment.pk])


def claim(session: TherapySession, text: str) -> Claim:
    return report_of(session).claims.get(text=text)


def test_a_claim_whose_words_are_gone_is_unsupported(session: TherapySession) -> None:
    correct(session, 1, "I wake up at five most nights and my mind races about work.")
    assert claim(session, "I wake up at four most nights.").state == "unsupported"
    assert claim(session, "Wakes up at four most nights.").state == "unsupported"
    assert claim(session, "My mind races about work.").state == "supported"
    assert claim(session, "Keep the thought record each evening.").state == "supported"
    revision = report_of(session).revisions.get(number=2)
    assert (revision.kind, revision.author) == ("transcript_changed", None)


def test_the_words_come_back(session: TherapySession) -> None:
    correct(session, 1, "Something else.")
    correct(session, 1, "I wake up at four most nights and my mind races about work.")
    assert claim(session, "I wake up at four most nights.").state == "supported"


def test_white_space_case_and_punctuation_do_not_matter(session: TherapySession) -> None:
    correct(session, 1, "i wake up  at four, most nights; and my mind races about work")
    assert claim(session, "I wake up at four most nights.").state == "supported"


def test_a_confirmed_inference_whose_words_stand_stays_confirmed(session: TherapySession) -> None:
    report_of(session).claims.filter(state="inferred").update(confirmed=True)
    correct(session, 1, "Well, I wake up at four most nights and my mind races about work.")
    assert claim(session, "Work keeps the client awake.").confirmed is True


def test_the_clinicians_own_loses_only_the_quote(session: TherapySession) -> None:
    report_of(session).claims.update(state="clinician_added")
    correct(session, 1, "Something else.")
    own = claim(session, "My mind races about work.")
    assert (own.state, own.evidence) == ("clinician_added", [])


def test_a_flag_whose_words_are_gone_waits_for_a_decision(session: TherapySession) -> None:
    report_of(session).risk_flags.update(clinician_decision="confirmed")
    correct(session, 3, "Sometimes I think what if I woke up. I would never act on it.")
    wish = RiskFlag.objects.get(polarity="endorsed")
    never = RiskFlag.objects.get(polarity="denied")
    assert (wish.evidence_missing, wish.clinician_decision) == (True, "pending")
    assert (never.evidence_missing, never.clinician_decision) == (False, "confirmed")


def test_nothing_rests_on_it_no_version(session: TherapySession) -> None:
    correct(session, 0, "How did you sleep?")
    assert report_of(session).version == 1


def test_a_signed_report_does_not_change(session: TherapySession) -> None:
    Report.objects.update(status=ReportStatus.FINALIZED)
    correct(session, 1, "Something else.")
    assert claim(session, "I wake up at four most nights.").state == "supported"


def test_without_report(session: TherapySession) -> None:
    report_of(session).delete()
    correct(session, 1, "Something else.")


def test_replaced_content_takes_the_draft_along(session: TherapySession) -> None:
    content_replaced(session.pk)
    assert not Report.objects.exists()


class TestThroughTheApi:
    """The hooks as `settings` name them."""

    @pytest.fixture
    def client(self, therapist: Therapist, api: Api) -> APIClient:
        return api(therapist)

    def patch(self, client: APIClient, session: TherapySession, body: Any) -> dict[str, Any]:
        response = client.patch(f"/sessions/{session.pk}/transcript", body, format="json")
        assert response.status_code == 200, response.json()
        return dict(client.get(f"/sessions/{session.pk}/report").json())

    def test_a_corrected_text(self, client: APIClient, session: TherapySession) -> None:
        segment = segments(session)[1]
        body = self.patch(client, session, {"segments": [{"id": str(segment.pk), "text": "No."}]})
        assert [item["state"] for item in body["claims"]] == [*["unsupported"] * 4, "supported"]
        assert body["versions"][-1]["kind"] == "transcript_changed"

    def test_a_split_is_followed(self, client: APIClient, session: TherapySession) -> None:
        segment = segments(session)[3]
        offset = segment.text.index(" I would never")
        body = self.patch(client, session, {"split": [{"id": str(segment.pk), "offset": offset}]})
        wish, never = body["risk_flags"]
        assert not wish["evidence_missing"]
        assert not never["evidence_missing"]
        assert wish["evidence"][0]["segment"] != never["evidence"][0]["segment"]
        assert never["evidence"][0]["start_ms"] > wish["evidence"][0]["start_ms"]

    def test_a_merge_is_followed(self, client: APIClient, session: TherapySession) -> None:
        segment = segments(session)[3]
        offset = segment.text.index(" I would never")
        self.patch(client, session, {"split": [{"id": str(segment.pk), "offset": offset}]})
        first, second = segments(session)[3:5]
        body = self.patch(client, session, {"merge": [{"ids": [str(first.pk), str(second.pk)]}]})
        assert [flag["evidence_missing"] for flag in body["risk_flags"]] == [False, False]

    def test_a_corrected_role_asks_for_a_second_look(
        self, client: APIClient, session: TherapySession
    ) -> None:
        report_of(session).risk_flags.update(clinician_decision="confirmed")
        roles = {"S1": {"role": "client"}, "S2": {"role": "therapist"}}
        body = self.patch(client, session, {"speakers": roles})
        assert {item["state"] for item in body["claims"]} == {"inferred"}
        assert {flag["clinician_decision"] for flag in body["risk_flags"]} == {"pending"}
