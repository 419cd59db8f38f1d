"""The data set card: what is in it, where from, how good, at what cost, and what was left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from dataset.ledger import Spending
from dataset.manifest import Entry, Outcome
from dataset.splits import SharedKey, label_shares, shared_keys
from ml.labelling.tasks import Task, reference_items
from ml.metrics.classification import majority_label, score
from ml.schemas.dialogue import AnnotatedDialogue, Split

NO_DATA_LICENCE = "other"


@dataclass(frozen=True, slots=True)
class CardFacts:
    """What the card tells beside the dialogues themselves.

    `consent` is a sentence on whose consent the data rests; `agreement` are the Markdown reports of
    dataset_agreement by name.
    """

    name: str
    licence: str = NO_DATA_LICENCE
    consent: str = ""
    accepted: Sequence[str] = ()
    entries: Sequence[Entry] = ()
    spending: Sequence[Spending] = ()
    agreement: Mapping[str, str] = field(default_factory=dict)


def card_of(dialogues: Sequence[AnnotatedDialogue], columns: Any, facts: CardFacts) -> str:
    """README.md with the hub's metadata block.

    Args:
        dialogues: the published ones, split.
        columns: their `datasets.Features`.
        facts: the rest.
    """
    splits = [split for split in Split if any(item.split is split for item in dialogues)]
    parts = [
        _metadata(columns, splits, facts, dialogues),
        f"# {facts.name}\n\nTherapy dialogues, one row each, with the emotion of every turn (7 labels) and "
        "the strategy of the therapist's turns (10 labels, those of MESC, arXiv 2408.03650). Labels were "
        "given by the annotators each turn names; `confidence` is the annotator's own. Not for use with "
        "patients without a clinician.",
        _counts(dialogues, splits),
        _labels(dialogues, splits),
        _majority(dialogues),
        _sources(dialogues),
        _licences(dialogues, facts),
        _splits(dialogues, shared_keys(dialogues)),
        _agreement(facts.agreement),
        _cost(facts.spending),
        _left_out(facts.entries),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _metadata(
    columns: Any, splits: Sequence[Split], facts: CardFacts, dialogues: Sequence[AnnotatedDialogue]
) -> str:
    from datasets.info import DatasetInfo, DatasetInfosDict
    from huggingface_hub import DatasetCardData

    data = DatasetCardData(
        license=facts.licence,
        language=sorted({item.language for item in dialogues}),
        task_categories=["text-classification"],
        pretty_name=facts.name,
        configs=[
            {
                "config_name": "default",
                "data_files": [{"split": split.value, "path": f"data/{split.value}-*"} for split in splits],
            }
        ],
    )
    DatasetInfosDict({"default": DatasetInfo(features=columns)}).to_dataset_card_data(data)
    return f"---\n{data.to_yaml()}\n---"


def _counts(dialogues: Sequence[AnnotatedDialogue], splits: Sequence[Split]) -> str:
    rows = [
        [split.value, *map(str, label_shares([d for d in dialogues if d.split is split])["totals"].values())]
        for split in splits
    ]
    return "## Counts\n\n" + _table(["split", "dialogues", "sources", "turns", "clips"], rows)


def _labels(dialogues: Sequence[AnnotatedDialogue], splits: Sequence[Split]) -> str:
    parts = {split: label_shares([item for item in dialogues if item.split is split]) for split in splits}
    whole = label_shares(dialogues)
    tables = []
    for kind in ("emotion", "strategy"):
        rows = [
            [name, *(_share(parts[split][kind].get(name, 0), parts[split][kind]) for split in splits)]
            for name in whole[kind]
        ]
        if rows:
            tables.append(_table([kind, *(split.value for split in splits)], rows))
    return "## Label shares\n\n" + "\n\n".join(tables) if tables else ""


def _majority(dialogues: Sequence[AnnotatedDialogue]) -> str:
    train = [item for item in dialogues if item.split is Split.TRAIN]
    rows = []
    for task in (Task.EMOTION, Task.STRATEGY):
        learned = reference_items(task, train).truth
        for split in (Split.VALIDATION, Split.TEST):
            truth = reference_items(task, [item for item in dialogues if item.split is split]).truth
            if learned and truth:
                label = majority_label(learned)
                scores = score(truth, [label] * len(truth))
                figures = (scores.accuracy, scores.macro_f1, scores.weighted_f1)
                rows.append([task.value, split.value, label, *(f"{100 * value:.1f}" for value in figures)])
    if not rows:
        return ""
    return (
        "## Majority baseline\n\nAlways the most frequent label of the training split; whatever is trained "
        "here has to beat it.\n\n"
        + _table(["task", "split", "label", "accuracy", "macro F1", "weighted F1"], rows)
    )


def _sources(dialogues: Sequence[AnnotatedDialogue]) -> str:
    sources = sorted(
        {(item.source.dataset, item.source.source_id): item.source for item in dialogues}.items()
    )
    rows = [
        [source.dataset, source.source_id, _cell(source.title), _cell(source.url), _cell(source.licence)]
        for _, source in sources
    ]
    return "## Sources\n\n" + _table(["collection", "source", "title", "address", "licence"], rows)


def _licences(dialogues: Sequence[AnnotatedDialogue], facts: CardFacts) -> str:
    stated = Counter(item.source.licence or "(empty)" for item in dialogues)
    lines = [f"- {_cell(name)}: {count} dialogues" for name, count in stated.most_common()]
    if facts.accepted:
        lines.append(
            "- Published although no licence is stated, on the publisher's word: "
            + ", ".join(_cell(name) for name in facts.accepted)
        )
    lines.append(f"- Consent: {facts.consent or 'no statement; the licences above are all there is.'}")
    return "## Licence and consent\n\n" + "\n".join(lines)


def _splits(dialogues: Sequence[AnnotatedDialogue], shared: Sequence[SharedKey]) -> str:
    text = (
        "## Splits\n\nBy conversation and by source video: what shares a source, a file or its words is in "
        "one split. Reference collections keep their published split."
    )
    sources: dict[str, dict[str, set[Split]]] = {}
    for item in dialogues:
        if item.split is not None:
            sources.setdefault(item.source.dataset, {}).setdefault(item.source.source_id, set()).add(
                item.split
            )
    for name, found in sorted(sources.items()):
        both = sum(len(splits) > 1 for splits in found.values())
        if both:
            text += (
                f"\n\n{both} of the {len(found)} sources of {name} occur in more than one split, as "
                "published: figures on them flatter."
            )
    words = sum(key.kind == "words" for key in shared)
    return text + (f"\n\n{words} texts occur in more than one split." if words else "")


def _agreement(reports: Mapping[str, str]) -> str:
    if not reports:
        return "## Agreement\n\nNot measured (dataset_agreement)."
    return "## Agreement\n\n" + "\n\n".join(reports[name].strip() for name in sorted(reports))


def _cost(spending: Sequence[Spending]) -> str:
    total = sum((item.usd for item in spending), start=Decimal(0))
    rows = [[item.stage, item.service, item.model, str(item.calls), f"{item.usd:.4f}"] for item in spending]
    table = "\n\n" + _table(["stage", "service", "model", "calls", "USD"], rows) if rows else ""
    return f"## Cost\n\n{total:.4f} USD in all.{table}"


def _left_out(entries: Sequence[Entry]) -> str:
    reasons = Counter(
        (entry.stage, entry.reason.partition(":")[0])
        for entry in entries
        if entry.outcome is Outcome.QUARANTINED
    )
    if not reasons:
        return "## Left out\n\nNothing was quarantined."
    rows = [[stage, reason, str(count)] for (stage, reason), count in sorted(reasons.items())]
    return "## Left out\n\n" + _table(["stage", "reason", "items"], rows)


def _share(count: int, counts: Mapping[str, int]) -> str:
    total = sum(counts.values())
    return f"{count} ({count / total:.1%})" if total else "0"


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").split())


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
