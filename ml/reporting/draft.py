"""Drafting: evidence first, then wording, then the check of every worded claim."""

from __future__ import annotations

import logging
import threading
from collections.abc import Collection
from datetime import UTC, datetime

from ml.errors import BackendNotInstalled
from ml.evidence.embedding import SentenceEmbedder
from ml.evidence.finders import Finder
from ml.evidence.finders_selection import Limits, select, session_words
from ml.evidence.similarity import TopicSimilarity
from ml.progress import Progress, no_progress
from ml.reporting.options import EXTRACTION, DraftingOptions
from ml.reporting.risk import RiskScreen
from ml.reporting.wording_plain import quoted
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
from ml.weights.store import WeightStore

logger = logging.getLogger(__name__)


class Drafter:
    """Drafts reports; made once for each process, models are loaded when first needed."""

    def __init__(self, options: DraftingOptions) -> None:
        self.options = options
        self._store = WeightStore(options.models_dir)
        self._lock = threading.Lock()
        self._embedder: SentenceEmbedder | None = None
        self._embedder_looked_for = False

    def draft(
        self,
        transcript: Transcript,
        note_format: NoteFormat = NoteFormat.STANDARD,
        sections: Collection[Section] | None = None,
        progress: Progress = no_progress,
    ) -> ReportDraft:
        """Draft a report of one session.

        Args:
            transcript: the session; roles decide whose words count as what.
            note_format: how the reader wants the claims arranged; recorded in the draft.
            sections: only these seed sections; None drafts all. Risk flags always come.
            progress: told the share done; may raise `Cancelled`.
        """
        progress(0.0)
        flags = self.screen(transcript)
        progress(0.2)
        similarity = None
        if transcript.language == "en" and (embedder := self._sentence_embedder()) is not None:
            similarity = TopicSimilarity(embedder)
        candidates = Finder(similarity).find(transcript.segments)
        chosen = select(candidates, Limits.for_words(session_words(transcript.segments)))
        progress(0.3)
        claims = [
            Claim(
                section=section,
                topic=candidate.topic,
                text=quoted(candidate, transcript.language),
                state=ClaimState.SUPPORTED,
                evidence=candidate.evidence,
            )
            for section, found in chosen.items()
            if sections is None or section in sections
            for candidate in found
        ]
        progress(1.0)
        return ReportDraft(
            note_format=note_format,
            claims=claims,
            risk_flags=flags,
            notices=self._notices(transcript, worded=False),
            provenance=Provenance(
                engine=EXTRACTION,
                model="minilm" if self._embedder is not None else "rules",
                prompt_version="",
                created_at=datetime.now(UTC),
            ),
        )

    def screen(self, transcript: Transcript) -> list[RiskFlag]:
        """The risk flags of a session alone; empty in a language that is not screened."""
        return RiskScreen(self._sentence_embedder()).flags(transcript)

    def close(self) -> None:
        """Release models and stop a model server that this drafter started."""

    def _notices(self, transcript: Transcript, *, worded: bool) -> list[Notice]:
        notices = []
        if not worded:
            notices.append(Notice.EXTRACTION_ONLY)
        if not RiskScreen.knows(transcript.language):
            notices.append(Notice.RISK_NOT_SCREENED)
        if transcript.coverage.gaps:
            notices.append(Notice.TRANSCRIPT_HAS_GAPS)
        return notices

    def _sentence_embedder(self) -> SentenceEmbedder | None:
        """The shared embedder, or None where its weights are not installed: the rules stand alone."""
        with self._lock:
            if not self._embedder_looked_for:
                self._embedder_looked_for = True
                try:
                    from ml.evidence.embedding import MiniLMEmbedder

                    self._embedder = MiniLMEmbedder(self._store.path("minilm"))
                except (BackendNotInstalled, ImportError):
                    logger.warning("Sentence embeddings are not installed; cue rules stand alone.")
            return self._embedder


def build_drafter(options: DraftingOptions) -> Drafter:
    """A drafter for one process; nothing is loaded yet."""
    return Drafter(options)
