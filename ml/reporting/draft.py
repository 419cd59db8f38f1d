"""Drafting: evidence first, then wording, then the check of every worded claim."""

from __future__ import annotations

import logging
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from ml.errors import ErrorCode, MLError
from ml.evidence.finders import Candidate, Finder
from ml.evidence.finders_selection import Limits, select, session_words
from ml.evidence.risk.encoder import RiskScorer
from ml.evidence.similarity import TopicSimilarity
from ml.progress import Progress, no_progress, part
from ml.reporting.engines import Engines
from ml.reporting.options import EXTRACTION, DraftingOptions
from ml.reporting.risk import RiskScreen
from ml.reporting.risk_reader import ModelRiskReader
from ml.reporting.themes import themes_claim
from ml.reporting.wording import Wording
from ml.reporting.wording_plain import quoted, worded_by_rule
from ml.schemas.report import (
    Claim,
    ClaimState,
    NoteFormat,
    Notice,
    Provenance,
    ReportDraft,
    RiskFlag,
    Section,
)
from ml.schemas.transcript import Transcript
from ml.spans import traced

logger = logging.getLogger(__name__)

_WORDS_PER_SECOND = 2.3
"""Ordinary speech; gives a typed transcript without times a length."""
_ORDER = (Section.TREATMENT_PLAN, Section.KEY_POINTS, Section.SUMMARY)
"""The order of wording: where the budget ends, the plan has been worded."""


@dataclass(slots=True)
class _ModelWork:
    """What the language model contributed to one draft."""

    wordings: dict[int, str] = field(default_factory=dict)
    flags: list[RiskFlag] = field(default_factory=list)
    engine: str = EXTRACTION
    model: str = ""
    prompt_version: str = ""


