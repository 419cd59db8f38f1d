"""Qwen2.5-Omni run in this process by transformers: only its thinker, which sees, hears and writes.

Needs torch, torchvision and transformers. The schema is asked for in the prompt.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel

from ml.audio.decode import decode
from ml.device import torch_device
from ml.errors import BackendNotInstalled, ErrorCode, PermanentError
from ml.llm.base import DEFAULT_OPTIONS, Capabilities, GenerationOptions
from ml.llm.structured import with_schema
from ml.multimodal.base import Clip
from ml.schemas.chat import ChatMessage, ChatResponse, Usage


class QwenOmni:
    """A Qwen2.5-Omni checkpoint.

    Args:
        model_path: a folder with weights and processor, or a hub name where a hub is reachable.
        device: "auto", "cpu", "cuda" or "mps".
        frames_per_second: how densely a clip is looked at.
        with_sound: whether the clip's sound track is heard, too.

    Raises:
        BackendNotInstalled: a library is missing, or the model cannot be read.
    """

    def __init__(
        self,
        *,
        model_path: str | Path,
        device: str = "auto",
        frames_per_second: float = 2.0,
        with_sound: bool = True,
    ) -> None:
        try:
            import torch
            import torchvision  # type: ignore[import-not-found,import-untyped,unused-ignore]  # noqa: F401 - the video processor needs it
            import transformers
        except ImportError as error:
            raise BackendNotInstalled(
                f"The backend 'qwen_omni' needs the library {error.name!r}, which is not installed."
            ) from None
        self.name = Path(model_path).name
        self.capabilities = Capabilities(counts_tokens=True)
        self._torch = torch
        self._fps = frames_per_second
        self._with_sound = with_sound
        self._lock = threading.Lock()
        chosen = torch_device(device)
        try:
            self._processor: Any = transformers.Qwen2_5OmniProcessor.from_pretrained(str(model_path))
            model: Any = transformers.Qwen2_5OmniThinkerForConditionalGeneration.from_pretrained(
                str(model_path), dtype=getattr(torch, chosen.compute_type)
            )
        except (OSError, ValueError):
            raise BackendNotInstalled(f"The model {self.name!r} cannot be loaded.") from None
        self._model = model.to(chosen.torch_name).eval()

    def complete(
        self,
        messages: Sequence[ChatMessage],
        options: GenerationOptions = DEFAULT_OPTIONS,
        schema: type[BaseModel] | None = None,
        *,
        clip: Clip | None = None,
    ) -> ChatResponse:
        """The model's answer as text; a schema stands in the prompt."""
        asked = messages if schema is None else with_schema(messages, schema)
        inputs = self._inputs(asked, clip).to(self._model.device, self._model.dtype)
        heard = "input_features" in inputs
        sampling: dict[str, Any] = {"do_sample": options.temperature > 0}
        if options.temperature > 0:
            sampling["temperature"] = options.temperature
        with self._lock, self._torch.inference_mode():
            if options.seed is not None:
                self._torch.manual_seed(options.seed)
            output = self._model.generate(
                **inputs, max_new_tokens=options.max_tokens, use_audio_in_video=heard, **sampling
            )
        prompt_tokens = int(inputs["input_ids"].shape[1])
        written = output[0, prompt_tokens:]
        return ChatResponse(
            text=self._processor.tokenizer.decode(written, skip_special_tokens=True),
            finish_reason="length" if len(written) >= options.max_tokens else "stop",
            usage=Usage(prompt_tokens=prompt_tokens, completion_tokens=len(written)),
        )

    def close(self) -> None:
        """Free the weights."""
        self._model = None

    def _inputs(self, messages: Sequence[ChatMessage], clip: Clip | None) -> Any:
        conversation: list[dict[str, Any]] = [
            {"role": message.role, "content": [{"type": "text", "text": message.content}]}
            for message in messages
        ]
        seen: dict[str, Any] = {}
        if clip is not None:
            first = next(turn for turn in conversation if turn["role"] == "user")
            first["content"].insert(0, {"type": "video"})
            seen["videos"] = [_frames(clip, self._fps)]
            seen["videos_kwargs"] = {"fps": self._fps, "do_sample_frames": False}
            sound = _sound(clip) if self._with_sound else None
            if sound is not None:
                # Sound of a video is woven into its frames' tokens; it has no place of its own.
                seen |= {"audio": [sound], "audio_from_video_indices": [0], "load_audio_from_video": True}
        text = self._processor.apply_chat_template(conversation, add_generation_prompt=True, tokenize=False)
        return self._processor(text=[text], return_tensors="pt", **seen)


def _frames(clip: Clip, per_second: float) -> npt.NDArray[np.uint8]:
    """Frames at even times as (frames, height, width, 3), at least two: the model sees pairs."""
    import av

    frames: list[npt.NDArray[np.uint8]] = []
    last: Any = None
    try:
        with av.open(str(clip.path)) as container:
            for frame in container.decode(video=0):
                last = frame
                if (frame.time or 0.0) * per_second >= len(frames):
                    frames.append(np.asarray(frame.to_ndarray(format="rgb24"), np.uint8))
    except (av.error.FFmpegError, IndexError, OSError):
        if not frames:
            raise PermanentError(ErrorCode.UNSUPPORTED_MEDIA, "The clip cannot be decoded.") from None
    if last is None:
        raise PermanentError(ErrorCode.UNSUPPORTED_MEDIA, "The clip has no pictures.")
    if len(frames) % 2:
        frames.append(np.asarray(last.to_ndarray(format="rgb24"), np.uint8))
    return np.stack(frames)


def _sound(clip: Clip) -> npt.NDArray[np.float32] | None:
    try:
        with decode(clip.path) as sound:
            return sound.mono()
    except PermanentError:  # a clip without sound is watched in silence
        return None
