"""Finds conversations and source videos that more than one split holds."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from finetune.errors import FinetuneError, FinetuneErrorCode
from ml.schemas.dialogue import AnnotatedDialogue

SHOWN = 5


@dataclass(frozen=True, slots=True)
class SharedSources:
    """Source videos whose dialogues lie in more than one split, and how many videos there are."""

    shared: tuple[str, ...]
    total: int

    def sentence(self) -> str:
        """What the run's report says about it."""
        if not self.shared:
            return f"None of the {self.total} source videos is in more than one split."
        return (
            f"{len(self.shared)} of {self.total} source videos have dialogues in more than one split: "
            "the same people speak in both, so held-out figures flatter the model."
        )


def check_leakage(dialogues: Iterable[AnnotatedDialogue], *, own: bool) -> SharedSources:
    """Refuse conversations in two splits; report source videos that are.

    A conversation is the same if its id is, or if all its words are.

    Args:
        dialogues: of one source.
        own: our own data, where shared source videos are refused as well.

    Raises:
        FinetuneError: split_leaks, naming the first ids.
    """
    splits_of_id: dict[str, set[str]] = defaultdict(set)
    splits_of_words: dict[str, set[str]] = defaultdict(set)
    splits_of_video: dict[str, set[str]] = defaultdict(set)
    first_id: dict[str, str] = {}
    for dialogue in dialogues:
        if dialogue.split is None:
            continue
        words = fingerprint(dialogue)
        first_id.setdefault(words, dialogue.id)
        splits_of_id[dialogue.id].add(dialogue.split.value)
        splits_of_words[words].add(dialogue.split.value)
        splits_of_video[f"{dialogue.source.dataset}:{dialogue.source.source_id}"].add(dialogue.split.value)
    leaking = sorted(
        {name for name, splits in splits_of_id.items() if len(splits) > 1}
        | {first_id[words] for words, splits in splits_of_words.items() if len(splits) > 1}
    )
    if leaking:
        raise _leak("conversations", leaking)
    shared = tuple(sorted(name for name, splits in splits_of_video.items() if len(splits) > 1))
    if shared and own:
        raise _leak("source videos", shared)
    return SharedSources(shared, len(splits_of_video))


def fingerprint(dialogue: AnnotatedDialogue) -> str:
    """The hash of a conversation's words, whatever their case and spaces."""
    words = "\n".join(" ".join(turn.text.casefold().split()) for turn in dialogue.utterances)
    return hashlib.sha256(words.encode()).hexdigest()


def _leak(kind: str, names: Iterable[str]) -> FinetuneError:
    listed = list(names)
    shown = ", ".join(listed[:SHOWN]) + (", ..." if len(listed) > SHOWN else "")
    return FinetuneError(
        FinetuneErrorCode.SPLIT_LEAKS,
        f"{len(listed)} {kind} are in more than one split: {shown}. Split the data again (dataset_split).",
    )
