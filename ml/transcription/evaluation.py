"""Transcripts against recordings whose words and speakers are known."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ml.metrics.der import SpeakerAccuracy, Stretch, speaker_accuracy
from ml.metrics.wer import WordErrors, arrived_shares, word_errors
from ml.schemas.transcript import Transcript
from ml.transcription.pipeline import TranscriptionEngine

_ROLES = {"therapist", "client", "other"}


@dataclass(frozen=True, slots=True)
class ReferenceTurn:
    """A turn as it was really spoken; `text` may be empty where only the speaker is known."""

    speaker: str
    start_ms: int
    end_ms: int
    text: str = ""


@dataclass(frozen=True, slots=True)
class Measured:
    """What one recording gave. `errors` is None where the reference has no words, `roles_right`
    None where it names no roles; `dropped` counts turns of which under half the words arrive."""

    name: str
    audio_s: float
    cpu_s: float
    wall_s: float
    errors: WordErrors | None
    speakers: SpeakerAccuracy | None
    roles_right: bool | None
    dropped: int
    gaps: int
    transcript: Transcript


def read_reference(path: Path) -> list[ReferenceTurn]:
    """Turns of a JSON file {"turns": [{"speaker", "start", "end", "text"}]} with times in seconds."""
    body: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return [
        ReferenceTurn(
            str(turn["speaker"]), round(turn["start"] * 1000), round(turn["end"] * 1000), turn.get("text", "")
        )
        for turn in body["turns"]
    ]


def measure(engine: TranscriptionEngine, audio: Path, turns: Sequence[ReferenceTurn]) -> Measured:
    """Transcribe and compare."""
    wall, cpu = time.perf_counter(), time.process_time()
    transcript = engine.transcribe(audio)
    cpu_s, wall_s = time.process_time() - cpu, time.perf_counter() - wall
    heard = " ".join(segment.text for segment in transcript.segments)
    texts = [turn.text for turn in turns]
    has_text = any(texts)
    words = [
        Stretch(word.start_ms, max(word.end_ms, word.start_ms + 20), segment.speaker)
        for segment in transcript.segments
        for word in segment.words
    ]
    reference = [Stretch(turn.start_ms, turn.end_ms, turn.speaker) for turn in turns]
    timed = any(stretch.end_ms for stretch in reference)
    speakers = speaker_accuracy(reference, words, _stretches(transcript)) if timed else None
    return Measured(
        name=audio.stem,
        audio_s=transcript.duration_ms / 1000,
        cpu_s=cpu_s,
        wall_s=wall_s,
        errors=word_errors(" ".join(texts), heard) if has_text else None,
        speakers=speakers,
        roles_right=_roles_right(transcript, speakers) if speakers else None,
        dropped=_dropped(reference, texts, words, heard) if timed or has_text else 0,
        gaps=len(transcript.coverage.gaps),
        transcript=transcript,
    )


def _roles_right(transcript: Transcript, speakers: SpeakerAccuracy) -> bool | None:
    named = {ours: theirs for ours, theirs in speakers.mapping.items() if theirs in _ROLES}
    if not named:
        return None
    return all(transcript.speakers[ours].role.value == theirs for ours, theirs in named.items())


def _dropped(reference: Sequence[Stretch], texts: Sequence[str], words: Sequence[Stretch], heard: str) -> int:
    if any(texts):
        return sum(share < 0.5 for share in arrived_shares(texts, heard))
    # Without a text: a turn whose words fill less than a third of its time.
    return sum(
        sum(max(0, min(w.end_ms, turn.end_ms) - max(w.start_ms, turn.start_ms)) for w in words)
        < (turn.end_ms - turn.start_ms) / 3
        for turn in reference
    )


def _stretches(transcript: Transcript) -> list[Stretch]:
    return [Stretch(segment.start_ms, segment.end_ms, segment.speaker) for segment in transcript.segments]
