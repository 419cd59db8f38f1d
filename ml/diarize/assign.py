"""Words x speaker turns: who says each word, and the segments that follow.

Neither clock is exact: a recognizer's word times and a diarizer's boundaries are each off by
some 200 ms. People change over at the ends of sentences and in pauses, so the path through the
words with the least cost is taken, where a change of speaker in the middle of a phrase costs
much and one at a full stop costs little.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ml.diarize.base import SpeakerTurn
from ml.schemas.transcript import Word

_SENTENCE_END = re.compile(r"[.?!…؟。!?]+[\"'”’)\]]*$")
_PHRASE_END = re.compile(r"[,;:،؛、—–-]+[\"'”’)\]]*$")


@dataclass(frozen=True, slots=True)
class AssignOptions:
    """Costs are in seconds of words given to somebody else than the diarizer says.

    A speaker's own speech is cut into segments at a pause of `pause_ms` after a sentence's end
    (`long_pause_ms` anywhere), and at the first sentence end after `longest_ms`.
    """

    change_at_sentence: float = 0.1
    change_at_pause: float = 0.2
    change_at_phrase: float = 0.6
    change_anywhere: float = 1.5
    pause_ms: int = 1_000
    long_pause_ms: int = 2_000
    longest_ms: int = 30_000


@dataclass(frozen=True, slots=True)
class SpokenSegment:
    """Consecutive words of one speaker; `speaker_confidence` is 0 to 1."""

    speaker: str
    words: tuple[Word, ...]
    speaker_confidence: float = 1.0

    @property
    def start_ms(self) -> int:
        return self.words[0].start_ms

    @property
    def end_ms(self) -> int:
        return max(word.end_ms for word in self.words)

    @property
    def text(self) -> str:
        return "".join(word.text for word in self.words).strip()


def assign_speakers(
    words: Sequence[Word], turns: Sequence[SpeakerTurn], options: AssignOptions = AssignOptions()
) -> list[SpokenSegment]:
    """Segments in order of time; words keep the recognizer's leading spaces.

    Without turns everything is S1.
    """
    if not words:
        return []
    names = sorted({turn.speaker for turn in turns}) or ["S1"]
    votes = _votes(words, turns, names)
    path = _cheapest_path(words, votes, options)
    segments: list[SpokenSegment] = []
    begin = 0
    for index in range(1, len(words) + 1):
        if index == len(words) or path[index] != path[index - 1] or _cut(words, begin, index, options):
            share = votes[begin:index, path[begin]].sum() / max(float(votes[begin:index].sum()), 1e-9)
            segments.append(
                SpokenSegment(names[path[begin]], tuple(words[begin:index]), round(float(share), 3))
            )
            begin = index
    return segments


def _votes(
    words: Sequence[Word], turns: Sequence[SpeakerTurn], names: Sequence[str]
) -> npt.NDArray[np.float64]:
    """For each word and speaker the seconds that the diarizer gives to that speaker."""
    column = {name: number for number, name in enumerate(names)}
    ordered = sorted(turns, key=lambda turn: turn.start_ms)
    starts = np.array([turn.start_ms for turn in ordered])
    votes = np.zeros((len(words), len(names)))
    for row, word in enumerate(words):
        start, end = word.start_ms, max(word.end_ms, word.start_ms + 40)
        last = int(np.searchsorted(starts, end)) if len(starts) else 0
        first = max(0, last - 40)  # turns overlap at most by a few
        for turn in ordered[first:last]:
            shared = min(end, turn.end_ms) - max(start, turn.start_ms)
            if shared > 0:
                votes[row, column[turn.speaker]] += shared / 1000 * (0.5 + turn.confidence / 2)
        if not votes[row].any() and ordered:
            near = min(ordered[max(0, last - 2) : last + 2], key=lambda turn: _distance(turn, start, end))
            votes[row, column[near.speaker]] = (end - start) / 2000  # a guess counts half
    return votes


def _distance(turn: SpeakerTurn, start_ms: int, end_ms: int) -> int:
    return max(turn.start_ms - end_ms, start_ms - turn.end_ms, 0)


def _cheapest_path(
    words: Sequence[Word], votes: npt.NDArray[np.float64], options: AssignOptions
) -> npt.NDArray[np.int64]:
    wrong = votes.sum(axis=1, keepdims=True) - votes
    total = wrong[0].copy()
    back = np.zeros(votes.shape, np.int64)
    for index in range(1, len(words)):
        cheapest = int(total.argmin())
        changed = total[cheapest] + _change_cost(words[index - 1], words[index], options)
        back[index] = np.where(total <= changed, np.arange(votes.shape[1]), cheapest)
        total = np.minimum(total, changed) + wrong[index]
    path = np.zeros(len(words), np.int64)
    path[-1] = int(total.argmin())
    for index in range(len(words) - 1, 0, -1):
        path[index - 1] = back[index][path[index]]
    return path


def _change_cost(before: Word, after: Word, options: AssignOptions) -> float:
    pause = after.start_ms - before.end_ms
    text = before.text.strip()
    cost = options.change_anywhere
    if _PHRASE_END.search(text):
        cost = options.change_at_phrase
    if pause >= 350:
        cost = min(cost, options.change_at_pause if pause >= 700 else options.change_at_phrase / 2)
    if _SENTENCE_END.search(text):
        cost = min(cost, options.change_at_sentence)
    return cost


def _cut(words: Sequence[Word], begin: int, index: int, options: AssignOptions) -> bool:
    pause = words[index].start_ms - words[index - 1].end_ms
    if pause >= options.long_pause_ms:
        return True
    if not _SENTENCE_END.search(words[index - 1].text.strip()):
        return False
    return pause >= options.pause_ms or words[index - 1].end_ms - words[begin].start_ms >= options.longest_ms
