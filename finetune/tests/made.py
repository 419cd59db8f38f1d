"""Dialogues made up for tests: short, with labels that their words give away."""

from __future__ import annotations

import random
from pathlib import Path

from ml.schemas.dialogue import AnnotatedDialogue, Source, Split, Utterance
from ml.schemas.labels import Emotion, EmotionLabel, Strategy, StrategyLabel
from ml.schemas.transcript import SpeakerRole

SAID = {
    Emotion.NEUTRAL: "I went to the market on Tuesday.",
    Emotion.DEPRESSION: "Nothing matters to me any more.",
    Emotion.ANGER: "He had no right to shout at me.",
    Emotion.JOY: "We laughed all evening, it was lovely.",
    Emotion.FEAR: "My heart races when the phone rings.",
}
ANSWERED = {
    Strategy.OPEN_QUESTION: "What was that like for you?",
    Strategy.RESTATEMENT: "So it has been heavy for you.",
    Strategy.APPROVAL: "That took courage.",
    Strategy.ADVISEMENT: "You could write it down each evening.",
}


def dialogue(number: int, split: Split | None = Split.TRAIN, video: str = "") -> AnnotatedDialogue:
    """Eight turns, the client first; the same number makes the same dialogue."""
    random_ = random.Random(number)
    turns = []
    for index in range(8):
        if index % 2 == 0:
            emotion = random_.choice(list(SAID))
            turns.append(
                Utterance(
                    id=f"d{number}-{index}",
                    index=index,
                    role=SpeakerRole.CLIENT,
                    text=f"{SAID[emotion]} Day {number}.",
                    emotion=EmotionLabel(value=emotion, annotator="test"),
                )
            )
        else:
            strategy = random_.choice(list(ANSWERED))
            turns.append(
                Utterance(
                    id=f"d{number}-{index}",
                    index=index,
                    speaker="S2",
                    role=SpeakerRole.THERAPIST,
                    text=ANSWERED[strategy],
                    strategy=StrategyLabel(value=strategy, annotator="test"),
                )
            )
    source = Source(dataset="made", source_id=video or f"video-{number}", licence="CC0")
    return AnnotatedDialogue(id=f"d{number}", source=source, utterances=turns, split=split)


def write_jsonl(path: Path, dialogues: list[AnnotatedDialogue]) -> Path:
    """The file form that `SourceKind.JSONL` reads."""
    path.write_text("".join(f"{item.model_dump_json()}\n" for item in dialogues), encoding="utf-8")
    return path


def made_file(folder: Path, train: int = 30, validation: int = 6) -> Path:
    """A file of dialogues in two splits."""
    dialogues = [dialogue(n) for n in range(train)]
    dialogues += [dialogue(n, Split.VALIDATION) for n in range(train, train + validation)]
    return write_jsonl(folder / "dialogues.jsonl", dialogues)
