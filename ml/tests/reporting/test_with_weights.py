"""The sample session with the packaged models: what `make demo` promises."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from ml.evidence.quotes import quote_in
from ml.reporting.draft import build_drafter
from ml.reporting.options import DraftingOptions
from ml.schemas.report import Notice, Polarity, RiskCategory, Section
from ml.tests.reporting.sessions import MODELS_DIR, sample
from ml.weights.store import WeightStore

STORE = WeightStore(MODELS_DIR)


def needs(*names: str) -> pytest.MarkDecorator:
    missing = [name for name in names if not STORE.has(name)]
    return pytest.mark.skipif(
        bool(missing), reason=f"no weights: {', '.join(missing)}; manage.py fetch_models"
    )


@pytest.mark.weights
@needs("minilm")
def test_extraction_with_embeddings_is_quick_and_finds_the_risk() -> None:
    drafter = build_drafter(DraftingOptions(models_dir=Path(MODELS_DIR)))
    began = time.process_time()
    draft = drafter.draft(sample())
    assert time.process_time() - began < 10
    suicide = [f for f in draft.risk_flags if f.category is RiskCategory.SUICIDE]
    words = {polarity: " ".join(e.quote for f in suicide if f.polarity is polarity for e in f.evidence)
             for polarity in Polarity}  # fmt: skip
    assert "didn't wake up" in words[Polarity.ENDORSED]
    assert "don't have a plan" in words[Polarity.DENIED]
    assert "never do that to my daughter" in words[Polarity.DENIED]
    plan = " ".join(c.text for c in draft.claims if c.section is Section.TREATMENT_PLAN)
    assert all(words in plan for words in ("safety plan", "thought record", "no coffee after noon"))


@pytest.mark.weights
@pytest.mark.slow
@needs("minilm", "qwen2.5-1.5b")
def test_the_packaged_model_words_some_claims_and_invents_nothing() -> None:
    transcript = sample()
    drafter = build_drafter(
        DraftingOptions(
            models_dir=Path(MODELS_DIR),
            backend="packaged_gguf",
            # A busy machine of a test run is slower than the 60 s of the default.
            time_budget_s=240.0,
            fallback_to_extraction=False,
        )
    )
    try:
        draft = drafter.draft(transcript)
    finally:
        drafter.close()
    segments = {s.id: s.text for s in transcript.segments}
    assert all(quote_in(segments[e.segment], e.quote) for c in draft.claims for e in c.evidence)
    assert Notice.EXTRACTION_ONLY not in draft.notices
    assert draft.provenance.model == "qwen2.5-1.5b"
    worded = [c.text for c in draft.claims if c.text.startswith("Client") and "“" not in c.text]
    assert worded
    assert not any("denied" in text.lower() for text in worded)
