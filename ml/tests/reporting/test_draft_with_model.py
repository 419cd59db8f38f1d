"""Drafting with a language model that is good, bad, slow or away."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from ml.errors import ErrorCode, PermanentError, TransientError
from ml.llm.fake import FakeChatModel
from ml.reporting.draft import build_drafter
from ml.reporting.options import DraftingOptions
from ml.schemas.chat import ChatMessage
from ml.schemas.report import Claim, Notice, Polarity, ReportDraft, RiskCategory
from ml.tests.llm.misbehaving_server import Reply, stand_in
from ml.tests.reporting.sessions import answering, by_rules, sample, spoken, with_model

AWAY = TransientError(ErrorCode.MODEL_NOT_AVAILABLE, "away")
LATE = TransientError(ErrorCode.MODEL_TIMEOUT, "late")


def claim_on(draft: ReportDraft, words: str) -> Claim:
    return next(c for c in draft.claims if words in c.evidence[-1].quote and "touched on" not in c.text)


def test_a_faithful_wording_is_taken(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def word(message: str) -> str:
        faithful = "Client keeps going over everything that they said at work."
        return faithful if "going over" in message else "banana"

    draft = with_model(monkeypatch, tmp_path, answering(word)).draft(sample())
    claim = claim_on(draft, "going over everything")
    assert claim.text == "Client keeps going over everything that they said at work."
    assert claim.evidence[0].quote == "I keep going over everything that I said at work."
    assert Notice.EXTRACTION_ONLY not in draft.notices
    assert (draft.provenance.engine, draft.provenance.prompt_version) == (
        "openai_compatible",
        "word_evidence/v1",
    )


@pytest.mark.parametrize(
    "wrong",
    [
        "Client has a plan and would do that to their daughter.",
        "Client denied suicidal ideation.",
        "Client drinks a bottle of vodka a day.",
        "Client's wife Maria is worried.",
    ],
)
def test_an_invention_never_reaches_the_draft(
    wrong: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    draft = with_model(monkeypatch, tmp_path, answering(lambda _: wrong)).draft(sample())
    assert wrong not in [c.text for c in draft.claims]
    assert [c.text for c in draft.claims] == [c.text for c in by_rules(tmp_path).draft(sample()).claims]


@pytest.mark.parametrize("trouble", [["nonsense", "still nonsense"], [LATE]])
def test_nonsense_and_single_timeouts_leave_one_quote(
    trouble: list[str | Exception], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    good = json.dumps({"text": "Client keeps going over everything that they said at work."})
    fake = FakeChatModel(trouble, otherwise=lambda _: good)
    draft = with_model(monkeypatch, tmp_path, fake, fallback=False).draft(sample())
    assert len(draft.claims) == len(by_rules(tmp_path).draft(sample()).claims)
    assert claim_on(draft, "going over everything").text.startswith("Client keeps")


def test_a_model_that_keeps_hanging_is_not_asked_for_ever(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    fake = FakeChatModel([LATE] * 50)
    draft = with_model(monkeypatch, tmp_path, fake).draft(sample())
    assert draft.claims
    assert Notice.EXTRACTION_ONLY in draft.notices
    assert len(fake.history) <= 10


def test_a_server_that_is_away_is_an_error_or_a_fallback(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with pytest.raises(TransientError) as caught:
        with_model(monkeypatch, tmp_path, FakeChatModel([AWAY] * 50), fallback=False).draft(sample())
    assert caught.value.code is ErrorCode.MODEL_NOT_AVAILABLE
    draft = with_model(monkeypatch, tmp_path, FakeChatModel([AWAY] * 50)).draft(sample())
    assert draft.provenance.engine == "extraction"
    assert Notice.EXTRACTION_ONLY in draft.notices


def test_missing_weights_are_an_error_or_a_fallback(tmp_path: Path) -> None:
    strict = DraftingOptions(models_dir=tmp_path, backend="packaged_gguf", fallback_to_extraction=False)
    with pytest.raises(PermanentError) as caught:
        build_drafter(strict).draft(sample())
    assert caught.value.code is ErrorCode.MODEL_NOT_AVAILABLE
    draft = build_drafter(DraftingOptions(models_dir=tmp_path, backend="packaged_gguf")).draft(sample())
    assert draft.notices == [Notice.EXTRACTION_ONLY, Notice.RISK_RULES_ONLY]


def test_the_number_of_calls_is_bounded(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    fake = answering(lambda _: "banana")
    with_model(monkeypatch, tmp_path, fake, max_wordings=2).draft(sample())
    worded = [m for m in fake.history if "findings" not in m[0].content]
    assert len(worded) == 2
    # The same prefix every time, so that servers can cache it.
    assert len({m[0].content for m in worded}) == 1


def test_a_real_http_server_gone_mad_still_gives_a_report(tmp_path: Path) -> None:
    with stand_in(
        Reply(text="banana"), Reply(status=500), Reply(raw="<html>"), Reply(text="x" * 9000)
    ) as server:
        options = DraftingOptions(
            models_dir=tmp_path,
            backend="openai_compatible",
            backend_options={"base_url": server.url, "model": "m", "timeout_s": 2.0},
        )
        drafter = build_drafter(options)
        draft = drafter.draft(sample())
        drafter.close()
    assert [c.text for c in draft.claims] == [c.text for c in by_rules(tmp_path).draft(sample()).claims]


def reading(*findings: dict[str, str]) -> FakeChatModel:
    def otherwise(messages: Sequence[ChatMessage]) -> str:
        if "findings" in messages[0].content:
            return json.dumps({"findings": list(findings)})
        return "no"

    return FakeChatModel(otherwise=otherwise)


FOUND = {"category": "harm_to_others", "polarity": "endorsed", "subject": "client", "timeframe": "current"}


def test_the_model_may_add_a_flag_with_verbatim_words(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    transcript = spoken(
        ("client", "That gun in his drawer keeps calling me whenever he starts shouting at us.")
    )
    fake = reading(FOUND | {"quote": "That gun in his drawer keeps calling me"})
    flags = with_model(monkeypatch, tmp_path, fake).draft(transcript).risk_flags
    mine = [f for f in flags if f.sources == ["model"]]
    assert [(f.category, f.polarity) for f in mine] == [(RiskCategory.HARM_TO_OTHERS, Polarity.ENDORSED)]


def test_the_model_cannot_invent_remove_or_turn_round(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    transcript = sample()
    by_rule = by_rules(tmp_path).draft(transcript).risk_flags
    fake = reading(
        FOUND | {"quote": "I will shoot everybody tonight"},
        {"category": "suicide", "polarity": "denied", "subject": "client", "timeframe": "current",
         "quote": "it would be okay if I just didn't wake up"},
    )  # fmt: skip
    flags = with_model(monkeypatch, tmp_path, fake).draft(transcript).risk_flags
    assert [f for f in flags if f.sources != ["model"]] == by_rule
    assert "shoot" not in " ".join(e.quote for f in flags for e in f.evidence)


def test_other_languages_are_not_worded_by_the_model(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    fake = answering(lambda _: "banana")
    draft = with_model(monkeypatch, tmp_path, fake).draft(
        spoken(
            ("client", "Ich schlafe seit drei Wochen kaum noch, nachts denke ich an die Arbeit."),
            language="de",
        )
    )
    assert fake.history == []
    assert Notice.EXTRACTION_ONLY in draft.notices
