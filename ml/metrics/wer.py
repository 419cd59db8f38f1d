"""Word error rate: jiwer over Whisper's English text normalizer, always."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any


@dataclass(frozen=True, slots=True)
class WordErrors:
    """Counts over one or many texts; `rate` is errors per reference word."""

    substitutions: int = 0
    deletions: int = 0
    insertions: int = 0
    reference_words: int = 0

    @property
    def rate(self) -> float:
        errors = self.substitutions + self.deletions + self.insertions
        return errors / self.reference_words if self.reference_words else float(errors > 0)

    def __add__(self, other: WordErrors) -> WordErrors:
        return WordErrors(
            self.substitutions + other.substitutions,
            self.deletions + other.deletions,
            self.insertions + other.insertions,
            self.reference_words + other.reference_words,
        )


def word_errors(reference: str, hypothesis: str) -> WordErrors:
    """The errors of one text."""
    import jiwer

    wanted, heard = normalized(reference), normalized(hypothesis)
    if not wanted:
        return WordErrors(insertions=len(heard.split()))
    output = jiwer.process_words(wanted, heard)
    return WordErrors(
        output.substitutions,
        output.deletions,
        output.insertions,
        output.hits + output.substitutions + output.deletions,
    )


def arrived_shares(turns: Sequence[str], hypothesis: str) -> list[float]:
    """For each reference turn the share of its words that arrive, by the best alignment of all
    turns with the whole hypothesis. Below a half the turn counts as dropped."""
    import jiwer

    wanted = [normalized(turn).split() for turn in turns]
    owner = [number for number, words in enumerate(wanted) for _ in words]
    arrived = [0] * len(turns)
    output = jiwer.process_words(" ".join(" ".join(words) for words in wanted), normalized(hypothesis))
    for chunk in output.alignments[0]:
        # A misheard word did arrive, as a word; what is missing is what no word stands for.
        if chunk.type in {"equal", "substitute"}:
            for position in range(chunk.ref_start_idx, chunk.ref_end_idx):
                arrived[owner[position]] += 1
    return [count / len(words) if words else 1.0 for count, words in zip(arrived, wanted, strict=True)]


def normalized(text: str) -> str:
    """The text as Whisper's English normalizer writes it."""
    return " ".join(str(_normalizer()(text)).split())


@lru_cache(maxsize=1)
def _normalizer() -> Any:
    from whisper_normalizer.english import EnglishTextNormalizer

    return EnglishTextNormalizer()
