"""Doubtful words about risk are decoded a second time; the clinician sees both readings.

Sentences about harm are the ones speech recognition gets wrong most. This runs after the report is
there, in the worker that has the recognizer loaded, and changes nothing of what was drafted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import transaction

from ml.schemas.transcript import Word
from reports import drafting
from reports.models import Decision, Report, RiskFlag
from reports.services.doubtful_words import is_doubtful
from sessions_app import transcription
from sessions_app.consent import processing_allowed
from sessions_app.models import Recording, TherapySession
from sessions_app.services.transcripts import transcript_load

_CONTEXT_MS = 2_000
_EDGE_MS = 150


def listen_again(session_id: UUID) -> None:
    """Give the pending flags of a session second readings of their doubtful words.

    Nothing is done without a recording or the patient's consent, and nothing is written once the
    report is signed.

    Raises:
        MLError: what the engine found.
        OSError: the storage is away.
    """
    session = TherapySession.objects.select_related("patient").filter(pk=session_id).first()
    if session is None or not processing_allowed(session):
        return
    if not Recording.objects.filter(session=session, deleted_at=None).exists():
        return
    flags = _pending(session_id)
    if not flags:
        return
    transcript = transcript_load(session)
    doubtful = {
        _key(item): item
        for flag in flags
        for item in flag.evidence
        if _key(item) not in map(_key, flag.second_readings) and is_doubtful(transcript, item)
    }
    if not doubtful:
        return
    spans = [(item["start_ms"] - _CONTEXT_MS, item["end_ms"] + _CONTEXT_MS) for item in doubtful.values()]
    heard = transcription.listen_again(session, spans, transcript.language)
    readings = {
        key: _reading(item, words) for (key, item), words in zip(doubtful.items(), heard, strict=True)
    }
    _readings_save(session_id, readings)


def _pending(session_id: UUID) -> list[RiskFlag]:
    return list(RiskFlag.objects.filter(report__session_id=session_id, clinician_decision=Decision.PENDING))


def _key(item: Mapping[str, Any]) -> tuple[str, str]:
    return item["segment"], item["quote"]


def _reading(item: Mapping[str, Any], words: Sequence[Word]) -> dict[str, Any]:
    # Both decodings place words a little differently: the same words may stand outside the span.
    same = drafting.quote_in(" ".join(word.text for word in words), item["quote"])
    inside = [
        word.text
        for word in words
        if item["start_ms"] - _EDGE_MS <= (word.start_ms + word.end_ms) // 2 <= item["end_ms"] + _EDGE_MS
    ]
    place = {name: item[name] for name in ("segment", "start_ms", "end_ms", "quote")}
    return {**place, "text": item["quote"] if same else " ".join(inside), "same": same}


@transaction.atomic
def _readings_save(session_id: UUID, readings: Mapping[tuple[str, str], Mapping[str, Any]]) -> None:
    report = Report.objects.select_for_update().filter(session_id=session_id).first()
    if report is None or report.is_signed:
        return
    # Read anew: the draft may have been replaced while the words were listened to.
    for flag in report.risk_flags.all():
        wanted = [readings[_key(item)] for item in flag.evidence if _key(item) in readings]
        if wanted:
            known = [item for item in flag.second_readings if _key(item) not in map(_key, wanted)]
            flag.second_readings = [*known, *wanted]
            flag.save(update_fields=["second_readings"])
