# ruff: noqa: E501 - tables of expressions are easier to read unwrapped
"""The embedding reader: how like a sentence is to known risk statements and to look-alikes.

Two measures are added: the margin between the nearest risk prototype and the nearest other one,
and a softmax regression over the same vectors. Both come with `likeness.npz`, which
`benchmarks/risk/train_likeness.py` makes from the files in prototypes/. Embeddings are weak on
negation, persons and time, so those are read from the words as the rules do it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from importlib.resources import as_file, files
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml.evidence.clauses import Sentence, canonical, clause_starts, sentences
from ml.evidence.embedding import SentenceEmbedder
from ml.evidence.risk.circumstance import subject_of, timeframe_of
from ml.evidence.risk.finding import Finding
from ml.evidence.risk.patterns import spans_expression
from ml.schemas.report import Polarity, RiskCategory, Severity, Subject, Timeframe

SELF_DIRECTED = (RiskCategory.SUICIDE, RiskCategory.SELF_HARM)
SELF_THRESHOLD = 0.10
"""Score above which a sentence counts as self-directed risk; chosen on the dev statements."""
DOUBTFUL_THRESHOLD = 0.35
"""The same where the rules see a look-alike phrase or another risk in the sentence."""
NEAREST_WITH_CUE, NEAREST_WITHOUT = 0.42, 0.55
"""How like the nearest risk prototype a sentence must be, with and without a word of risk in it:
rambling talk is like nothing, and a margin between two small likenesses says nothing."""
OTHER_THRESHOLD, NEAREST_OTHER = 0.20, 0.50
"""The same for the other categories."""
_OTHERS = tuple(category for category in RiskCategory if category not in SELF_DIRECTED)
_REGRESSION_WEIGHT = 0.3
_SOURCE = "embedding"
_MIN_WORDS = 2
_KIN_CLASSES = ("denied", "other_person")
_NEGATION = re.compile(r"\b(?:not|never|no|none|nothing|without|\w+n['’]t)\b", re.IGNORECASE)
_CUE = re.compile(
    r"\b(?:die|dies|died|dying|dead|death|kill\w*|suicid\w*|end(?:ing|ed)?|gone|cut(?:s|ting)?|blood\w*|bleed\w*|blade\w*|razor\w*|pills?"
    r"|tablets?|guns?|rope|noose|bridge|trains?|tracks|jump\w*|roof|ledge|sleep|asleep|wak(?:e|es|ing)|woke|alive|liv(?:e|ing)|life|exist\w*|funeral"
    r"|goodbye\w*|farewell|note|letters?|burden\w*|without me|better off|miss me|pain|hurt\w*|harm\w*|scars?|burn\w*|scratch\w*|forever"
    r"|point|reasons?|future|tomorrow|heaven|grave|coffin|buried|insurance|wheel|disappear\w*|vanish\w*|peace\w*|way out|lighter"
    r"|knife|knives|insulin|dose\w*|overdos\w*|be around|be here|still here|not here|any ?more|survive\w*|born|breath\w*|hang\w*|drown\w*"
    r"|bullets?|cliff|river|attempt\w*|urges?|thoughts|worth|plan\w*|truck|bus|car|cancer|take me|my wrists?|my arms?|my legs?|my thighs?)\b",
    re.IGNORECASE,
)
_PERSON_WORDS = frozenset(["i", "me", "my", "myself", "we", "they", "everyone", "everybody", "nobody"])
_RISK_WORDS = frozenset(
    [
        "die",
        "dying",
        "dead",
        "death",
        "suicide",
        "suicidal",
        "kill",
        "end",
        "ending",
        "over",
        "gone",
        "cut",
        "cutting",
        "blood",
        "blade",
        "razor",
        "pills",
        "gun",
        "rope",
        "bridge",
        "kms",
        "unalive",
        "disappear",
        "sleep",
        "wake",
        "alive",
        "live",
        "living",
        "exist",
        "jump",
        "train",
        "hurt",
        "pain",
        "burden",
        "funeral",
        "goodbye",
    ]
)


@lru_cache(maxsize=1)
def _trained() -> dict[str, Any]:
    with as_file(files("ml.evidence.risk").joinpath("likeness.npz")) as path, np.load(path) as data:
        return {name: data[name] for name in data.files}


class LikenessScorer:
    """Scores sentence vectors against the prototypes."""

    def __init__(self) -> None:
        data = _trained()
        self.classes: list[str] = [str(name) for name in data["classes"]]
        self._labels: NDArray[np.int64] = data["labels"].astype(np.int64)
        bank = data["bank"].astype(np.float32)
        self._bank = bank / np.linalg.norm(bank, axis=1, keepdims=True)
        self._weights: NDArray[np.float32] = data["weights"].astype(np.float32)
        self._bias: NDArray[np.float32] = data["bias"].astype(np.float32)

    def scores(self, vectors: NDArray[np.float32], classes: Sequence[str]) -> NDArray[np.float32]:
        """Margin plus weighted probability of the classes taken as one, a number for each row."""
        wanted = [self.classes.index(name) for name in classes]
        logits = vectors @ self._weights + self._bias
        odds = np.exp(logits - logits.max(axis=1, keepdims=True))
        probability = odds[:, wanted].sum(axis=1) / odds.sum(axis=1)
        likeness = vectors @ self._bank.T
        inside = np.isin(self._labels, wanted)
        margin = likeness[:, inside].max(axis=1) - likeness[:, ~inside].max(axis=1)
        return np.asarray(margin + _REGRESSION_WEIGHT * probability, dtype=np.float32)

    def nearest(self, vectors: NDArray[np.float32], classes: Sequence[str]) -> NDArray[np.float32]:
        """The likeness of the nearest prototype of these classes, a number for each row."""
        inside = np.isin(self._labels, [self.classes.index(name) for name in classes])
        return np.asarray((vectors @ self._bank[inside].T).max(axis=1), dtype=np.float32)


class LikenessReader:
    """Adds what the rules missed in a turn."""

    def __init__(self, embedder: SentenceEmbedder, threshold: float = SELF_THRESHOLD) -> None:
        self._embedder = embedder
        self._scorer = LikenessScorer()
        self._threshold = threshold
        self._harmless = spans_expression("en", "lookalikes")

    def read(self, text: str, known: Sequence[Finding] = ()) -> list[Finding]:
        """Findings in sentences where `known` says nothing of that category yet."""
        units = _units(text)
        if not units:
            return []
        vectors = self._embedder.embed([unit.text for unit in units])
        self_scores = self._scorer.scores(vectors, [category.value for category in SELF_DIRECTED])
        nearest = self._scorer.nearest(vectors, [category.value for category in SELF_DIRECTED])
        found: list[Finding] = []
        for row, unit in enumerate(units):
            if nearest[row] < (NEAREST_WITH_CUE if _CUE.search(unit.text) else NEAREST_WITHOUT):
                continue
            doubtful = bool(self._harmless.search(canonical(unit.text).line)) or _spoken(unit, known, _OTHERS)
            threshold = max(self._threshold, DOUBTFUL_THRESHOLD) if doubtful else self._threshold
            if self_scores[row] > threshold and not _spoken(unit, [*known, *found], SELF_DIRECTED):
                pair = self._scorer.scores(vectors[row : row + 1], [RiskCategory.SELF_HARM.value])
                against = self._scorer.scores(vectors[row : row + 1], [RiskCategory.SUICIDE.value])
                category = SELF_DIRECTED[int(pair[0] > against[0])]
                if not _says_anything(unit):
                    continue
                denied, other = (
                    self._scorer.scores(vectors[row : row + 1], [name])[0] for name in _KIN_CLASSES
                )
                finding = self._finding(text, unit, category, float(self_scores[row]))
                if _NEGATION.search(unit.text) and denied > self_scores[row] - 0.05:
                    finding = replace(finding, polarity=Polarity.DENIED, severity=Severity.LOW, level=None)
                elif other > self_scores[row]:
                    finding = replace(finding, subject=Subject.OTHER, level=None)
                found.append(finding)
        for category in RiskCategory:
            if category in SELF_DIRECTED:
                continue
            scores = self._scorer.scores(vectors, [category.value])
            found.extend(
                self._finding(text, unit, category, float(scores[row]))
                for row, unit in enumerate(units)
                if scores[row] > OTHER_THRESHOLD
                and self._scorer.nearest(vectors[row : row + 1], [category.value])[0] > NEAREST_OTHER
                and not _spoken(unit, known, (category,))
            )
        return found

    def _finding(self, text: str, unit: Sentence, category: RiskCategory, score: float) -> Finding:
        canon = canonical(unit.text)
        last = len(canon.tokens) - 1
        subject = subject_of(canon, last, last) if last >= 0 else Subject.CLIENT
        words = {token.text for token in canon.tokens}
        if words & {"i", "me", "myself"}:
            subject = Subject.CLIENT
        timeframe = timeframe_of(text, unit.start, unit.end, (unit.start, unit.end))
        return Finding(
            category=category,
            polarity=Polarity.ENDORSED,
            subject=subject,
            timeframe=timeframe if timeframe is Timeframe.PAST else Timeframe.CURRENT,
            start=unit.start,
            end=unit.end,
            source=_SOURCE,
            rule="likeness",
            severity=Severity.MODERATE,
            level=1 if category is RiskCategory.SUICIDE else None,
            confidence=round(min(0.5 + score, 0.95), 2),
        )


def _units(text: str) -> list[Sentence]:
    """The sentences, long ones also by clause, and short turns as a whole."""
    units: list[Sentence] = []
    whole = sentences(text)
    for sentence in whole:
        units.append(sentence)
        canon = canonical(sentence.text)
        starts = clause_starts(canon)
        if len(starts) > 1 and len(canon.tokens) > 12:
            for low, high in zip(starts, [*starts[1:], len(canon.tokens)], strict=True):
                if high - low >= 5:
                    begin, end = canon.span(low, high - 1)
                    units.append(
                        Sentence(sentence.text[begin:end], sentence.start + begin, sentence.start + end)
                    )
    if 1 < len(whole) <= 3:
        units.append(Sentence(text[whole[0].start : whole[-1].end], whole[0].start, whole[-1].end))
    return [unit for unit in units if len(unit.text.split()) >= _MIN_WORDS]


def _says_anything(unit: Sentence) -> bool:
    """A few words without a person or a risk in them ("Right, zero is zero") are like anything."""
    words = {token.text for token in canonical(unit.text).tokens}
    return bool(words & _PERSON_WORDS) or bool(words & _RISK_WORDS)


def _spoken(unit: Sentence, known: Sequence[Finding], categories: Sequence[RiskCategory]) -> bool:
    return any(
        item.category in categories and item.start < unit.end and unit.start < item.end for item in known
    )
