"""Train, validation and test by whole groups: a conversation, its source video, its copies.

Dialogues of one source, with one file hash or with the same words belong together. The groups are
dealt out largest first (in powers of two, then by hash, so the order they come in does not
matter); each goes where turns and labels lack most. What was split before stays where it was: a
test dialogue that others have trained around never becomes training.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from dataset.errors import DatasetError
from ml.schemas.dialogue import AnnotatedDialogue, Split

Shares = Mapping[Split, float]
DEFAULT_SHARES: Shares = {Split.TRAIN: 0.8, Split.VALIDATION: 0.1, Split.TEST: 0.1}
_WORD = re.compile(r"\w+")
_FEWEST_WORDS = 20
"""Two dialogues shorter than this may share their words by chance."""


class Leakage(DatasetError):
    """The same conversation or source would be in two splits."""

    code = "leakage"


class SharedKey(NamedTuple):
    """What two splits have in common: kind ("source", "sha256", "words") and the dialogues."""

    kind: str
    splits: tuple[Split, ...]
    dialogues: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Group:
    name: str
    dialogues: tuple[AnnotatedDialogue, ...]
    counts: Counter[str]


def shared_keys(dialogues: Sequence[AnnotatedDialogue]) -> list[SharedKey]:
    """Every source, file or text whose dialogues have different splits, by kind and dialogue."""
    members: dict[tuple[str, str], list[AnnotatedDialogue]] = {}
    for dialogue in dialogues:
        for key in _keys(dialogue):
            members.setdefault(key, []).append(dialogue)
    found = []
    for (kind, _), together in members.items():
        splits = {item.split for item in together if item.split is not None}
        if len(splits) > 1:
            found.append(SharedKey(kind, tuple(sorted(splits)), tuple(sorted(item.id for item in together))))
    return sorted(found)


def assign_splits(
    dialogues: Sequence[AnnotatedDialogue],
    shares: Shares = DEFAULT_SHARES,
    seed: int = 0,
    before: Mapping[str, Split] | None = None,
) -> dict[str, Split]:
    """The split of each dialogue, by id.

    Args:
        dialogues: all of them; `split` of a dialogue is not looked at.
        shares: how much of turns and labels each split should have; they add up to 1.
        seed: another one deals differently.
        before: what an earlier run assigned; it stands, and new members of a group follow it.

    Raises:
        Leakage: `before` has parts of one group in different splits.
        ValueError: shares that are negative or do not add up to 1; two dialogues with one id.
    """
    if min(shares.values()) < 0 or abs(sum(shares.values()) - 1) > 1e-9:
        raise ValueError("The shares must not be negative and must add up to 1.")
    if len({item.id for item in dialogues}) < len(dialogues):
        raise ValueError("Two dialogues have the same id.")
    groups = sorted(_groups(dialogues), key=lambda group: _turn(group, seed))
    total = sum((group.counts for group in groups), Counter[str]())
    given: dict[Split, Counter[str]] = {split: Counter() for split in Split}
    chosen: dict[str, Split] = {}
    waiting: list[_Group] = []
    for group in groups:
        split = _kept(group, before or {})
        if split is None:
            waiting.append(group)
        else:
            _give(group, split, given, chosen)
    for number, group in enumerate(waiting):
        empty = [split for split in Split if shares.get(split, 0) > 0 and not given[split]]
        # The last groups fill what would stay empty.
        open_splits = empty if len(waiting) - number <= len(empty) else [s for s in Split if shares.get(s, 0)]
        best = max(open_splits, key=lambda split: _lack(group, split, given, total, shares))
        _give(group, best, given, chosen)
    return chosen


def label_shares(dialogues: Sequence[AnnotatedDialogue]) -> dict[str, dict[str, int]]:
    """Counts of dialogues, turns, clips, sources, and of each emotion and strategy."""
    turns = [turn for item in dialogues for turn in item.utterances]
    return {
        "totals": {
            "dialogues": len(dialogues),
            "sources": len({(item.source.dataset, item.source.source_id) for item in dialogues}),
            "turns": len(turns),
            "clips": sum(bool(turn.clip) for turn in turns),
        },
        "emotion": dict(Counter(turn.emotion.value.value for turn in turns if turn.emotion).most_common()),
        "strategy": dict(Counter(turn.strategy.value.value for turn in turns if turn.strategy).most_common()),
    }


def _keys(dialogue: AnnotatedDialogue) -> list[tuple[str, str]]:
    source = dialogue.source
    keys = [("source", f"{source.dataset}\n{source.source_id}")]
    if source.sha256:
        keys.append(("sha256", source.sha256))
    words = _WORD.findall(" ".join(turn.text for turn in dialogue.utterances).casefold())
    if len(words) >= _FEWEST_WORDS:
        keys.append(("words", hashlib.sha256(" ".join(words).encode()).hexdigest()))
    return keys


def _groups(dialogues: Sequence[AnnotatedDialogue]) -> list[_Group]:
    """Dialogues that share a key, directly or through others."""
    parent = list(range(len(dialogues)))

    def root(place: int) -> int:
        while parent[place] != place:
            parent[place] = parent[parent[place]]
            place = parent[place]
        return place

    first: dict[tuple[str, str], int] = {}
    for place, dialogue in enumerate(dialogues):
        for key in _keys(dialogue):
            parent[root(place)] = root(first.setdefault(key, place))
    members: dict[int, list[AnnotatedDialogue]] = {}
    for place, dialogue in enumerate(dialogues):
        members.setdefault(root(place), []).append(dialogue)
    return [_group(sorted(together, key=lambda item: item.id)) for together in members.values()]


def _group(together: Sequence[AnnotatedDialogue]) -> _Group:
    counts: Counter[str] = Counter()
    for dialogue in together:
        for turn in dialogue.utterances:
            counts["turns"] += 1
            for label in (turn.emotion, turn.strategy):
                if label is not None:
                    counts[label.value.value] += 1
    name = "\n".join(sorted({f"{item.source.dataset}\n{item.source.source_id}" for item in together}))
    return _Group(name, tuple(together), counts)


def _turn(group: _Group, seed: int) -> tuple[int, str]:
    return -group.counts["turns"].bit_length(), hashlib.sha256(f"{seed}\n{group.name}".encode()).hexdigest()


def _kept(group: _Group, before: Mapping[str, Split]) -> Split | None:
    splits = {before[item.id] for item in group.dialogues if item.id in before}
    if len(splits) > 1:
        names = ", ".join(item.id for item in group.dialogues[:5])
        raise Leakage(
            f"Dialogues of one source were split apart before ({', '.join(sorted(splits))}): {names}. "
            "Split anew (--fresh) or take them out."
        )
    return splits.pop() if splits else None


def _give(group: _Group, split: Split, given: dict[Split, Counter[str]], chosen: dict[str, Split]) -> None:
    given[split].update(group.counts)
    chosen.update({item.id: split for item in group.dialogues})


def _lack(
    group: _Group,
    split: Split,
    given: Mapping[Split, Counter[str]],
    total: Counter[str],
    shares: Shares,
) -> float:
    """How much of what the group has is missing in a split; each count weighs by its rarity."""
    return sum(
        count * (shares.get(split, 0) * total[name] - given[split][name]) / total[name]
        for name, count in group.counts.items()
    )
