"""No speech is silently dropped: what was heard and has no words is decoded again, then shown.

The voice activity detector hears independently of the recognizer. Every span of speech without
a word is decoded a second time as a clip of its own, where neither the text before it nor the
other voices of the same window can swallow it. What still has no words becomes a `Gap`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ml.audio.vad import SpeechSpan
from ml.progress import Progress, no_progress
from ml.schemas.transcript import Coverage, Gap, Word
from ml.spans import traced

Redecode = Callable[[int, int], list[Word]]
"""Decodes a span (start_ms, end_ms) with other settings; word times are those of the recording."""


@dataclass(frozen=True, slots=True)
class CoverageOptions:
    """A word covers its own time and `slack_ms` around it, at most `longest_word_ms` in all,
    because recognizers stretch words over speech they skipped.

    Uncovered stretches of `retry_ms` are decoded again, whole spans already from
    `retry_span_ms` on ("No." takes 300 ms). A gap is reported from `gap_ms` on, or from
    `retry_span_ms` on where the detector is sure.
    """

    slack_ms: int = 250
    longest_word_ms: int = 1_600
    retry_ms: int = 800
    retry_span_ms: int = 250
    gap_ms: int = 600
    sure: float = 0.85
    context_ms: tuple[int, ...] = (300, 2_000)


@dataclass(frozen=True, slots=True)
class Covered:
    """Words with what the second decoding added, and the coverage of the whole."""

    words: list[Word]
    coverage: Coverage
    recovered: int


@traced("cover")
def cover(
    words: Sequence[Word],
    speech: Sequence[SpeechSpan],
    redecode: Redecode,
    *,
    duration_ms: int,
    progress: Progress = no_progress,
    options: CoverageOptions = CoverageOptions(),
) -> Covered:
    """Find speech without words, decode it again, and report what is left."""
    found = sorted(words, key=lambda word: (word.start_ms, word.end_ms))
    recovered = 0
    candidates = uncovered(found, speech, options)
    for number, hole in enumerate(candidates):
        for context in options.context_ms:
            heard = redecode(max(0, hole.start_ms - context), min(duration_ms, hole.end_ms + context))
            fresh = _new_words(heard, hole, found)
            if fresh:
                recovered += len(fresh)
                found = sorted([*found, *fresh], key=lambda word: (word.start_ms, word.end_ms))
                break
        progress((number + 1) / len(candidates))
    gaps = [
        Gap(start_ms=hole.start_ms, end_ms=hole.end_ms)
        for hole in uncovered(found, speech, options)
        if hole.length_ms >= options.gap_ms or hole.confidence >= options.sure
    ]
    speech_ms = sum(span.length_ms for span in speech)
    lost_ms = sum(gap.end_ms - gap.start_ms for gap in gaps)
    coverage = Coverage(speech_ms=speech_ms, transcribed_ms=max(0, speech_ms - lost_ms), gaps=gaps)
    progress(1.0)
    return Covered(found, coverage, recovered)


def uncovered(
    words: Sequence[Word], speech: Sequence[SpeechSpan], options: CoverageOptions = CoverageOptions()
) -> list[SpeechSpan]:
    """Stretches of speech that no word covers and that are long enough to matter."""
    covers = [
        (
            word.start_ms - options.slack_ms,
            min(word.end_ms, word.start_ms + options.longest_word_ms) + options.slack_ms,
        )
        for word in words
        if re.search(r"\w", word.text)
    ]
    holes = []
    first = 0
    for span in speech:
        while first < len(covers) and covers[first][1] < span.start_ms - 30_000:
            first += 1
        at = span.start_ms
        pieces: list[tuple[int, int]] = []
        for start, end in covers[first:]:
            if start > span.end_ms:
                break
            if start > at:
                pieces.append((at, start))
            at = max(at, end)
        if at < span.end_ms:
            pieces.append((at, span.end_ms))
        for start, end in pieces:
            whole = (start, end) == (span.start_ms, span.end_ms)
            if end - start >= (options.retry_span_ms if whole else options.retry_ms):
                holes.append(SpeechSpan(start, end, span.confidence))
    return holes


def _new_words(heard: Sequence[Word], hole: SpeechSpan, known: Sequence[Word]) -> list[Word]:
    """Words inside the hole that are not the neighbours heard once more."""
    inside = [
        word
        for word in heard
        if hole.start_ms - 150 <= (word.start_ms + word.end_ms) // 2 <= hole.end_ms + 150
    ]
    before = [_bare(word) for word in known if word.end_ms <= hole.start_ms + 400][-6:]
    after = [_bare(word) for word in known if word.start_ms >= hole.end_ms - 400][:6]
    texts = [_bare(word) for word in inside]
    for length in range(min(len(before), len(texts)), 0, -1):
        if before[-length:] == texts[:length]:
            inside, texts = inside[length:], texts[length:]
            break
    for length in range(min(len(after), len(texts)), 0, -1):
        if after[:length] == texts[-length:]:
            inside = inside[:-length]
            break
    return [word for word in inside if re.search(r"\w", word.text)]


def _bare(word: Word) -> str:
    return re.sub(r"[^\w']", "", word.text.casefold())
