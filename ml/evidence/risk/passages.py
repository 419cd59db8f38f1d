"""The passages of a transcript that the trained reader rates: statements of one to three sentences.

A risk is often said over two sentences, or by a question and its answer together, and is easily
drowned in a long turn. So each sentence is a passage, each run of two and three, and the
beginning of an answer together with the therapist's question.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ml.evidence.clauses import canonical, clause_starts, sentences
from ml.schemas.transcript import Segment, SpeakerRole

MAX_WORDS = 60
QUESTION_WORDS = 40
ANSWER_SENTENCES = 3
LONG_SENTENCE_WORDS = 9
CLAUSE_WORDS = 3
LEAST_WORDS = 4


@dataclass(frozen=True, slots=True)
class Passage:
    """``text[start:end]`` of a turn as it is given to the model in `rated`.

    `kind` is "run" for one to three sentences, "answer" where the question before is part of what
    is rated, "sentence" and "clause" for what narrows a quote, "asked" for a therapist's words.
    """

    start: int
    end: int
    rated: str
    kind: str


def passages_of(segments: Sequence[Segment], index: int) -> list[Passage]:
    """What to rate of one turn."""
    segment = segments[index]
    if segment.role is SpeakerRole.THERAPIST:
        return [
            Passage(item.start, item.end, f"T: {item.text}", "asked")
            for item in sentences(segment.text)
            if "?" in item.text or len(item.text.split()) > 3
        ]
    text, parts = segment.text, sentences(segment.text)
    passages = []
    for first in range(len(parts)):
        for last in range(first, min(first + 3, len(parts))):
            start, end = parts[first].start, parts[last].end
            if last > first and len(text[start:end].split()) > MAX_WORDS:
                break
            if len(text[start:end].split()) < LEAST_WORDS:
                continue  # "Yeah." says nothing by itself; with its question it is an answer
            kind = "sentence" if first == last else "run"
            passages.append(Passage(start, end, text[start:end], kind))
    question = _question_before(segments, index)
    if question and parts:
        for last in range(min(ANSWER_SENTENCES, len(parts))):
            start, end = parts[0].start, parts[last].end
            passages.append(Passage(start, end, f"T: {question} C: {text[start:end]}", "answer"))
    for part in parts:
        passages += _clauses(part.text, part.start)
    return passages


def _clauses(text: str, offset: int) -> list[Passage]:
    canon = canonical(text)
    starts = clause_starts(canon)
    if len(starts) < 2 or len(canon.tokens) < LONG_SENTENCE_WORDS:
        return []
    found = []
    for low, high in zip(starts, [*starts[1:], len(canon.tokens)], strict=True):
        if high - low >= CLAUSE_WORDS:
            begin, end = canon.span(low, high - 1)
            found.append(Passage(offset + begin, offset + end, text[begin:end], "clause"))
    return found


def _question_before(segments: Sequence[Segment], index: int) -> str:
    if index == 0 or segments[index - 1].role is not SpeakerRole.THERAPIST:
        return ""
    return " ".join(segments[index - 1].text.split()[-QUESTION_WORDS:])
