"""VideoLLaMA2 run in this process, for annotation. The schema is asked for in the prompt."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from ml.errors import BackendNotInstalled, ErrorCode, PermanentError
from ml.llm.base import DEFAULT_OPTIONS, Capabilities, GenerationOptions
from ml.llm.structured import with_schema
from ml.multimodal.base import Clip
from ml.schemas.chat import ChatMessage, ChatResponse

_SILENT = {ErrorCode.NO_AUDIO_STREAM, ErrorCode.EMPTY_AUDIO}
_UNFIT = {ErrorCode.UNSUPPORTED_MEDIA, ErrorCode.CORRUPTED_AUDIO}


class VideoLlama2Local:
    """A VideoLLaMA2 checkpoint.

    Args:
        model_path: a folder with weights and tokenizer.
        device: "auto", "cpu", "cuda" or "mps".
        dtype: a torch type by name, or "auto".
        with_sound: whether the clip's sound track, if it has one, is heard, too; only checkpoints with
            an audio branch can.
        vision_folder: the vision tower's configuration, where it is none of the published models'.

    Raises:
        BackendNotInstalled: torch is missing, or the folder holds no such model.
    """

    def __init__(
        self,
        *,
        model_path: str | Path,
        device: str = "auto",
        dtype: str = "auto",
        with_sound: bool = False,
        vision_folder: str | Path | None = None,
    ) -> None:
        try:
            from ml.multimodal.videollama2.inference import VideoLlama2
        except ImportError as error:
            raise BackendNotInstalled(
                f"The backend 'videollama2_local' needs the library {error.name!r}, which is not installed."
            ) from None
        self.name = Path(model_path).name
        self.capabilities = Capabilities()
        self._with_sound = with_sound
        self._lock = threading.Lock()
        self._engine: Any = VideoLlama2.from_folder(model_path, device, dtype, vision_folder=vision_folder)

    def complete(
        self,
        messages: Sequence[ChatMessage],
        options: GenerationOptions = DEFAULT_OPTIONS,
        schema: type[BaseModel] | None = None,
        *,
        clip: Clip | None = None,
    ) -> ChatResponse:
        """The model's answer as text; a schema stands in the prompt, tokens are not counted."""
        asked = messages if schema is None else with_schema(messages, schema)
        system = "\n\n".join(message.content for message in asked if message.role == "system")
        # It was trained on single questions: what was said before goes into this one.
        question = "\n\n".join(message.content for message in asked if message.role != "system")
        sound = clip is not None and self._with_sound
        try:
            try:
                text = self._generate(clip, question, system, options, sound)
            except PermanentError as error:
                if not sound or error.code not in _SILENT:
                    raise
                text = self._generate(clip, question, system, options, sound=False)
        except PermanentError as error:
            if error.code in _UNFIT:
                raise PermanentError(ErrorCode.UNSUPPORTED_MEDIA, str(error)) from None
            raise
        return ChatResponse(text=text)

    def close(self) -> None:
        """Free the weights."""
        self._engine = None

    def _generate(
        self, clip: Clip | None, question: str, system: str, options: GenerationOptions, sound: bool
    ) -> str:
        with self._lock:
            return str(
                self._engine.generate(
                    clip.path if clip is not None else None,
                    question,
                    system=system or None,
                    audio=True if sound else None,
                    max_new_tokens=options.max_tokens,
                    temperature=options.temperature,
                )
            )
