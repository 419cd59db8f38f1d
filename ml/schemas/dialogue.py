"""The annotated dialogue: the record that dataset/ writes and finetune/ reads, one JSON line each.

Times are milliseconds from the start of the source video or recording.
"""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field, model_validator

from ml.schemas.base import Record
from ml.schemas.labels import EmotionLabel, StrategyLabel
from ml.schemas.transcript import SpeakerRole


class Split(StrEnum):
    """Which part of a data set a whole conversation belongs to."""

    TRAIN = "train"
    VALIDATION = "validation"
    TEST = "test"


class Source(Record):
    """Where a dialogue comes from: its lineage.

    `dataset` names the collection ("youtube", "mesc", "annomi", "platform"); `source_id` is the video
    or recording that several dialogues may share (split by it, too); `licence` is as stated there.
    """

    dataset: str
    source_id: str
    playlist: str = ""
    title: str = ""
    url: str = ""
    licence: str = ""
    sha256: str = ""


class Utterance(Record):
    """One turn by one speaker. `clip` is the path of its video clip inside the data set, empty where
    the turn is text only; `end_ms` is 0 where the source states no times. `source_labels` are labels in
    the source's own scheme ("client_talk_type": "change"), kept as it writes them."""

    id: str
    index: int
    speaker: str = "S1"
    role: SpeakerRole = SpeakerRole.OTHER
    role_confidence: float = Field(default=1.0, ge=0.0, le=1.0)
    start_ms: int = 0
    end_ms: int = 0
    text: str
    clip: str = ""
    emotion: EmotionLabel | None = None
    strategy: StrategyLabel | None = None
    source_labels: dict[str, str] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _strategy_is_the_therapists(self) -> Utterance:
        if self.strategy is not None and self.role is not SpeakerRole.THERAPIST:
            raise ValueError("Only a therapist's utterance has a strategy.")
        return self


class AnnotatedDialogue(Record):
    """A whole conversation with the labels found so far; `split` is None until it was split."""

    id: str
    source: Source
    language: str = "en"
    utterances: list[Utterance]
    split: Split | None = None
