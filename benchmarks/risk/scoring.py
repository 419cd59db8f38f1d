"""Recall and precision of the risk finder on marked statements.

A file holds lines ``{"id", "kind", "turns": [{"speaker", "text"}], "expected": [{"category",
"polarity", "subject", "timeframe"}]}``. The headline is the endorsed current suicide or
self-harm of the client, where either category counts as the other.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ml.evidence.risk.finder import RiskFinder

_SELF_DIRECTED = frozenset({"suicide", "self_harm"})


@dataclass(slots=True)
class Scores:
    """Counts over one file; `missed` and `false` hold statement ids only."""

    name: str = ""
    statements: int = 0
    true: int = 0
    found: int = 0
    correct: int = 0
    missed: list[str] = field(default_factory=list)
    false: list[str] = field(default_factory=list)
    flags_expected: int = 0
    flags_found: int = 0
    kinds: dict[str, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0, 0]))

    @property
    def recall(self) -> float:
        """Share of statements with endorsed current self-directed risk that were flagged so."""
        return self.correct / self.true if self.true else 1.0

    @property
    def precision(self) -> float:
        """Share of statements flagged so that were marked so."""
        return self.correct / self.found if self.found else 1.0

    def table(self) -> str:
        """A Markdown table: the headline, then each kind of statement."""
        lines = [
            f"**{self.name}**: {self.statements} statements; endorsed current suicide/self-harm: recall "
            f"{self.recall:.3f} ({self.correct}/{self.true}), precision {self.precision:.3f} "
            f"({self.correct}/{self.found}); expected flags of all kinds found "
            f"{self.flags_found}/{self.flags_expected}",
            "",
            "| kind | statements | expected flags found | flagged as endorsed current self-directed |",
            "|---|---|---|---|",
        ]
        for kind, (count, whole, flagged) in sorted(self.kinds.items()):
            lines.append(f"| {kind} | {count} | {whole} | {flagged} |")
        return "\n".join(lines)


def read_statements(path: Path) -> list[dict[str, Any]]:
    """The marked statements of a file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def language_of(record: dict[str, Any]) -> str:
    """The record's language: stated, or Arabic where the words are in Arabic script."""
    if "language" in record:
        return str(record["language"])
    text = " ".join(turn["text"] for turn in record["turns"])
    arabic = sum("\u0600" <= letter <= "\u06ff" for letter in text)
    return "ar" if arabic * 2 > len(text.replace(" ", "")) else "en"


def score_statements(path: Path | Iterable[dict[str, Any]], finder: RiskFinder, name: str = "") -> Scores:
    """Run the finder over marked statements and count."""
    records = read_statements(path) if isinstance(path, Path) else list(path)
    scores = Scores(name=name)
    for record in records:
        turns = [(turn["speaker"], turn["text"]) for turn in record["turns"]]
        flags = finder.find_in_turns(turns, language_of(record))
        got = {(f.category.value, f.polarity.value, f.subject.value, f.timeframe.value) for f in flags}
        marked = {(e["category"], e["polarity"], e["subject"], e["timeframe"]) for e in record["expected"]}
        is_true, is_found = _headline(marked), _headline(got)
        whole = sum(_met(mark, got) for mark in marked)
        scores.statements += 1
        scores.true += is_true
        scores.found += is_found
        scores.correct += is_true and is_found
        scores.flags_expected += len(marked)
        scores.flags_found += whole
        if is_true and not is_found:
            scores.missed.append(record["id"])
        if is_found and not is_true:
            scores.false.append(record["id"])
        counts = scores.kinds[record.get("kind", "")]
        counts[0] += 1
        counts[1] += whole == len(marked)
        counts[2] += is_found
    return scores


def _headline(flags: set[tuple[str, str, str, str]]) -> bool:
    return any(
        category in _SELF_DIRECTED and polarity == "endorsed" and subject == "client" and timeframe != "past"
        for category, polarity, subject, timeframe in flags
    )


def _met(mark: tuple[str, str, str, str], got: set[tuple[str, str, str, str]]) -> bool:
    """Whether a marked flag is there; an unclear time meets any."""
    category, polarity, subject, timeframe = mark
    return any(
        (other[0] == category or {other[0], category} <= _SELF_DIRECTED)
        and other[1] == polarity
        and other[2] == subject
        and (timeframe == other[3] or "unclear" in {timeframe, other[3]})
        for other in got
    )
