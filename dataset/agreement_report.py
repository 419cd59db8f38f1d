"""Agreement as Markdown: a table beside the baselines, then who is taken for whom."""

from __future__ import annotations

from collections.abc import Sequence

from dataset.agreement import Comparison
from ml.metrics.classification import Confusion, Interval, Scores


def report_of(title: str, comparisons: Sequence[Comparison]) -> str:
    """The report; figures are percentages with 95 % intervals, dialogues resampled."""
    return "\n\n".join([f"### {title}", *(_section(one) for one in comparisons)]) + "\n"


def _section(one: Comparison) -> str:
    agreement = one.agreement
    groups = agreement.intervals.groups if agreement.intervals else 0
    how = "" if one.exact else ", read through a table of labels learned from other sources"
    rows = [("labels", agreement), ("majority", one.majority)]
    if one.tfidf is not None:
        rows.append(("TF-IDF", one.tfidf))
    lines = [
        f"**{one.target}**{how}: {agreement.items} turns of {groups} dialogues, "
        f"{agreement.coverage:.0%} labelled; baselines learned from {one.learned_from}.",
        "",
        "| | accuracy | macro F1 | weighted F1 |",
        "|---|---|---|---|",
        *(_row(name, scores) for name, scores in rows),
        "",
        _confusion(agreement.confusion),
    ]
    return "\n".join(lines)


def _row(name: str, scores: Scores) -> str:
    between = scores.intervals
    if between is None:
        return f"| {name} | {scores.accuracy:.1%} | {scores.macro_f1:.1%} | {scores.weighted_f1:.1%} |"
    cells = (
        _figure(scores.accuracy, between.accuracy),
        _figure(scores.macro_f1, between.macro_f1),
        _figure(scores.weighted_f1, between.weighted_f1),
    )
    return f"| {name} | {' | '.join(cells)} |"


def _figure(value: float, between: Interval) -> str:
    return f"{100 * value:.1f} ({100 * between.low:.1f} to {100 * between.high:.1f})"


def _confusion(confusion: Confusion) -> str:
    """Rows are the reference, columns the labels by the number of their row."""
    head = ["reference", *(str(number) for number in range(1, len(confusion.labels) + 1)), "withheld"]
    lines = [f"| {' | '.join(head)} |", "|---" * len(head) + "|"]
    for number, (label, counts) in enumerate(zip(confusion.labels, confusion.counts, strict=True)):
        cells = [f"{number + 1} {label}", *map(str, counts), str(confusion.abstained[number])]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)
