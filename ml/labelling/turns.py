"""What the light labeller reads of each turn: sentence embeddings, words, role, shape, neighbours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.evidence.embedding import SentenceEmbedder
from ml.labelling.tasks import Task, asked
from ml.labelling.words import Counts, counted
from ml.schemas.dialogue import AnnotatedDialogue, Utterance
from ml.schemas.transcript import SpeakerRole

WINDOW = 6
DECAY = 0.6
"""Each turn further back counts this much less in the mean of the window."""

Vectors = dict[str, NDArray[np.float32]]


@dataclass(frozen=True, slots=True)
class Turns:
    """The turns that a task asks about, one row each.

    `dense` is (turns, features); `places` number of the dialogue and place in it; `chains` the rows
    of one role in one dialogue, in order.
    """

    dense: NDArray[np.float32]
    words: list[Counts]
    places: list[tuple[int, int]]
    chains: list[list[int]]


def embedded(dialogues: Sequence[AnnotatedDialogue], embedder: SentenceEmbedder) -> Vectors:
    """The embedding of every text that occurs."""
    texts = sorted({turn.text for dialogue in dialogues for turn in dialogue.utterances})
    return dict(zip(texts, embedder.embed(texts), strict=True))


def read_turns(task: Task, dialogues: Sequence[AnnotatedDialogue], vectors: Vectors) -> Turns:
    """Rows for every turn the task asks about.

    Of an unseen turn (`Task.NEXT_STRATEGY`) only its role and what came before are read.
    """
    seen = task is not Task.NEXT_STRATEGY
    dense: list[NDArray[np.float32]] = []
    words: list[Counts] = []
    places: list[tuple[int, int]] = []
    chains: dict[tuple[int, SpeakerRole], list[int]] = {}
    for number, dialogue in enumerate(dialogues):
        for place, turn in enumerate(dialogue.utterances):
            if not asked(task, turn):
                continue
            before = dialogue.utterances[max(0, place - WINDOW) : place]
            chains.setdefault((number, turn.role), []).append(len(places))
            places.append((number, place))
            dense.append(_dense(turn, before, vectors, seen=seen))
            words.append(counted(turn.text if seen else None, turn.role, [item.text for item in before]))
    rows = np.stack(dense) if dense else np.zeros((0, 0), dtype=np.float32)
    return Turns(rows, words, places, list(chains.values()))


def _dense(
    turn: Utterance, before: Sequence[Utterance], vectors: Vectors, *, seen: bool
) -> NDArray[np.float32]:
    nothing = np.zeros_like(vectors[turn.text])
    last = vectors[before[-1].text] if before else nothing
    window = nothing
    if before:
        weights = DECAY ** np.arange(len(before) - 1, -1, -1)
        window = np.average([vectors[item.text] for item in before], axis=0, weights=weights)
    parts = [last, window, _shape(turn, before, seen=seen)]
    return np.concatenate([vectors[turn.text], *parts] if seen else parts).astype(np.float32)


def _shape(turn: Utterance, before: Sequence[Utterance], *, seen: bool) -> NDArray[np.float32]:
    own, last = turn.text if seen else "", before[-1].text if before else ""
    return np.array(
        [
            turn.role is SpeakerRole.THERAPIST,
            turn.role is SpeakerRole.CLIENT,
            not before,
            bool(before) and before[-1].role is turn.role,
            np.log1p(len(own.split())),
            np.log1p(len(last.split())),
            "?" in own,
            "?" in last,
            "!" in own,
            "..." in own,
        ],
        dtype=np.float32,
    )