class Drafter:
    """Drafts reports; made once for each process, models are loaded when first needed."""

    def __init__(self, options: DraftingOptions) -> None:
        self.options = options
        self._engines = Engines(options)

    def draft(
        self,
        transcript: Transcript,
        note_format: NoteFormat = NoteFormat.STANDARD,
        sections: Collection[Section] | None = None,
        progress: Progress = no_progress,
    ) -> ReportDraft:
        """Draft a report of one session.

        1. screen for risk (rules, encoder); 2. find evidence and choose; 3. word what was
        chosen and read for risk with the language model, if there is one; 4. put it together.

        Args:
            transcript: the session; roles decide whose words count as what.
            note_format: how the reader wants the claims arranged; recorded in the draft.
            sections: only these seed sections; None drafts all. Risk flags always come.
            progress: told the share done; may raise `Cancelled`.

        Raises:
            TransientError, PermanentError: the language model is away or missing, and the
                options do not let extraction stand in for it.
        """
        progress(0.0)
        flags = self.screen(transcript)
        progress(0.1)
        chosen = {
            section: found
            for section, found in self._choose(transcript).items()
            if sections is None or section in sections
        }
        progress(0.2)
        work = self._model_work(transcript, chosen, flags, part(progress, 0.2, 0.98))
        claims = [
            self._claim(section, candidate, transcript.language, work.wordings.get(id(candidate)))
            for section, found in chosen.items()
            for candidate in found
        ]
        if (sections is None or Section.SUMMARY in sections) and (themes := themes_claim(transcript)):
            claims.insert(0, themes)
        progress(1.0)
        return ReportDraft(
            note_format=note_format,
            claims=claims,
            risk_flags=work.flags,
            notices=self._notices(transcript, worded=work.engine != EXTRACTION),
            provenance=Provenance(
                engine=work.engine,
                model=work.model or ("minilm" if self._engines.embedder() is not None else "rules"),
                prompt_version=work.prompt_version,
                created_at=datetime.now(UTC),
            ),
        )

    @traced("screen risk")
    def screen(self, transcript: Transcript) -> list[RiskFlag]:
        """The risk flags of rules and encoder; empty in a language that is not screened."""
        return RiskScreen(self._scorer(transcript.language)).flags(transcript)

    def _scorer(self, language: str) -> RiskScorer | None:
        """The risk encoder where it knows the language."""
        return self._engines.risk_scorer() if language.startswith("en") else None

    def close(self) -> None:
        """Release models and stop a model server that this drafter started."""
        self._engines.close()

    @traced("find evidence")
    def _choose(self, transcript: Transcript) -> dict[Section, list[Candidate]]:
        embedder = self._engines.embedder() if transcript.language == "en" else None
        similarity = TopicSimilarity(embedder) if embedder is not None else None
        candidates = Finder(similarity).find(transcript.segments, transcript.language)
        return select(candidates, Limits.for_words(session_words(transcript.segments)))

    @traced("ask the language model")
    def _model_work(
        self,
        transcript: Transcript,
        chosen: Mapping[Section, Sequence[Candidate]],
        flags: list[RiskFlag],
        progress: Progress,
    ) -> _ModelWork:
        """Wording and risk reading; where the model is missing and may be, nothing of either."""
        # The wording prompt and its verifier read English; elsewhere quotes stand.
        if self.options.backend == EXTRACTION or transcript.language != "en":
            return _ModelWork(flags=flags)
        try:
            return self._ask_model(transcript, chosen, flags, progress)
        except MLError as error:
            if error.code is ErrorCode.CANCELLED or not self.options.fallback_to_extraction:
                raise
            logger.warning("The language model is not there (%s); extraction stands in.", error.code.value)
            return _ModelWork(flags=flags)

    def _ask_model(
        self,
        transcript: Transcript,
        chosen: Mapping[Section, Sequence[Candidate]],
        flags: list[RiskFlag],
        progress: Progress,
    ) -> _ModelWork:
        model = self._engines.chat_model()
        began = time.monotonic()
        budget = self._budget_s(transcript)
        # A third of the time is kept for reading risk, which matters more than style.
        wording = Wording(model, self.options.max_wordings, began + budget * 2 / 3)
        # The summary repeats the weightiest points; each is worded once.
        once = {id(candidate): candidate for section in _ORDER for candidate in chosen.get(section, ())}
        candidates = [c for c in once.values() if worded_by_rule(c, transcript.language) is None]
        texts = wording.word_all(candidates, part(progress, 0.0, 0.7))
        reader = ModelRiskReader(
            model, self._scorer(transcript.language), self.options.max_risk_passages, began + budget
        )
        all_flags = reader.extend(transcript, flags)
        progress(1.0)
        logger.info("Model wordings: %d asked, %d kept", wording.asked, wording.kept)
        answered = wording.answered or not wording.asked
        return _ModelWork(
            wordings={id(c): text for c, text in zip(candidates, texts, strict=True) if text},
            flags=all_flags,
            engine=self.options.backend if answered else EXTRACTION,
            model=model.name if answered else "",
            prompt_version=wording.prompt_version if answered else "",
        )

    def _claim(self, section: Section, candidate: Candidate, language: str, worded: str | None) -> Claim:
        text = worded_by_rule(candidate, language) or worded or quoted(candidate, language)
        return Claim(
            section=section,
            topic=candidate.topic,
            text=text,
            state=ClaimState.SUPPORTED,
            evidence=candidate.evidence,
        )

    def _budget_s(self, transcript: Transcript) -> float:
        if self.options.time_budget_s is not None:
            return self.options.time_budget_s
        spoken = session_words(transcript.segments) / _WORDS_PER_SECOND
        return max(60.0, (transcript.duration_ms / 1000 or spoken) / 3)

    def _notices(self, transcript: Transcript, *, worded: bool) -> list[Notice]:
        notices = []
        if not worded:
            notices.append(Notice.EXTRACTION_ONLY)
        if not RiskScreen.knows(transcript.language):
            notices.append(Notice.RISK_NOT_SCREENED)
        elif self._scorer(transcript.language) is None:
            notices.append(Notice.RISK_RULES_ONLY)
        if transcript.coverage.gaps:
            notices.append(Notice.TRANSCRIPT_HAS_GAPS)
        return notices


def build_drafter(options: DraftingOptions) -> Drafter:
    """A drafter for one process; nothing is loaded yet."""
    return Drafter(options)
