"""Made-up dialogues of made-up videos."""

from __future__ import annotations

from ml.schemas.dialogue import AnnotatedDialogue, Source, Split, Utterance
from ml.schemas.labels import Emotion, EmotionLabel, Strategy, StrategyLabel
from ml.schemas.transcript import SpeakerRole

EMOTIONS, STRATEGIES = list(Emotion), list(Strategy)


def made(
    name: str,
    *,
    source: str = "",
    turns: int = 6,
    split: Split | None = None,
    dataset: str = "youtube",
    licence: str = "CC-BY-4.0",
    sha256: str = "",
    words: str = "",
) -> AnnotatedDialogue:
    """A dialogue of alternating client and therapist with labels that depend on its name."""
    start = sum(map(ord, name))
    return AnnotatedDialogue(
        id=name,
        source=Source(
            dataset=dataset, source_id=source or name, licence=licence, sha256=sha256, title=f"T {name}"
        ),
        utterances=[_turn(name, index, start, words) for index in range(turns)],
        split=split,
    )


def _turn(name: str, index: int, start: int, words: str) -> Utterance:
    therapist = index % 2 == 1
    strategy = StrategyLabel(value=STRATEGIES[(start + index) % 10], confidence=0.75, annotator="made")
    return Utterance(
        id=f"{name}-{index:04d}",
        index=index,
        speaker="S2" if therapist else "S1",
        role=SpeakerRole.THERAPIST if therapist else SpeakerRole.CLIENT,
        start_ms=index * 4000,
        end_ms=index * 4000 + 3500,
        text=f"{words or name} says {index} about sleep work family friends and hope",
        emotion=EmotionLabel(value=EMOTIONS[(start * 3 + index) % 7], confidence=0.5, rationale="r"),
        strategy=strategy if therapist else None,
    )
