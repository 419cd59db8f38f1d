"""A training example and where it comes from: what the platform exports and finetune/ reads.

One JSON line each. The ids in the lineage are keyed hashes: the platform that made them can find
the patient again, nobody else can.
"""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from ml.schemas.base import Record
from ml.schemas.chat import ChatMessage
from ml.schemas.dialogue import Split


class ExampleTask(StrEnum):
    """What the example teaches: today the wording of one piece of evidence."""

    WORDING = "wording"


class Lineage(Record):
    """Where an example comes from. `subject` and `session` are keyed hashes; `engine`, `model` and
    `prompt_version` drafted the text; `changed` says that the clinician wrote it anew."""

    subject: str
    session: str
    report_version: int
    engine: str = ""
    model: str = ""
    prompt_version: str = ""
    changed: bool = False


class TrainingExample(Record):
    """A conversation that ends with the answer to learn; the last message is the assistant's."""

    id: str
    task: ExampleTask
    messages: list[ChatMessage] = Field(min_length=2)
    split: Split
    lineage: Lineage
