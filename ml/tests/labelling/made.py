"""Small made-up dialogues with a rule in them, and an embedder that needs no model."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ml.schemas.dialogue import AnnotatedDialogue, Source, Split, Utterance
from ml.schemas.labels import Emotion, EmotionLabel, Strategy, StrategyLabel
from ml.schemas.transcript import SpeakerRole

CLIENT = (
    ("I lost my brother and cry every night", Emotion.SADNESS),
    ("I could scream at him, he makes me furious", Emotion.ANGER),
    ("We laughed and it was a lovely happy day", Emotion.JOY),
)
THERAPIST = (
    ("What happened then?", Strategy.OPEN_QUESTION),
    ("You said you felt alone with it", Strategy.RESTATEMENT),
    ("You should try to rest before you decide", Strategy.ADVISEMENT),
)
FILLERS = "well so now then today again still also maybe really".split()


class WordEmbedder:
    """A sentence is the sum of fixed random vectors of its words, of length 1."""

    def embed(self, sentences: Sequence[str]) -> NDArray[np.float32]:
        """See `ml.evidence.embedding.SentenceEmbedder`."""
        rows = [
            np.sum([_vector(word) for word in sentence.split()] or [np.zeros(24)], axis=0)
            for sentence in sentences
        ]
        table = np.array(rows, dtype=np.float32).reshape(len(rows), 24)
        return table / np.maximum(np.linalg.norm(table, axis=1, keepdims=True), 1e-9)


def made_dialogues(count: int, seed: int = 0, split: Split = Split.TRAIN) -> list[AnnotatedDialogue]:
    """Dialogues in which words tell labels and a restatement always follows a question."""
    rng = np.random.default_rng(seed)
    return [_dialogue(f"made-{seed}-{number}", rng, split) for number in range(count)]


def _dialogue(name: str, rng: np.random.Generator, split: Split) -> AnnotatedDialogue:
    turns: list[Utterance] = []
    strategy = int(rng.integers(3))
    for _ in range(5):
        text, emotion = CLIENT[int(rng.integers(3))]
        turns.append(
            Utterance(
                id=f"{name}-{len(turns)}",
                index=len(turns),
                role=SpeakerRole.CLIENT,
                text=f"{rng.choice(FILLERS)} {text}",
                emotion=EmotionLabel(value=emotion),
            )
        )
        said, label = THERAPIST[strategy]
        turns.append(
            Utterance(
                id=f"{name}-{len(turns)}",
                index=len(turns),
                speaker="S2",
                role=SpeakerRole.THERAPIST,
                text=f"{rng.choice(FILLERS)} {said}",
                emotion=EmotionLabel(value=Emotion.NEUTRAL),
                strategy=StrategyLabel(value=label),
            )
        )
        strategy = 1 if label is Strategy.OPEN_QUESTION else int(rng.integers(3))
    source = Source(dataset="made", source_id=name, licence="CC0-1.0")
    return AnnotatedDialogue(id=name, source=source, utterances=turns, split=split)


def _vector(word: str) -> NDArray[np.float64]:
    return np.random.default_rng(zlib.crc32(word.casefold().encode())).standard_normal(24)
