"""The original openai-whisper on torch; an optional install. Samples are handed in: no ffmpeg."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ml.asr.base import DEFAULT_OPTIONS, Passage, Samples, TranscribeOptions, Transcription
from ml.asr.effort import Effort, efforts
from ml.device import torch_device
from ml.device_failures import device_failure
from ml.errors import BackendNotInstalled, ErrorCode, TransientError
from ml.schemas.transcript import Word

logger = logging.getLogger(__name__)


class OpenAIWhisper:
    """A checkpoint file (``*.pt``) given by path, or ``<models_dir>/openai-whisper/<model>.pt``.

    Nothing is downloaded: where the file is not there, it is `model_not_available`.
    """

    engine = "openai-whisper"

    def __init__(self, *, models_dir: Path, device: str = "auto", model: str = "base") -> None:
        self.model = Path(model).stem
        own = Path(model)
        self._file = own if own.suffix == ".pt" else models_dir / "openai-whisper" / f"{model}.pt"
        if not self._file.is_file():
            raise BackendNotInstalled(
                f"The checkpoint {self._file.name!r} of openai-whisper is not on this machine. "
                "Put it into the folder openai-whisper of the model directory."
            )
        try:
            self._device = torch_device(device)
        except ModuleNotFoundError as error:
            raise BackendNotInstalled(f"openai-whisper needs the library {error.name!r}.") from None
        self._loaded: Any = None
        self._lock = threading.Lock()

    def transcribe(self, samples: Samples, options: TranscribeOptions = DEFAULT_OPTIONS) -> Transcription:
        model = self._load()
        for effort in efforts(0, options.beam_size):
            try:
                answer = self._decoded(model, samples, options, effort)
                break
            except Exception as error:
                failure = device_failure(error)
                if failure is None:
                    raise
                if failure.code is not ErrorCode.OUT_OF_MEMORY:
                    raise failure from None
                logger.warning("Out of memory with %s", effort)
            # What torch has kept for later must be free for the next try.
            _empty_cache()
        else:
            raise TransientError(
                ErrorCode.OUT_OF_MEMORY, "The clip does not fit into the device's memory, not even greedily."
            )
        return Transcription(str(answer["language"]), 1.0, passages_of(answer["segments"]))

    def _decoded(
        self, model: Any, samples: Samples, options: TranscribeOptions, effort: Effort
    ) -> dict[str, Any]:
        with self._lock:  # its decoding hooks the model, so one call at a time
            answer: dict[str, Any] = model.transcribe(
                samples,
                language=options.language,
                beam_size=effort.beam_size,
                best_of=effort.best_of,
                temperature=options.temperatures,
                initial_prompt=options.prompt,
                condition_on_previous_text=options.condition_on_previous_text,
                word_timestamps=True,
                fp16=model.device.type == "cuda",
                verbose=None,
            )
            return answer

    def _load(self) -> Any:
        with self._lock:
            if self._loaded is None:
                try:
                    import whisper
                except ModuleNotFoundError as error:
                    raise BackendNotInstalled(
                        "The openai-whisper library is not installed; it comes with the speech extra."
                    ) from error
                try:
                    self._loaded = whisper.load_model(str(self._file), device=self._device.torch_name)
                except Exception as error:  # torch raises several kinds for a damaged file
                    if (failure := device_failure(error)) is not None:
                        raise failure from None
                    raise BackendNotInstalled(
                        f"The checkpoint {self._file.name!r} cannot be loaded: it is damaged."
                    ) from error
            return self._loaded


def _empty_cache() -> None:
    import torch

    if torch.cuda.is_available():
        torch.cuda.empty_cache()


def passages_of(segments: list[dict[str, Any]]) -> Iterator[Passage]:
    """Passages of Whisper's own segment dictionaries."""
    for segment in segments:
        yield Passage(
            start_ms=round(segment["start"] * 1000),
            end_ms=round(segment["end"] * 1000),
            text=str(segment["text"]).strip(),
            words=tuple(
                Word(
                    start_ms=round(word["start"] * 1000),
                    end_ms=round(word["end"] * 1000),
                    text=str(word["word"]),
                    confidence=round(float(word.get("probability", 1.0)), 4),
                )
                for word in segment.get("words") or ()
            ),
            avg_logprob=float(segment.get("avg_logprob", 0.0)),
            no_speech_prob=float(segment.get("no_speech_prob", 0.0)),
            compression_ratio=float(segment.get("compression_ratio", 1.0)),
        )
