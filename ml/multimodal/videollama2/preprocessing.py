"""Frames to the pixels a vision tower reads."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from ml.errors import ErrorCode, PermanentError
from ml.multimodal.videollama2.towers import TowerSpec

Picture = Image.Image | npt.NDArray[np.uint8]
Pixels = npt.NDArray[np.float32]


class PictureProcessor:
    """Resize, crop and normalise as the tower was trained.

    Args:
        tower: whose pictures these are.
        pad_to_square: put each picture on a square of the tower's mean colour first. The published
            models answer without it: wide pictures are cropped (CLIP) or squeezed (SigLIP).
    """

    def __init__(self, tower: TowerSpec, *, pad_to_square: bool = False) -> None:
        from transformers.models.clip.image_processing_pil_clip import CLIPImageProcessorPil
        from transformers.models.siglip.image_processing_pil_siglip import SiglipImageProcessorPil

        processor = CLIPImageProcessorPil if tower.kind == "clip" else SiglipImageProcessorPil
        self._processor: Any = processor(**tower.pictures)
        self._pad_to_square = pad_to_square

    def pixels(self, pictures: Sequence[Picture], *, at_least: int = 0) -> Pixels:
        """Normalised pixels, float32 of the shape (pictures, 3, height, width).

        Args:
            pictures: RGB pictures, or arrays of the shape (height, width, 3).
            at_least: fewer pictures are followed by black ones of the last one's size.

        Raises:
            PermanentError: `unsupported_media`; there is no picture.
        """
        images = [_image(picture) for picture in pictures]
        if not images:
            raise PermanentError(ErrorCode.UNSUPPORTED_MEDIA, "There is no picture to look at.")
        images += [Image.new("RGB", images[-1].size)] * (at_least - len(images))
        if self._pad_to_square:
            images = [self._squared(image) for image in images]
        return np.asarray(self._processor(images, return_tensors="np")["pixel_values"], np.float32)

    def _squared(self, image: Image.Image) -> Image.Image:
        side = max(image.size)
        red, green, blue = (int(share * 255) for share in self._processor.image_mean)
        square = Image.new("RGB", (side, side), (red, green, blue))
        square.paste(image, ((side - image.width) // 2, (side - image.height) // 2))
        return square


def _image(picture: Picture) -> Image.Image:
    if isinstance(picture, Image.Image):
        return picture.convert("RGB")
    if picture.ndim != 3 or picture.shape[2] != 3 or picture.dtype != np.uint8:
        raise PermanentError(
            ErrorCode.UNSUPPORTED_MEDIA, "A frame must be an array of bytes of the shape (height, width, 3)."
        )
    return Image.fromarray(picture)
