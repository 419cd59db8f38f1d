"""Speaker turns from voice embeddings: windows, embeddings, clusters, smoothed turns."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from ml.audio.decode import SAMPLE_RATE, DecodedAudio, Samples
from ml.audio.vad import SpeechSpan
from ml.diarize.base import SpeakerTurn, in_order_of_appearance
from ml.diarize.clustering import Embeddings, cluster_voices
from ml.diarize.mel import mel_spectrogram
from ml.errors import BackendNotInstalled
from ml.progress import Progress, no_progress, part
from ml.weights.store import WeightStore

WINDOW_MS = 1_600
HOP_MS = 800
_RELIABLE_MS = 1_000  # shorter windows follow the clusters, they don't make them
_FRAME_MS = 100
_LEVEL = 10.0 ** (-30.0 / 20.0)  # the encoder is level-sensitive: -30 dBFS, up or down
_MEL_FRAMES = 160
_BATCH = 32
_SWITCH_COST = 1.0  # summed cosine difference (per 100 ms) that a change of speaker must win


@dataclass(frozen=True, slots=True)
class _Window:
    start_ms: int
    end_ms: int
    span: int


class VoiceDiarizer:
    """The voice encoder of the weight store, on ONNX Runtime; no torch."""

    name = "voices"

    def __init__(self, *, models_dir: Path, model: str = "voice-encoder", threads: int = 0) -> None:
        self._folder = WeightStore(models_dir).path(model)
        self._model = model
        self._threads = threads
        self._loaded: Any = None
        self._lock = threading.Lock()

    def diarize(
        self,
        audio: DecodedAudio,
        speech: Sequence[SpeechSpan],
        speakers_expected: int | None = None,
        progress: Progress = no_progress,
    ) -> list[SpeakerTurn]:
        if not speech:
            return []
        windows = _windows(speech)
        embeddings = self._embed(audio, windows, part(progress, 0.0, 0.95))
        reliable = np.array([window.end_ms - window.start_ms >= _RELIABLE_MS for window in windows])
        centroids = cluster_voices(embeddings, reliable, speakers_expected)
        scores = embeddings @ centroids.T
        turns: list[SpeakerTurn] = []
        for number, span in enumerate(speech):
            mine = [index for index, window in enumerate(windows) if window.span == number]
            turns.extend(_turns_of_span(span, [windows[index] for index in mine], scores[mine]))
        progress(1.0)
        return in_order_of_appearance(turns)

    def _embed(self, audio: DecodedAudio, windows: Sequence[_Window], progress: Progress) -> Embeddings:
        session = self._load()
        name = session.get_inputs()[0].name
        parts = []
        for start in range(0, len(windows), _BATCH):
            batch = [
                mel_spectrogram(_normal(audio.mono(window.start_ms, window.end_ms)))[:_MEL_FRAMES]
                for window in windows[start : start + _BATCH]
            ]
            parts.append(session.run(None, {name: np.stack(batch)})[0])
            progress((start + len(batch)) / len(windows))
        return np.concatenate(parts).astype(np.float32)

    def _load(self) -> Any:
        with self._lock:
            if self._loaded is None:
                try:
                    import onnxruntime
                except ModuleNotFoundError as error:
                    raise BackendNotInstalled("Speaker embedding needs onnxruntime.") from error
                options = onnxruntime.SessionOptions()
                options.intra_op_num_threads = self._threads
                options.log_severity_level = 4
                files = sorted(self._folder.glob("*.onnx"))
                try:
                    self._loaded = onnxruntime.InferenceSession(
                        str(files[0]), sess_options=options, providers=["CPUExecutionProvider"]
                    )
                except Exception as error:  # ONNX Runtime's own classes are not importable by name
                    raise BackendNotInstalled(
                        f"The model {self._model!r} cannot be loaded: its file is missing or damaged. "
                        f"Get it again with: python manage.py fetch_models {self._model}"
                    ) from error
            return self._loaded


def _windows(speech: Sequence[SpeechSpan]) -> list[_Window]:
    """1.6 s windows every 0.8 s inside each span; a short span is one short window."""
    windows = []
    for number, span in enumerate(speech):
        start = span.start_ms
        while True:
            end = min(start + WINDOW_MS, span.end_ms)
            windows.append(_Window(max(span.start_ms, end - WINDOW_MS), end, number))
            if end >= span.end_ms:
                break
            start += HOP_MS
    return windows


def _normal(samples: Samples) -> Samples:
    """At the encoder's loudness, repeated to a full window where the speech is shorter."""
    full = SAMPLE_RATE * WINDOW_MS // 1000
    if len(samples) == 0:
        return np.zeros(full, np.float32)
    if len(samples) < full:
        samples = np.tile(samples, -(-full // len(samples)))[:full]
    loudness = float(np.sqrt(np.mean(samples.astype(np.float64) ** 2)))
    return np.asarray(samples * np.float32(_LEVEL / max(loudness, 1e-7)), np.float32)


def _turns_of_span(
    span: SpeechSpan, windows: Sequence[_Window], scores: npt.NDArray[np.float32]
) -> list[SpeakerTurn]:
    """Frames vote with the windows that cover them; a change of speaker costs something."""
    count = max(1, -(-span.length_ms // _FRAME_MS))
    frames = np.zeros((count, scores.shape[1]))
    weight = np.zeros((count, 1))
    for window, score in zip(windows, scores, strict=True):
        first = (window.start_ms - span.start_ms) // _FRAME_MS
        last = max(first + 1, -(-(window.end_ms - span.start_ms) // _FRAME_MS))
        # The middle of a window says more about it than its edges.
        shape = np.hanning(last - first + 2)[1:-1, None] + 0.05
        frames[first:last] += shape[: count - first] * score
        weight[first:last] += shape[: count - first]
    path = _best_path(frames / np.maximum(weight, 1e-6))
    turns = []
    begin = 0
    for frame in range(1, count + 1):
        if frame == count or path[frame] != path[begin]:
            mean = (frames[begin:frame] / np.maximum(weight[begin:frame], 1e-6)).mean(axis=0)
            turns.append(
                SpeakerTurn(
                    span.start_ms + begin * _FRAME_MS,
                    min(span.end_ms, span.start_ms + frame * _FRAME_MS),
                    str(path[begin]),
                    _confidence(mean, int(path[begin])),
                )
            )
            begin = frame
    return turns


def _best_path(scores: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
    """Viterbi over frames."""
    count, speakers = scores.shape
    total = scores[0].copy()
    back = np.zeros((count, speakers), np.int64)
    for frame in range(1, count):
        stay = int(total.argmax())
        switched = total[stay] - _SWITCH_COST
        back[frame] = np.where(total >= switched, np.arange(speakers), stay)
        total = np.maximum(total, switched) + scores[frame]
    path = np.zeros(count, np.int64)
    path[-1] = int(total.argmax())
    for frame in range(count - 1, 0, -1):
        path[frame - 1] = back[frame][path[frame]]
    return path


def _confidence(mean: npt.NDArray[np.float64], speaker: int) -> float:
    """A margin of .2 in cosine to the next voice is as sure as it gets."""
    others = np.delete(mean, speaker)
    if not len(others):
        return 1.0
    return float(np.clip(0.5 + (mean[speaker] - others.max()) * 2.5, 0.0, 1.0))
