"""Questions about a clip, answered: what annotation and evaluation use.

engine = VideoLlama2.from_folder("models/VideoLLaMA2.1-7B-AV")
engine.generate("clip.mp4", "Which emotion does the client show?", audio=True)
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from PIL import Image, UnidentifiedImageError

from ml.audio.decode import decode
from ml.device import torch_device
from ml.errors import BackendNotInstalled, ErrorCode, PermanentError
from ml.multimodal.videollama2.assembly import load_model
from ml.multimodal.videollama2.chat import chat_text, tokenize
from ml.multimodal.videollama2.clip_reading import read_frames
from ml.multimodal.videollama2.filterbank import log_mel_filterbank
from ml.multimodal.videollama2.frame_sampling import uniform_frames
from ml.multimodal.videollama2.media import Medium
from ml.multimodal.videollama2.model import VideoLlama2Model
from ml.multimodal.videollama2.preprocessing import Picture, PictureProcessor
from ml.multimodal.videollama2.sound_windows import Samples, recording_window, sound_track_window
from ml.schemas.chat import ChatMessage

Clip = str | Path | Picture | Sequence[Picture]
Sound = str | Path | Samples | bool

_PICTURE_FILES = {".jpg", ".jpeg", ".png", ".webp", ".bmp"}
_PLACEHOLDER_TEXT = re.compile(r"<(image|video|audio)>")


class VideoLlama2:
    """A VideoLLaMA2 model with its tokenizer.

    Args:
        model: as `assembly` makes it; also one with an adapter.
        tokenizer: the language model's.
    """

    def __init__(self, model: VideoLlama2Model, tokenizer: Any) -> None:
        self.model = model
        self.tokenizer = tokenizer
        self._pictures = PictureProcessor(model.tower)

    @classmethod
    def from_folder(
        cls,
        folder: str | Path,
        device: str = "auto",
        dtype: str = "auto",
        *,
        vision_folder: str | Path | None = None,
    ) -> VideoLlama2:
        """Load a published checkpoint's folder.

        Args:
            device: "auto", "cpu", "cuda" or "mps".
            dtype: a torch type by name; "auto" is bfloat16 on CUDA and float32 elsewhere.
            vision_folder: the vision tower's configuration, where it is none of the published models'.

        Raises:
            BackendNotInstalled: the folder lacks weights, tokenizer or a part of the model.
            PermanentError: `validation_error`; it is no model that this package builds.
        """
        from transformers import AutoTokenizer

        folder = Path(folder)
        chosen = torch_device(device)
        model = load_model(
            folder,
            device=chosen.name,
            dtype=getattr(torch, chosen.compute_type if dtype == "auto" else dtype),
            vision_folder=Path(vision_folder) if vision_folder else None,
        )
        try:
            tokenizer = AutoTokenizer.from_pretrained(str(folder))
        except (OSError, ValueError):
            raise BackendNotInstalled(f"The tokenizer in {folder.name} cannot be loaded.") from None
        return cls(model, tokenizer)

    def generate(
        self,
        clip: Clip | None,
        prompt: str,
        *,
        audio: Sound | None = None,
        system: str | None = None,
        start_s: float | None = None,
        end_s: float | None = None,
        max_new_tokens: int = 256,
        temperature: float = 0.0,
        top_p: float = 0.9,
    ) -> str:
        """The model's answer.

        Args:
            clip: a video file, a picture file, a picture, or the frames of a clip; None for sound
                or text alone.
            prompt: the question; placeholders in it are taken as text.
            audio: a sound file, samples at 16 kHz, or True for the clip's own sound track.
            start_s: where in the clip to begin, with `end_s` where to stop.
            temperature: 0 always gives the likeliest words.

        Raises:
            PermanentError: `unsupported_media`, `no_audio_stream`, `empty_audio`, `corrupted_audio`;
                `validation_error` for sound where the checkpoint has no audio branch.
        """
        medium = self.medium(clip, audio=audio, start_s=start_s, end_s=end_s)
        question = _PLACEHOLDER_TEXT.sub(r"(\1)", prompt)
        if medium is not None:
            question = f"<{medium.kind}>\n{question}"
        messages = [ChatMessage(role="user", content=question)]
        if system is not None:
            said = _PLACEHOLDER_TEXT.sub(r"(\1)", system)
            messages.insert(0, ChatMessage(role="system", content=said))
        return self._answer(messages, medium, max_new_tokens, temperature, top_p)

    def medium(
        self,
        clip: Clip | None,
        *,
        audio: Sound | None = None,
        start_s: float | None = None,
        end_s: float | None = None,
    ) -> Medium | None:
        """What `generate` shows the model, for a trainer's own batches; None where there is nothing."""
        if clip is None:
            if audio is None or audio is False:
                return None
            samples = recording_window(_samples(audio, None, None, None))
            return Medium("audio", filterbank=log_mel_filterbank(samples))
        pictures, is_picture = self._frames(clip, start_s, end_s)
        wanted = 1 if is_picture else self.model.spec.num_frames
        pixels = torch.from_numpy(self._pictures.pixels(pictures, at_least=wanted))
        if is_picture:
            return Medium("image", pixels=pixels)
        if audio is None or audio is False:
            return Medium("video", pixels=pixels)
        samples = sound_track_window(_samples(audio, clip, start_s, end_s))
        return Medium("video", pixels=pixels, filterbank=log_mel_filterbank(samples))

    def _frames(
        self, clip: Clip, start_s: float | None, end_s: float | None
    ) -> tuple[Sequence[Picture], bool]:
        wanted = self.model.spec.num_frames
        if isinstance(clip, str | Path):
            path = Path(clip)
            if path.suffix.lower() in _PICTURE_FILES:
                return [_picture_file(path)], True
            return read_frames(path, wanted, start_s=start_s, end_s=end_s), False
        if isinstance(clip, Image.Image) or (isinstance(clip, np.ndarray) and clip.ndim == 3):
            return [clip], True
        frames = list(clip)
        if len(frames) > wanted:
            frames = [frames[number] for number in uniform_frames(wanted, len(frames))]
        return frames, False

    def _answer(
        self,
        messages: Sequence[ChatMessage],
        medium: Medium | None,
        max_new_tokens: int,
        temperature: float,
        top_p: float,
    ) -> str:
        text = chat_text(self.tokenizer, self.model.spec.language_kind, messages)
        input_ids = torch.tensor([tokenize(self.tokenizer, text)], device=self.model.device)
        choice: dict[str, Any] = {"do_sample": False, "temperature": None, "top_p": None, "top_k": None}
        if temperature > 0:
            choice = {"do_sample": True, "temperature": temperature, "top_p": top_p}
        tokens = self.model.generate(
            input_ids,
            media=[] if medium is None else [medium],
            max_new_tokens=max_new_tokens,
            eos_token_id=self._stops(),
            pad_token_id=self.tokenizer.eos_token_id,
            **choice,
        )
        return str(self.tokenizer.decode(tokens[0], skip_special_tokens=True)).strip()

    def _stops(self) -> list[int]:
        stated = getattr(self.model.language_model.generation_config, "eos_token_id", None)
        stops = {self.tokenizer.eos_token_id, *(stated if isinstance(stated, list) else [stated])}
        return sorted(stop for stop in stops if stop is not None)


def _picture_file(path: Path) -> Image.Image:
    try:
        with Image.open(path) as opened:
            return opened.convert("RGB")
    except (UnidentifiedImageError, OSError):
        raise PermanentError(ErrorCode.UNSUPPORTED_MEDIA, "The picture cannot be read.") from None


def _samples(audio: Sound, clip: Clip | None, start_s: float | None, end_s: float | None) -> Samples:
    if isinstance(audio, np.ndarray):
        samples: npt.NDArray[np.float32] = audio
        return samples
    source = clip if audio is True else audio
    if not isinstance(source, str | Path):
        raise PermanentError(ErrorCode.NO_AUDIO_STREAM, "Frames have no sound track; give the sound itself.")
    # Only the clip's own sound track is cut as the clip is.
    start, end = (start_s, end_s) if audio is True else (None, None)
    try:
        decoded = decode(Path(source))
    except FileNotFoundError:
        raise PermanentError(ErrorCode.UNSUPPORTED_MEDIA, "The sound's file is missing.") from None
    with decoded:
        end_ms = None if end is None else round(end * 1000)
        return decoded.mono(round((start or 0.0) * 1000), end_ms)
