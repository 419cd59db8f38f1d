"""Whisper on CTranslate2: the default. int8 on the CPU, float16 on CUDA.

Decoding is sequential: batched decoding silently loses whole passages where several people
speak within one window (docs/decisions, benchmarks/results/speech.md). `batch_size` exists for
the benchmark that shows it.
"""

from __future__ import annotations

import logging
import os
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from ml.asr.base import DEFAULT_OPTIONS, SAMPLE_RATE, Passage, Samples, TranscribeOptions, Transcription
from ml.asr.effort import Effort, efforts
from ml.device import ctranslate2_device
from ml.device_failures import device_failure
from ml.errors import BackendNotInstalled, ErrorCode
from ml.schemas.transcript import Word
from ml.weights.store import WeightStore

# Threads that spin while they wait starve everything else on a small machine, and a packaged
# model needs no hub. All three are read when the library loads.
_ENVIRONMENT = {"KMP_BLOCKTIME": "0", "OMP_WAIT_POLICY": "PASSIVE", "HF_HUB_OFFLINE": "1"}

_SEED = 1
_PROMPT_CHARACTERS = 400  # about the half of Whisper's context that a prompt may fill
_SHORTEST_MS = 100

logger = logging.getLogger(__name__)


class FasterWhisper:
    """A CTranslate2 Whisper folder of the weight store, or any folder given as `model`."""

    engine = "faster-whisper"

    def __init__(
        self,
        *,
        models_dir: Path,
        device: str = "auto",
        model: str = "whisper-base",
        compute_type: str | None = None,
        cpu_threads: int = 0,
        batch_size: int = 0,
    ) -> None:
        self.model = model
        self._folder = Path(model) if Path(model).is_dir() else WeightStore(models_dir).path(model)
        for name, value in _ENVIRONMENT.items():
            os.environ.setdefault(name, value)
        # A device that is not there is said now, not when the first recording has been decoded.
        self._device = ctranslate2_device(device, compute_type)
        self._cpu_threads = cpu_threads
        self._batch_size = batch_size
        self._loaded: Any = None
        self._lock = threading.Lock()

    def transcribe(self, samples: Samples, options: TranscribeOptions = DEFAULT_OPTIONS) -> Transcription:
        model = self._load()
        if not model.model.is_multilingual:
            options = replace(options, language="en")
        clip = _Clip(model, samples, options, efforts(self._batch_size, options.beam_size))
        # The language is known before the first passage is read.
        info, segments = clip.begin()
        return Transcription(info.language, float(info.language_probability), clip.passages(segments))

    def _load(self) -> Any:
        with self._lock:
            if self._loaded is None:
                try:
                    import faster_whisper
                except ModuleNotFoundError as error:
                    raise BackendNotInstalled("The faster-whisper library is not installed.") from error
                import ctranslate2

                # Fallback to higher temperatures samples; the same recording gives the same text.
                ctranslate2.set_random_seed(_SEED)
                try:
                    self._loaded = faster_whisper.WhisperModel(
                        str(self._folder),
                        device=self._device.name,
                        device_index=self._device.index,
                        compute_type=self._device.compute_type,
                        cpu_threads=self._cpu_threads,
                        local_files_only=True,
                    )
                except Exception as error:
                    if (failure := device_failure(error)) is not None:
                        raise failure from None
                    # CTranslate2 raises RuntimeError, the tokenizer a bare Exception.
                    raise BackendNotInstalled(
                        f"The model {self.model!r} cannot be loaded: its files are missing or damaged. "
                        f"Get it again with: python manage.py fetch_models {self.model}"
                    ) from error
            return self._loaded


class _Clip:
    """One clip in decoding. When the device runs out of memory it goes on where it stood, with less at
    once, so that nothing is said twice and nothing is left out."""

    def __init__(
        self, model: Any, samples: Samples, options: TranscribeOptions, wanted: Iterable[Effort]
    ) -> None:
        self._model = model
        self._samples = samples
        self._options = options
        self._efforts = deque(wanted)
        self._done_ms = 0

    def begin(self) -> tuple[Any, Iterator[Any]]:
        """What is known of the rest of the clip, and its segments, decoded while they are read.

        Raises:
            TransientError: `out_of_memory` with the least effort, too.
        """
        while True:
            try:
                segments, info = self._decoded(self._efforts[0])
            except Exception as error:
                self._retreat(error)
            else:
                self._options = replace(self._options, language=info.language)
                return info, iter(segments)

    def passages(self, segments: Iterator[Any]) -> Iterator[Passage]:
        """The passages of the whole clip."""
        said = self._options.prompt or ""
        while True:
            try:
                segment = next(segments)
            except StopIteration:
                return
            except Exception as error:
                self._retreat(error)
                before = said[-_PROMPT_CHARACTERS:] if self._options.condition_on_previous_text else ""
                self._options = replace(self._options, prompt=before or None)
                if self._left_ms() < _SHORTEST_MS:
                    return
                _, segments = self.begin()
                continue
            passage = _passage(segment, self._start_ms)
            self._done_ms = max(self._done_ms, passage.end_ms)
            said = f"{said} {passage.text}"
            yield passage

    def _decoded(self, effort: Effort) -> tuple[Any, Any]:
        self._start_ms = self._done_ms
        rest = self._samples[self._start_ms * SAMPLE_RATE // 1000 :]
        wanted: dict[str, Any] = {
            "language": self._options.language,
            "beam_size": effort.beam_size,
            "best_of": effort.best_of,
            "temperature": list(self._options.temperatures),
            "condition_on_previous_text": self._options.condition_on_previous_text,
            "initial_prompt": self._options.prompt,
            "word_timestamps": True,
            "vad_filter": False,
        }
        if not effort.batch_size:
            return self._model.transcribe(rest, **wanted)
        import faster_whisper

        # The pipeline cuts by its own voice activity detection.
        wanted.update(batch_size=effort.batch_size, vad_filter=True)
        return faster_whisper.BatchedInferencePipeline(self._model).transcribe(rest, **wanted)

    def _retreat(self, error: Exception) -> None:
        """Go down to a smaller effort, or raise: ours for a failure of the device, else what came."""
        failure = device_failure(error)
        if failure is None:
            raise error
        if failure.code is not ErrorCode.OUT_OF_MEMORY or len(self._efforts) == 1:
            raise failure from None
        self._efforts.popleft()
        logger.warning("Out of memory: the clip goes on from %d ms with %s", self._done_ms, self._efforts[0])

    def _left_ms(self) -> int:
        return len(self._samples) * 1000 // SAMPLE_RATE - self._done_ms


def _passage(segment: Any, start_ms: int) -> Passage:
    """A segment of faster-whisper, which began at `start_ms` of the clip."""
    return Passage(
        start_ms=start_ms + round(segment.start * 1000),
        end_ms=start_ms + round(segment.end * 1000),
        text=segment.text.strip(),
        words=tuple(
            Word(
                start_ms=start_ms + round(word.start * 1000),
                end_ms=start_ms + round(word.end * 1000),
                text=word.word,
                confidence=round(float(word.probability), 4),
            )
            for word in segment.words or ()
        ),
        avg_logprob=float(segment.avg_logprob),
        no_speech_prob=float(segment.no_speech_prob),
        compression_ratio=float(segment.compression_ratio),
    )
