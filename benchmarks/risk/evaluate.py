# ruff: noqa: E501 - tables of expressions are easier to read unwrapped
"""Measure the risk finder on marked statements: rules, encoder and both.

Example: python -m benchmarks.risk.evaluate var/models/risk-encoder ml/tests/evidence/statements/dev.jsonl
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from pathlib import Path
from typing import Any

from benchmarks.risk.scoring import Scores, read_statements, score_statements
from ml.evidence.risk.encoder import RiskEncoder
from ml.evidence.risk.finder import RiskFinder

_SPOKEN = {"going to": "gonna", "want to": "wanna", "I am": "i'm", "have to": "gotta"}


def as_recognised(text: str) -> str:
    """The statement as speech recognition may give it: lower case, no punctuation."""
    for written, spoken in _SPOKEN.items():
        text = re.sub(rf"\b{written}\b", spoken, text)
    return re.sub(r"[^\w\s?]", "", text).lower()


def altered(records: list[dict[str, Any]], how: str) -> list[dict[str, Any]]:
    """The same statements, "recognised" or with "curly" apostrophes or "stuttered" starts."""
    copies: list[dict[str, Any]] = json.loads(json.dumps(records))
    for record in copies:
        for turn in record["turns"]:
            if how == "recognised":
                turn["text"] = as_recognised(turn["text"])
            elif how == "curly":
                turn["text"] = turn["text"].replace("'", "’")
            else:
                turn["text"] = re.sub(r"^(I(?:'\w+)?) ", r"\1, um, \1 ", turn["text"])
    return copies


def main() -> None:
    """Print a table for each file and reader; ids of misses only with --ids."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("encoder", type=Path)
    parser.add_argument("statements", type=Path, nargs="+")
    parser.add_argument(
        "--ids", action="store_true", help="also name the statements missed and wrongly flagged"
    )
    options = parser.parse_args()
    encoder = RiskEncoder(options.encoder)
    finders = {
        "rules": RiskFinder(),
        "encoder": RiskFinder(encoder, use_rules=False),
        "rules and encoder": RiskFinder(encoder),
    }
    for path in options.statements:
        results = [score_statements(path, finder, f"{path.stem}, {name}") for name, finder in finders.items()]
        for how in ("recognised", "curly", "stuttered"):
            records = altered(read_statements(path), how)
            results.append(score_statements(records, finders["rules and encoder"], f"{path.stem}, {how}"))
        sys.stdout.write(summary(results) + "\n\n" + results[2].table() + "\n\n")
        if options.ids:
            sys.stdout.write(f"missed: {results[2].missed}\nfalse: {results[2].false}\n\n")


def summary(results: list[Scores]) -> str:
    """One line for each result."""
    lines = ["| statements, reader | recall | precision | expected flags found |", "|---|---|---|---|"]
    for result in results:
        lines.append(
            f"| {result.name} | {result.recall:.3f} ({result.correct}/{result.true}) | {result.precision:.3f} "
            f"({result.correct}/{result.found}) | {result.flags_found}/{result.flags_expected} |"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    main()
