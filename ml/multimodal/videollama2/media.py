"""What stands behind a placeholder: pixels of a clip or picture, the filterbank of its sound, or both."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from torch import Tensor

from ml.errors import ErrorCode, PermanentError

MediumKind = Literal["image", "video", "audio"]


@dataclass(frozen=True, slots=True)
class Medium:
    """One picture, clip or sound, ready for the towers.

    Attributes:
        pixels: (frames, 3, height, width); one frame for a picture, none for sound alone.
        filterbank: (windows, 128); a clip may have one beside its pixels.
    """

    kind: MediumKind
    pixels: Tensor | None = None
    filterbank: Tensor | None = None

    def __post_init__(self) -> None:
        if (self.pixels is None) != (self.kind == "audio") or (
            self.filterbank is None and self.kind == "audio"
        ):
            raise PermanentError(
                ErrorCode.VALIDATION_ERROR,
                "A picture or clip needs pixels; sound alone needs a filterbank and no pixels.",
            )
        if self.filterbank is not None and self.kind == "image":
            raise PermanentError(ErrorCode.VALIDATION_ERROR, "A picture has no sound.")
