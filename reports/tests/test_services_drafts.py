"""`draft_save`: a new draft replaces the old one and nothing a person decided or wrote."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Therapist
from ml.schemas.report import Notice, Polarity, RiskCategory, RiskFlag
from reports.models import Claim, ReportStatus
from reports.services.drafts import draft_save
from reports.tests.factories import (
    evidence,
    make_draft,
    report_of,
    session_with_report,
    session_with_transcript,
)
from sessions_app.models import TherapySession


@pytest.fixture
def session(therapist: Therapist) -> TherapySession:
    return session_with_report(therapist)


def texts(session: TherapySession, **fields: Any) -> list[str]:
    return list(
        report_of(session)
        .claims.filter(removed=False, **fields)
        .order_by("order")
        .values_list("text", flat=True)
    )


def ask(session: TherapySession, *sections: str) -> None:
    session.report_request = {"note_format": "standard", "sections": list(sections)}
    session.save()


def reworded(session: TherapySession, **changes: Any) -> Any:
    """The draft with every sentence worded anew."""
    draft = make_draft(session, **changes)
    claims = [claim.model_copy(update={"text": f"New: {claim.text}"}) for claim in draft.claims]
    return draft.model_copy(update={"claims": claims})


def test_it_works(therapist: Therapist) -> None:
    session = session_with_transcript(therapist, report_request={"note_format": "standard"})
    draft_save(session, make_draft(session))
    report = report_of(session)
    assert (report.version, report.engine, report.status) == (1, "extraction", "draft")
    assert report.claims.count() == 5
    assert all(claim.draft_text == claim.text for claim in report.claims.all())
    assert report.claims.all()[0].evidence[0]["role"] == "client"
    session.refresh_from_db()
    assert session.report_request == {}


def test_a_new_draft_keeps_the_old_version(session: TherapySession) -> None:
    draft_save(session, reworded(session))
    report = report_of(session)
    assert report.version == 2
    first, second = report.revisions.all()
    assert first.content["claims"][0]["text"] == "I wake up at four most nights."
    assert second.content["claims"][0]["text"] == "New: I wake up at four most nights."
    assert report.claims.count() == 5


def test_a_signed_report_is_never_overwritten(session: TherapySession) -> None:
    report = report_of(session)
    report.status, report.finalized_at = ReportStatus.FINALIZED, timezone.now()
    report.save()
    draft_save(session, reworded(session))
    assert report_of(session).version == 1
    assert not any(text.startswith("New") for text in texts(session))


def test_a_section_alone(session: TherapySession) -> None:
    ask(session, "treatment_plan")
    draft_save(session, reworded(session))
    assert texts(session, section="treatment_plan") == ["New: Keep the thought record each evening."]
    assert not any(text.startswith("New") for text in texts(session, section="summary"))
    assert texts(session)[-1].startswith("New")


def test_a_section_of_the_note_format_alone(session: TherapySession) -> None:
    report = report_of(session)
    report.note_format = "soap"
    report.save()
    session.report_request = {"note_format": "soap", "sections": ["plan"]}
    session.save()
    draft_save(session, reworded(session, note_format="soap"))
    assert [text for text in texts(session) if text.startswith("New")] == [
        "New: Keep the thought record each evening."
    ]


def test_where_extraction_made_the_rest_it_is_still_said(session: TherapySession) -> None:
    ask(session, "summary")
    draft_save(session, reworded(session, notices=[]))
    assert report_of(session).notices == [Notice.EXTRACTION_ONLY]
    draft_save(TherapySession.objects.get(pk=session.pk), reworded(session, notices=[]))
    assert report_of(session).notices == []


def test_the_clinicians_own_stays_and_removed_goes(session: TherapySession) -> None:
    report = report_of(session)
    Claim.objects.create(
        report=report, section="summary", topic="concern", text="My own.", state="clinician_added"
    )
    Claim.objects.filter(report=report, section="treatment_plan").update(state="clinician_added")
    Claim.objects.filter(report=report, section="key_points").update(removed=True)
    draft_save(session, reworded(session))
    assert "My own." in texts(session, section="summary")
    assert texts(session, section="treatment_plan")[-1] == "Keep the thought record each evening."
    assert report.claims.filter(removed=True).count() == 0


def test_the_clinicians_own_keeps_its_place(session: TherapySession) -> None:
    report = report_of(session)
    before = texts(session)
    first = report.claims.get(text="I wake up at four most nights.")
    Claim.objects.filter(pk=first.pk).update(state="clinician_added")
    Claim.objects.filter(section="summary").exclude(pk=first.pk).update(
        evidence=[{**first.evidence[0], "start_ms": first.evidence[0]["end_ms"] + 1}]
    )
    draft = make_draft(session)
    later = [
        claim.model_copy(
            update={"evidence": [item.model_copy(update={"start_ms": 90_000}) for item in claim.evidence]}
        )
        for claim in draft.claims
    ]
    draft_save(session, draft.model_copy(update={"claims": later}))
    assert texts(session) == before


def test_what_was_not_asked_for_keeps_its_order(session: TherapySession) -> None:
    before = texts(session)
    report_of(session).claims.filter(text=before[0]).update(state="clinician_added")
    ask(session, "treatment_plan")
    draft_save(session, make_draft(session))
    assert texts(session) == before


def test_a_sentence_taken_as_ones_own_is_not_drafted_twice(session: TherapySession) -> None:
    report_of(session).claims.filter(section="treatment_plan").update(state="clinician_added")
    draft_save(session, make_draft(session))
    assert texts(session, section="treatment_plan") == ["Keep the thought record each evening."]


@pytest.mark.parametrize("drafted", [make_draft, reworded])
def test_what_the_clinician_confirmed_stays(session: TherapySession, drafted: Any) -> None:
    confirmed = report_of(session).claims.get(state="inferred")
    report_of(session).claims.filter(pk=confirmed.pk).update(confirmed=True)
    draft_save(session, drafted(session))
    # Once: what was drafted from the same words is left out.
    kept = report_of(session).claims.get(state="inferred")
    assert (kept.pk, kept.text, kept.confirmed) == (confirmed.pk, "Work keeps the client awake.", True)
    assert report_of(session).claims.count() == 5


def test_what_the_clinician_reworded_stays(session: TherapySession) -> None:
    reworded_claim = report_of(session).claims.get(text="Wakes up at four most nights.")
    reworded_claim.text = "Wakes at four most nights."
    reworded_claim.save()
    draft_save(session, reworded(session))
    assert texts(session, section="key_points") == [
        "New: Work keeps the client awake.",
        "Wakes at four most nights.",
    ]
    # Another section quotes the same words and is drafted again.
    assert "New: I wake up at four most nights." in texts(session, section="summary")


def test_what_nobody_confirmed_is_replaced(session: TherapySession) -> None:
    draft_save(session, reworded(session))
    assert report_of(session).claims.get(state="inferred").text == "New: Work keeps the client awake."


def test_a_decision_stays_with_the_same_words(session: TherapySession, therapist: Therapist) -> None:
    flag = report_of(session).risk_flags.get(polarity="endorsed")
    flag.clinician_decision, flag.rationale, flag.severity, flag.decided_by = (
        "dismissed",
        "Idiom.",
        "low",
        therapist,
    )
    flag.save()
    draft_save(session, make_draft(session))
    kept = report_of(session).risk_flags.get(polarity="endorsed")
    assert (kept.pk, kept.clinician_decision, kept.rationale, kept.severity) == (
        flag.pk,
        "dismissed",
        "Idiom.",
        "low",
    )
    assert report_of(session).risk_flags.get(polarity="denied").clinician_decision == "pending"
    assert report_of(session).risk_flags.count() == 2


def test_other_words_are_another_flag(session: TherapySession) -> None:
    report_of(session).risk_flags.update(clinician_decision="confirmed")
    other = RiskFlag(
        category=RiskCategory.SUICIDE,
        polarity=Polarity.ENDORSED,
        evidence=[evidence(session, 3, "what if I didn't wake up")],
        sources=["model"],
    )
    draft_save(session, make_draft(session, risk_flags=[other]))
    flags = report_of(session).risk_flags.all()
    # Decided flags whose words still stand stay beside what is found now.
    assert [flag.clinician_decision for flag in flags].count("confirmed") == 2
    assert [flag.clinician_decision for flag in flags].count("pending") == 1


def test_a_pending_flag_that_is_not_found_again_goes(session: TherapySession) -> None:
    draft_save(session, make_draft(session, risk_flags=[]))
    assert report_of(session).risk_flags.count() == 0


def test_a_section_alone_takes_no_flag_away(session: TherapySession) -> None:
    ask(session, "summary")
    draft_save(session, make_draft(session, risk_flags=[]))
    assert report_of(session).risk_flags.count() == 2


def test_risk_flags_alone(session: TherapySession) -> None:
    ask(session, "risk_flags")
    draft_save(session, make_draft(session, risk_flags=[], claims=[]))
    assert report_of(session).risk_flags.count() == 0
    assert len(texts(session)) == 5
