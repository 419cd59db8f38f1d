"""What a corrected transcript does to the claims and flags that rest on it."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import Therapist
from conftest import Api
from reports.models import Claim, Report, ReportStatus, RiskFlag
from reports.rechecks import content_replaced, transcript_changed
from reports.services.quotes import SegmentBook
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


def test_a_quote_follows_a_corrected_word(session: TherapySession) -> None:
    report_of(session).claims.filter(state="inferred").update(confirmed=True)

    correct(session, 1, "I wake up at four most nights and my mind races about walks.")

    told = claim(session, "My mind races about work.")
    assert [item["quote"] for item in told.evidence] == ["my mind races about walks"]
    assert (told.state, told.lost_evidence) == ("unsupported", [])
    inferred = claim(session, "Work keeps the client awake.")
    assert (inferred.state, inferred.confirmed) == ("inferred", False)
    correct(session, 1, "I wake up at four most nights and my mind races about my work.")
    told = claim(session, "My mind races about work.")
    assert ([item["quote"] for item in told.evidence], told.state) == (
        ["my mind races about my work"],
        "supported",
    )
    correct(session, 1, "I wake up at four most nights and my mind races about work.")
    assert claim(session, "My mind races about work.").standing == {}
    assert claim(session, "Work keeps the client awake.").confirmed is True


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


class TestSeveralPassages:
    """Claims that rest on two passages, in different segments."""

    @pytest.fixture
    def theme(self, session: TherapySession) -> Claim:
        return self.with_passages(session, "I wake up at four, and I will do the thought record.")

    def with_passages(self, session: TherapySession, text: str, state: str = "supported") -> Claim:
        report = report_of(session)
        report.claims.all().delete()
        book = SegmentBook(session.pk)
        rows = segments(session)
        found = [
            book.locate(str(rows[1].pk), "I wake up at four"),
            book.locate(str(rows[5].pk), "I will do the thought record"),
        ]
        return Claim.objects.create(
            report=report,
            section="summary",
            topic="concern",
            text=text,
            draft_text=text,
            state=state,
            evidence=found,
        )

    def again(self, row: Claim) -> tuple[str, list[str], list[str]]:
        row.refresh_from_db()
        return (
            row.state,
            [item["quote"] for item in row.evidence],
            [item["quote"] for item in row.lost_evidence],
        )

    def test_what_is_left_holds_it(self, session: TherapySession) -> None:
        row = self.with_passages(session, "I will do the thought record.")
        correct(session, 1, "I sleep well.")
        assert self.again(row) == ("supported", ["I will do the thought record"], ["I wake up at four"])
        change = report_of(session).revisions.get(number=2).changes[-1]
        assert [item["quote"] for item in change["after"]["lost_evidence"]] == ["I wake up at four"]

    def test_what_is_left_does_not_hold_it(self, session: TherapySession, theme: Claim) -> None:
        correct(session, 1, "I sleep well.")
        assert self.again(theme) == ("unsupported", ["I will do the thought record"], ["I wake up at four"])

    def test_everything_is_gone_and_comes_back_one_by_one(
        self, session: TherapySession, theme: Claim
    ) -> None:
        before = list(theme.evidence)
        correct(session, 1, "I sleep well.")
        correct(session, 5, "Okay.")
        lost = ["I wake up at four", "I will do the thought record"]
        assert self.again(theme) == ("unsupported", [], lost)
        correct(session, 1, "I wake up at four.")
        assert self.again(theme) == ("unsupported", lost[:1], lost[1:])
        correct(session, 5, "Okay, I will do the thought record.")
        assert self.again(theme) == ("supported", lost, [])
        assert [item["segment"] for item in theme.evidence] == [item["segment"] for item in before]
        assert theme.standing == {}

    def test_an_inference_is_confirmed_again(self, session: TherapySession) -> None:
        row = self.with_passages(session, "The client tries to change.", "inferred")
        Claim.objects.update(confirmed=True)
        correct(session, 1, "I sleep well.")
        assert self.again(row)[0] == "inferred"
        assert row.confirmed is False
        correct(session, 1, "I wake up at four.")
        assert self.again(row)[0] == "inferred"
        assert row.confirmed is True

    def test_a_confirmation_outlives_corrections_that_change_nothing_more(
        self, session: TherapySession
    ) -> None:
        row = self.with_passages(session, "The client tries to change.", "inferred")
        correct(session, 1, "I sleep well.")
        Claim.objects.update(confirmed=True)
        correct(session, 5, "Well, I will do the thought record.")
        row.refresh_from_db()
        assert row.confirmed is True

    def test_the_clinicians_own_gets_its_passage_back(self, session: TherapySession) -> None:
        row = self.with_passages(session, "Mine.", "clinician_added")
        correct(session, 1, "I sleep well.")
        assert self.again(row) == (
            "clinician_added",
            ["I will do the thought record"],
            ["I wake up at four"],
        )
        correct(session, 1, "I wake up at four.")
        assert self.again(row)[0] == "clinician_added"
        assert len(row.evidence) == 2

    def test_taken_over_meanwhile_it_stays_the_clinicians(
        self, session: TherapySession, theme: Claim
    ) -> None:
        correct(session, 1, "I sleep well.")
        Claim.objects.update(state="clinician_added")
        correct(session, 1, "I wake up at four.")
        assert self.again(theme)[0] == "clinician_added"


def test_a_flag_whose_words_are_gone_waits_for_a_decision(session: TherapySession) -> None:
    report_of(session).risk_flags.update(clinician_decision="confirmed")
    correct(session, 3, "I sleep well now. I would never act on it.")
    wish = RiskFlag.objects.get(polarity="endorsed")
    never = RiskFlag.objects.get(polarity="denied")
    assert (wish.evidence_missing, wish.clinician_decision) == (True, "pending")
    assert (never.evidence_missing, never.clinician_decision) == (False, "confirmed")


def test_a_flag_whose_words_were_corrected_shows_them_and_waits_for_a_decision(
    session: TherapySession,
) -> None:
    report_of(session).risk_flags.update(clinician_decision="confirmed")
    before = segments(session)[3].text

    correct(session, 3, "Sometimes I think what if I woke up. I would never act on it.")

    wish = RiskFlag.objects.get(polarity="endorsed")
    assert [item["quote"] for item in wish.evidence] == ["Sometimes I think what if I woke up"]
    assert (wish.evidence_missing, wish.clinician_decision) == (False, "pending")
    assert RiskFlag.objects.get(polarity="denied").clinician_decision == "confirmed"
    correct(session, 3, before)
    assert RiskFlag.objects.get(polarity="endorsed").clinician_decision == "confirmed"


def test_words_that_come_back_give_a_flag_its_decision_back(session: TherapySession) -> None:
    flag = report_of(session).risk_flags.get(polarity="endorsed")
    RiskFlag.objects.filter(pk=flag.pk).update(clinician_decision="confirmed")
    index = [str(row.pk) for row in segments(session)].index(flag.evidence[0]["segment"])
    words = segments(session)[index].text
    correct(session, index, "Something else.")
    assert RiskFlag.objects.get(pk=flag.pk).clinician_decision == "pending"
    correct(session, index, words)
    flag.refresh_from_db()
    assert (flag.clinician_decision, flag.evidence_missing, flag.decided_by) == ("confirmed", False, None)


def test_nothing_rests_on_it_no_version(session: TherapySession) -> None:
    correct(session, 0, "How did you sleep?")
    assert report_of(session).version == 1


def test_a_signed_report_does_not_change(session: TherapySession) -> None:
    Report.objects.update(status=ReportStatus.FINALIZED, finalized_at=timezone.now())
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

    @pytest.mark.parametrize(
        "back",
        [
            [{"S1": {"role": "therapist"}, "S2": {"role": "client"}}],
            [{"S2": {"role": "client"}}, {"S1": {"role": "therapist"}}],
        ],
    )
    def test_roles_turned_round_and_back_change_nothing(
        self, client: APIClient, session: TherapySession, back: list[dict[str, Any]]
    ) -> None:
        report_of(session).claims.filter(state="inferred").update(confirmed=True)
        before = client.get(f"/sessions/{session.pk}/report").json()["claims"]
        turned = self.patch(
            client, session, {"speakers": {"S1": {"role": "client"}, "S2": {"role": "therapist"}}}
        )
        assert not any(item["confirmed"] for item in turned["claims"])
        # One of them was confirmed as it then read; that was another sentence.
        key = turned["claims"][0]["id"]
        url = f"/sessions/{session.pk}/report"
        client.patch(url, {"claims": [{"id": key, "confirmed": True}]}, format="json")
        for speakers in back:
            body = self.patch(client, session, {"speakers": speakers})
        for item in [*body["claims"], *before]:
            # The times are those of the words by now; the draft had the whole segment's.
            item["evidence"] = [(words["segment"], words["quote"]) for words in item["evidence"]]
        assert body["claims"] == before

    def test_roles_turned_back_give_a_flag_its_decision_back(
        self, client: APIClient, session: TherapySession, therapist: Therapist
    ) -> None:
        turned = {"S1": {"role": "client"}, "S2": {"role": "therapist"}}
        back = {"S1": {"role": "therapist"}, "S2": {"role": "client"}}
        first, second = report_of(session).risk_flags.all()
        url = f"/sessions/{session.pk}/report"
        edits = [{"id": str(flag.pk), "clinician_decision": "confirmed"} for flag in (first, second)]
        client.patch(url, {"risk_flags": edits}, format="json")
        before = RiskFlag.objects.get(pk=first.pk)
        self.patch(client, session, {"speakers": turned})
        # What the clinician decides meanwhile is of the statement as it then reads.
        dismissal = {"id": str(second.pk), "clinician_decision": "dismissed", "rationale": "I said that."}
        client.patch(url, {"risk_flags": [dismissal]}, format="json")
        body = self.patch(client, session, {"speakers": back})
        decisions = {flag["id"]: flag["clinician_decision"] for flag in body["risk_flags"]}
        assert decisions == {str(first.pk): "confirmed", str(second.pk): "dismissed"}
        after = RiskFlag.objects.get(pk=first.pk)
        assert (after.decided_at, after.decided_by) == (before.decided_at, therapist)
        assert after.standing == {}
