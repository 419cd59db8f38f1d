"""Labels from a labeller of `ml.labelling`, which reads whole dialogues and may withhold an answer."""

from __future__ import annotations

import hashlib
import json
from functools import lru_cache
from pathlib import Path

from ml.labelling.heads import ARRAYS, FACTS
from ml.labelling.light import FOLDER
from ml.labelling.tasks import Labeller, labelled
from ml.schemas.dialogue import AnnotatedDialogue, Utterance
from ml.weights.receipt import sha256_of

LANGUAGE = "en"
"""What the labellers read."""


class DialogueLabeller:
    """A labeller in the place of a model: each dialogue is read once, then asked turn by turn."""

    def __init__(self, labeller: Labeller) -> None:
        self._labeller = labeller
        self._read: AnnotatedDialogue | None = None
        self._turns: dict[str, Utterance] = {}

    def turn(self, dialogue: AnnotatedDialogue, turn_id: str) -> Utterance:
        """The turn with the labels that the labeller gives it; None for those it withholds."""
        if self._read is not dialogue:
            self._turns = {turn.id: turn for turn in labelled(self._labeller, dialogue).utterances}
            self._read = dialogue
        return self._turns[turn_id]

    def close(self) -> None:
        """Forget the last dialogue."""
        self._read, self._turns = None, {}


def light_is_trained(models_dir: Path) -> bool:
    """Whether there are weights of the light labeller."""
    return (models_dir / FOLDER / FACTS).is_file()


def light_identity(models_dir: Path) -> str:
    """Which weights and thresholds they are; empty where there are none."""
    files = [models_dir / FOLDER / name for name in (FACTS, ARRAYS)]
    if not all(file.is_file() for file in files):
        return ""
    return "".join(_hashed(file, file.stat().st_mtime_ns, file.stat().st_size) for file in files)


def identity_of_words(dialogue: AnnotatedDialogue) -> str:
    """All that a labeller reads of a dialogue, as one hash: a turn's label depends on its neighbours."""
    read = [[turn.role.value, turn.text] for turn in dialogue.utterances]
    return hashlib.sha256(json.dumps(read).encode()).hexdigest()


@lru_cache(maxsize=4)
def _hashed(file: Path, changed: int, size: int) -> str:
    return sha256_of(file)
