"""The door to `ml.reporting`: settings in, drafts and checks out.

Everything else of this app reaches the engines through here. Imports stand inside the functions,
so that the web process loads no engine by importing a view.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from django.conf import settings

from core.observability import metrics
from ml.progress import Progress, no_progress
from ml.schemas.chat import Usage
from ml.schemas.report import ClaimState, Evidence, NoteFormat, ReportDraft, Section, Topic
from ml.schemas.transcript import Segment as MLSegment
from ml.schemas.transcript import SpeakerRole, Transcript, Word
from sessions_app.models import Segment, TherapySession
from sessions_app.services import transcripts

if TYPE_CHECKING:
    from ml.reporting.draft import Drafter

RISK_FLAGS = "risk_flags"
"""The seed's section that holds flags instead of claims."""

_lock = threading.Lock()
_drafter: Drafter | None = None


def drafter() -> Drafter:
    """The process's drafter; models load with its first draft."""
    global _drafter  # noqa: PLW0603
    with _lock:
        if _drafter is None:
            from ml.llm.adapters import with_adapter
            from ml.llm.usage import listen
            from ml.reporting.draft import build_drafter
            from ml.reporting.options import DraftingOptions

            listen(_count)
            _drafter = build_drafter(
                DraftingOptions(
                    models_dir=settings.MODELS_DIR,
                    backend=settings.REPORT_BACKEND,
                    backend_options=with_adapter(
                        settings.REPORT_BACKEND,
                        settings.REPORT_OPTIONS,
                        settings.REPORT_ADAPTER,
                        settings.ADAPTERS_DIR,
                    ),
                    fallback_to_extraction=settings.REPORT_FALLBACK_TO_EXTRACTION,
                )
            )
        return _drafter


def warm() -> None:
    """Load the models by drafting a session of two sentences, before the first one comes.

    Raises:
        MLError: a model is missing, or its server is away.
    """
    said = [("therapist", "How have you slept this week?"), ("client", "Badly, I lie awake and worry.")]
    segments = [
        MLSegment(id=str(index), index=index, speaker=f"S{index + 1}", role=SpeakerRole(role), text=text)
        for index, (role, text) in enumerate(said)
    ]
    drafter().draft(Transcript(language="en", segments=segments))


def _count(usage: Usage, seconds: float) -> None:
    metrics.LLM_TOKENS.labels("read").inc(usage.prompt_tokens)
    metrics.LLM_TOKENS.labels("written").inc(usage.completion_tokens)
    metrics.LLM_SECONDS.inc(seconds)


def draft(session: TherapySession, progress: Progress = no_progress) -> ReportDraft:
    """Draft the report that `session.report_request` asks for, from the stored transcript."""
    request: Mapping[str, object] = session.report_request or {}
    names = request.get("sections")
    return drafter().draft(
        transcripts.transcript_load(session),
        note_format=NoteFormat(str(request.get("note_format") or session.note_format)),
        sections=seed_sections([str(name) for name in names]) if isinstance(names, list) else None,
        progress=progress,
    )


def seed_sections(names: Sequence[str]) -> frozenset[Section] | None:
    """The seed's sections to draft for these names; None (all) once a note format's is among them.

    The claims of a SOAP "subjective" come from several of the seed's sections. Risk flags come
    with every draft, so `risk_flags` alone gives an empty set.
    """
    wanted = frozenset(names) - {RISK_FLAGS}
    if not wanted <= frozenset(Section):
        return None
    return frozenset(Section(name) for name in wanted)


def check_claim(text: str, quotes: Sequence[str], segment_texts: Sequence[str]) -> ClaimState:
    """The state of a claim after its text or a segment changed; see `ml.reporting.checks`."""
    from ml.reporting import checks

    return checks.check_claim(text, quotes, segment_texts)


def quote_in(segment_text: str, quote: str) -> bool:
    """Whether the quote stands in the segment; white space, case and punctuation aside."""
    from ml.reporting import checks

    return checks.quote_in(segment_text, quote)


def quote_reworded(segment_text: str, quote: str) -> str | None:
    """What a quote became where a word or two of it were corrected; None where it is gone."""
    from ml.reporting import checks

    return checks.reworded(segment_text, quote)


def note_sections(note_format: str) -> tuple[str, ...]:
    """The names of a note format's sections, in order."""
    from ml.reporting.note_formats import NOTE_SECTIONS

    return NOTE_SECTIONS[NoteFormat(note_format)]


def note_section(note_format: str, section: str, topic: str) -> str:
    """The section of a note format in which a claim stands."""
    from ml.reporting import note_formats

    return note_formats.note_section(NoteFormat(note_format), Section(section), Topic(topic))


def evidence_of(row: Segment, quote: str) -> Evidence:
    """The evidence record for words of a stored segment, with the times of those words if known."""
    from ml.evidence import quotes

    return quotes.evidence(
        MLSegment(
            id=str(row.pk),
            index=row.index,
            start_ms=row.start_ms,
            end_ms=row.end_ms,
            text=row.text,
            words=[Word.model_validate(word) for word in row.words],
        ),
        quote,
    )
