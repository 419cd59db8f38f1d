"""Text that was not said: loops, and words over silence.

Recognizers repeat themselves when they lose the thread, and write stock phrases over silence.
What is taken out here and was speech after all, the coverage check decodes again.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ml.asr.base import Passage
from ml.audio.vad import Probabilities, peak_probability
from ml.schemas.transcript import Word


@dataclass(frozen=True, slots=True)
class DoubtOptions:
    """`silent_peak`: nothing below this speech probability was said. A clip's second decoding is
    believed from `least_logprob` on, with a compression ratio up to `most_compression`."""

    silent_peak: float = 0.12
    stock_peak: float = 0.5
    least_logprob: float = -1.2
    most_no_speech: float = 0.75
    most_compression: float = 2.4
    repeats: int = 4
    single_word_repeats: int = 7


# What Whisper writes over silence and music: captions of the videos it learned from.
_STOCK = re.compile(
    r"^(thanks?( you)?( so much| very much)?( for (watching|listening))?|please subscribe.*|"
    r"subtitles? by.*|you|bye( bye)?|\W*|.*amara\.org.*|اشتركوا في القناة|شكرا على المشاهدة|"
    r"ترجمة نانسي قنقر)[.!]*$",
    re.IGNORECASE,
)


def believable(
    passage: Passage, probabilities: Probabilities, options: DoubtOptions = DoubtOptions()
) -> bool:
    """Whether something was audible while the passage is said to be spoken."""
    peak = peak_probability(probabilities, passage.start_ms - 100, passage.end_ms + 100)
    if peak < options.silent_peak:
        return False
    return not (peak < options.stock_peak and _STOCK.match(passage.text.strip()))


def trustworthy(passage: Passage, options: DoubtOptions = DoubtOptions()) -> bool:
    """Whether the second decoding of a short clip may be added to a transcript."""
    return (
        passage.avg_logprob >= options.least_logprob
        and passage.compression_ratio <= options.most_compression
        and not (passage.no_speech_prob > options.most_no_speech and passage.avg_logprob < -0.7)
        and bool(re.search(r"\w", passage.text))
    )


def without_loops(words: Sequence[Word], options: DoubtOptions = DoubtOptions()) -> list[Word]:
    """The words with runs of the same phrase cut down to its first time.

    People do say "no, no, no": a single word may repeat six times, a longer phrase three.
    """
    texts = [re.sub(r"[^\w']", "", word.text.casefold()) for word in words]
    kept: list[Word] = []
    at = 0
    while at < len(words):
        for length in range(1, 13):
            phrase = texts[at : at + length]
            if len(phrase) < length or not any(phrase):
                continue
            count = 1
            while texts[at + count * length : at + (count + 1) * length] == phrase:
                count += 1
            if count >= (options.single_word_repeats if length == 1 else options.repeats):
                kept.extend(words[at : at + length])
                at += count * length
                break
        else:
            kept.append(words[at])
            at += 1
    return kept
