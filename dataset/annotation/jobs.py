"""One turn of one video that needs labels."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from dataset.annotation.config import AnnotationConfig, ModelChoice
from dataset.annotation.context import Window
from dataset.annotation.labelling import identity_of_words
from dataset.annotation.prompts import prompt_identity
from dataset.annotation.routing import Route
from dataset.annotation.rules import RuleLabels
from dataset.errors import Quarantine
from dataset.manifest import work_key
from dataset.workspace import VideoFolder
from ml.schemas.dialogue import AnnotatedDialogue, Utterance

LABEL_STAGE = "label"


@dataclass(frozen=True, slots=True)
class Job:
    """A turn with what its model will read. `unfit` is set where no model can be asked."""

    folder: VideoFolder
    utterance: Utterance
    route: Route
    window: Window | None
    rules: RuleLabels
    dialogue: AnnotatedDialogue
    clip_sha256: str = ""
    unfit: Quarantine | None = None

    @property
    def item(self) -> str:
        """The manifest's name of this turn."""
        return item_of(self.folder, self.utterance)

    @property
    def labels_file(self) -> Path:
        """Where its labels go."""
        return self.folder.path / "labels" / f"{self.utterance.index:04d}.json"

    def key(self, config: AnnotationConfig, choice: ModelChoice) -> str:
        """What its labels depend on."""
        return work_key(
            text=[self.window.before, self.window.speaker, self.window.passage] if self.window else None,
            role=self.utterance.role.value,
            clip=self.clip_sha256,
            prompt=prompt_identity(self.route.kind, choice.form),
            model=choice.fingerprint,
            rules=[label and label.model_dump(mode="json") for label in self.rules],
            **({"dialogue": identity_of_words(self.dialogue)} if choice.reads_dialogues else {}),
        )


def item_of(folder: VideoFolder, utterance: Utterance) -> str:
    """The manifest's name of a turn."""
    return f"{folder.item}#{utterance.index:04d}"
