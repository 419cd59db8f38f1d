"""What a model reads: the turn to label and a sliding window of the turns before it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dataset.errors import Quarantine
from ml.schemas.dialogue import Utterance
from ml.schemas.transcript import SpeakerRole

SPEAKER_NAMES = {
    SpeakerRole.THERAPIST: "Therapist",
    SpeakerRole.CLIENT: "Client",
    SpeakerRole.OTHER: "Other person",
}


@dataclass(frozen=True, slots=True)
class Window:
    """`before` holds lines like ``Client: "…"``, oldest first; `passage` is the turn's own text."""

    before: str
    speaker: str
    passage: str


def window(utterances: Sequence[Utterance], index: int, *, turns: int, chars: int) -> Window:
    """The window of one utterance.

    At most `turns` earlier turns, and of those only the latest that fit into `chars` together with
    the turn itself, which is always whole.

    Raises:
        Quarantine: `turn_empty`, or `turn_too_long` for a turn that alone exceeds `chars`.
    """
    target = utterances[index]
    passage = _one_line(target.text)
    if not passage:
        raise Quarantine("The turn has no words.", "turn_empty")
    left = chars - len(passage)
    if left < 0:
        raise Quarantine(f"The turn is longer than {chars} characters.", "turn_too_long")
    lines: list[str] = []
    for earlier in reversed(utterances[max(0, index - turns) : index]):
        line = f'{SPEAKER_NAMES[earlier.role]}: "{_one_line(earlier.text)}"'
        if len(line) + 1 > left:
            break
        left -= len(line) + 1
        lines.append(line)
    return Window("\n".join(reversed(lines)), SPEAKER_NAMES[target.role], passage)


def _one_line(text: str) -> str:
    # Quotation marks bound a turn in the prompts.
    return " ".join(text.split()).replace('"', "'")
