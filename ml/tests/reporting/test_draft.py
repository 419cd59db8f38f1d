"""Drafting by extraction: what the sample must hold, and what every draft keeps to."""

from __future__ import annotations

from pathlib import Path

import pytest

from ml.errors import Cancelled
from ml.evidence.quotes import quote_in
from ml.reporting.checks import check_claim
from ml.reporting.note_formats import NOTE_SECTIONS, arrange
from ml.schemas.report import ClaimState, NoteFormat, Notice, ReportDraft, Section
from ml.schemas.transcript import Coverage, Gap, Transcript
from ml.tests.reporting.sessions import by_rules, sample, spoken


def texts(draft: ReportDraft, section: Section) -> str:
    return " ".join(c.text for c in draft.claims if c.section is section).lower()


def assert_verbatim(draft: ReportDraft, transcript: Transcript) -> None:
    segments = {s.id: s.text for s in transcript.segments}
    cited = [c.evidence for c in draft.claims] + [f.evidence for f in draft.risk_flags]
    for evidence in cited:
        assert evidence
        assert all(quote_in(segments[e.segment], e.quote) for e in evidence)


def test_the_sample_holds_plan_and_key_points(tmp_path: Path) -> None:
    transcript = sample()
    draft = by_rules(tmp_path).draft(transcript)
    plan, key_points = texts(draft, Section.TREATMENT_PLAN), texts(draft, Section.KEY_POINTS)
    for words in ("safety plan", "thought record once a day", "no coffee after noon"):
        assert words in plan
    assert "asleep around two" in key_points
    assert "three out of ten" in key_points
    assert_verbatim(draft, transcript)
    assert {c.section for c in draft.claims} == set(Section)
    assert draft.notices == [Notice.EXTRACTION_ONLY, Notice.RISK_RULES_ONLY]
    assert draft.provenance.engine == "extraction"


def test_every_drafted_claim_passes_the_check_that_guards_edits(tmp_path: Path) -> None:
    transcript = sample()
    segments = {s.id: s.text for s in transcript.segments}
    for claim in by_rules(tmp_path).draft(transcript).claims:
        quotes = [e.quote for e in claim.evidence]
        state = check_claim(claim.text, quotes, [segments[e.segment] for e in claim.evidence])
        assert state is ClaimState.SUPPORTED, claim.text


def test_a_section_alone_and_risk_flags_always(tmp_path: Path) -> None:
    drafter = by_rules(tmp_path)
    alone = drafter.draft(sample(), sections=[Section.TREATMENT_PLAN])
    assert {c.section for c in alone.claims} == {Section.TREATMENT_PLAN}
    assert alone.risk_flags == drafter.draft(sample()).risk_flags


@pytest.mark.parametrize("note_format", list(NoteFormat))
def test_every_format_arranges_every_claim_once(note_format: NoteFormat, tmp_path: Path) -> None:
    draft = by_rules(tmp_path).draft(sample(), note_format=note_format)
    assert draft.note_format is note_format
    arranged = arrange(draft.claims, note_format)
    assert tuple(arranged) == NOTE_SECTIONS[note_format]
    placed = [claim for claims in arranged.values() for claim in claims]
    assert sorted(map(id, placed)) == sorted(map(id, draft.claims))
    if note_format is not NoteFormat.STANDARD:
        plan = " ".join(c.text for c in arranged["plan"])
        assert "thought record" in plan


def test_a_language_without_risk_finders_says_so_and_stays_verbatim(tmp_path: Path) -> None:
    transcript = spoken(
        ("therapist", "Wie haben Sie geschlafen?"),
        ("client", "Ich schlafe seit drei Wochen kaum und denke nachts nur an die Arbeit."),
        ("therapist", "Bitte schreiben Sie bis nächste Woche jeden Abend drei gute Dinge auf."),
        language="de",
    )
    draft = by_rules(tmp_path).draft(transcript)
    assert Notice.RISK_NOT_SCREENED in draft.notices
    assert draft.risk_flags == []
    assert draft.claims
    assert_verbatim(draft, transcript)
    assert not any("Client" in c.text or "Therapist" in c.text for c in draft.claims)


def test_an_arabic_session_gets_an_arabic_report(tmp_path: Path) -> None:
    transcript = spoken(
        ("therapist", "كيف كان نومك هذا الأسبوع؟"),
        ("client", "لا أستطيع النوم وأشعر بالقلق طوال الليل بسبب العمل."),
        ("therapist", "كواجب منزلي أريدك أن تكتب أفكارك كل مساء حتى الجلسة القادمة."),
        ("client", "حسنا، سأكتبها في هاتفي."),
        language="ar",
    )
    draft = by_rules(tmp_path).draft(transcript)
    assert "تكتب أفكارك كل مساء" in texts(draft, Section.TREATMENT_PLAN)
    assert "القلق" in texts(draft, Section.KEY_POINTS)
    assert Notice.RISK_NOT_SCREENED not in draft.notices
    assert_verbatim(draft, transcript)


def test_gaps_in_the_transcript_are_told(tmp_path: Path) -> None:
    gap = Coverage(speech_ms=9000, transcribed_ms=8000, gaps=[Gap(start_ms=1, end_ms=1001)])
    draft = by_rules(tmp_path).draft(sample().model_copy(update={"coverage": gap}))
    assert Notice.TRANSCRIPT_HAS_GAPS in draft.notices


@pytest.mark.parametrize("turns", [[], [("client", "Hm.")], [("other", "Hello there, is this on?")]])
def test_an_almost_empty_session_gives_an_almost_empty_draft(
    turns: list[tuple[str, str]], tmp_path: Path
) -> None:
    draft = by_rules(tmp_path).draft(spoken(*turns))
    assert len(draft.claims) <= 1


def test_progress_rises_to_the_end_and_may_cancel(tmp_path: Path) -> None:
    shares: list[float] = []
    by_rules(tmp_path).draft(sample(), progress=shares.append)
    assert shares == sorted(shares) and shares[0] == 0.0 and shares[-1] == 1.0

    def cancel(share: float) -> None:
        if share > 0:
            raise Cancelled

    with pytest.raises(Cancelled):
        by_rules(tmp_path).draft(sample(), progress=cancel)


def test_nine_thousand_words_lose_no_agreement_and_invert_nothing(tmp_path: Path) -> None:
    chatter = [
        ("therapist", "Mm-hmm. What was that like?"),
        ("client", "It was all right, the bus was late and we talked about the weather for a while there."),
    ]
    turns = chatter * 180
    turns[0:0] = [("client", "I stopped taking my Zoloft two weeks ago because of the nausea.")]
    turns[len(turns) // 2 : len(turns) // 2] = [("client", "I don't drink at all, I never have.")]
    turns += [
        ("therapist", "For homework, could you write down your worries for ten minutes every evening?"),
        ("client", "Yes, I can do that."),
        ("therapist", "Let's meet again next Thursday at noon."),
    ]
    turns = turns[:1] + chatter * 200 + turns[1:]
    transcript = spoken(*turns)
    assert sum(len(s.text.split()) for s in transcript.segments) > 8500
    draft = by_rules(tmp_path).draft(transcript)
    plan, key_points = texts(draft, Section.TREATMENT_PLAN), texts(draft, Section.KEY_POINTS)
    assert "worries for ten minutes every evening" in plan and "next thursday at noon" in plan
    assert "zoloft two weeks ago" in key_points
    assert "i don't drink at all" in key_points
    assert_verbatim(draft, transcript)
