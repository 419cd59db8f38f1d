"""Whisper on CTranslate2: the default. int8 on the CPU, float16 on CUDA.

Decoding is sequential: batched decoding silently loses whole passages where several people
speak within one window (docs/decisions, benchmarks/results/speech.md). `batch_size` exists for
the benchmark that shows it.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ml.asr.base import DEFAULT_OPTIONS, Passage, Samples, TranscribeOptions, Transcription
from ml.device import ctranslate2_device
from ml.errors import BackendNotInstalled
from ml.schemas.transcript import Word
from ml.weights.store import WeightStore

# Threads that spin while they wait starve everything else on a small machine, and a packaged
# model needs no hub. All three are read when the library loads.
_ENVIRONMENT = {"KMP_BLOCKTIME": "0", "OMP_WAIT_POLICY": "PASSIVE", "HF_HUB_OFFLINE": "1"}

_SEED = 1


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
        self._device = device
        self._compute_type = compute_type
        self._cpu_threads = cpu_threads
        self._batch_size = batch_size
        self._loaded: Any = None
        self._lock = threading.Lock()

    def transcribe(self, samples: Samples, options: TranscribeOptions = DEFAULT_OPTIONS) -> Transcription:
        model = self._load()
        wanted: dict[str, Any] = {
            "language": options.language if model.model.is_multilingual else "en",
            "beam_size": options.beam_size,
            "temperature": list(options.temperatures),
            "condition_on_previous_text": options.condition_on_previous_text,
            "initial_prompt": options.prompt,
            "word_timestamps": True,
            "vad_filter": False,
        }
        if self._batch_size:
            import faster_whisper

            # The pipeline cuts by its own voice activity detection.
            wanted.update(batch_size=self._batch_size, vad_filter=True)
            segments, info = faster_whisper.BatchedInferencePipeline(model).transcribe(samples, **wanted)
        else:
            segments, info = model.transcribe(samples, **wanted)
        return Transcription(info.language, float(info.language_probability), _passages(segments))

    def _load(self) -> Any:
        with self._lock:
            if self._loaded is None:
                for name, value in _ENVIRONMENT.items():
                    os.environ.setdefault(name, value)
                try:
                    import faster_whisper
                except ModuleNotFoundError as error:
                    raise BackendNotInstalled("The faster-whisper library is not installed.") from error
                import ctranslate2

                # Fallback to higher temperatures samples; the same recording gives the same text.
                ctranslate2.set_random_seed(_SEED)
                device = ctranslate2_device(self._device)
                try:
                    self._loaded = faster_whisper.WhisperModel(
                        str(self._folder),
                        device=device.name,
                        compute_type=self._compute_type or device.compute_type,
                        cpu_threads=self._cpu_threads,
                        local_files_only=True,
                    )
                except Exception as error:
                    # CTranslate2 raises RuntimeError, the tokenizer a bare Exception.
                    raise BackendNotInstalled(
                        f"The model {self.model!r} cannot be loaded: its files are missing or damaged. "
                        f"Get it again with: python manage.py fetch_models {self.model}"
                    ) from error
            return self._loaded


def _passages(segments: Any) -> Iterator[Passage]:
    for segment in segments:
        yield Passage(
            start_ms=round(segment.start * 1000),
            end_ms=round(segment.end * 1000),
            text=segment.text.strip(),
            words=tuple(
                Word(
                    start_ms=round(word.start * 1000),
                    end_ms=round(word.end * 1000),
                    text=word.word,
                    confidence=round(float(word.probability), 4),
                )
                for word in segment.words or ()
            ),
            avg_logprob=float(segment.avg_logprob),
            no_speech_prob=float(segment.no_speech_prob),
            compression_ratio=float(segment.compression_ratio),
        )
