"""Where speech is: the Silero model that comes inside the faster-whisper package.

The model is run in pieces, so that hours of sound take no more memory than a minute.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from ml.audio.decode import SAMPLE_RATE, DecodedAudio, Samples
from ml.errors import BackendNotInstalled
from ml.progress import Progress, no_progress
from ml.spans import traced

FRAME = 512  # samples per probability
FRAME_MS = FRAME * 1000 / SAMPLE_RATE
_CONTEXT = 64
_PIECE_MS = 64_000  # a whole number of frames

Probabilities = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class SpeechOptions:
    """How probabilities become spans.

    Speech starts at `threshold` and ends below `end_threshold`; pauses shorter than
    `min_silence_ms` stay inside a span, spans shorter than `min_speech_ms` are dropped, and
    `pad_ms` is added on both sides (never across a neighbour).
    """

    threshold: float = 0.5
    end_threshold: float = 0.35
    min_speech_ms: int = 200
    min_silence_ms: int = 300
    pad_ms: int = 60


@dataclass(frozen=True, slots=True)
class SpeechSpan:
    """A stretch of speech in milliseconds; `confidence` is its mean speech probability."""

    start_ms: int
    end_ms: int
    confidence: float = 1.0

    @property
    def length_ms(self) -> int:
        return self.end_ms - self.start_ms


@traced("detect speech")
def speech_probabilities(audio: DecodedAudio, progress: Progress = no_progress) -> Probabilities:
    """One speech probability for every 32 ms of the recording (channels mixed)."""
    pieces = (
        audio.mono(start, start + _PIECE_MS) for start in range(0, max(1, audio.duration_ms), _PIECE_MS)
    )
    return _probabilities(pieces, audio.sample_count, progress)


def speech_probabilities_in(audio: DecodedAudio, spans: Sequence[tuple[int, int]]) -> Probabilities:
    """The same frames, heard only in these spans of milliseconds and 0 elsewhere."""
    found = np.zeros(-(-audio.sample_count // FRAME), np.float32)
    for start_ms, end_ms in spans:
        first = int(start_ms / FRAME_MS)
        heard = probabilities_of(audio.mono(round(first * FRAME_MS), end_ms))[: len(found) - first]
        found[first : first + len(heard)] = heard
    return found


def probabilities_of(samples: Samples) -> Probabilities:
    """The same for samples in memory."""
    return _probabilities(iter([samples]), len(samples), no_progress)


def speech_spans(probabilities: Probabilities, options: SpeechOptions = SpeechOptions()) -> list[SpeechSpan]:
    """The spans of speech in order of time."""
    raw = [
        (start, end)
        for start, end in _hysteresis(probabilities, options)
        if (end - start) * FRAME_MS >= options.min_speech_ms
    ]
    total_ms = round(len(probabilities) * FRAME_MS)
    spans = []
    for number, (start, end) in enumerate(raw):
        before = raw[number - 1][1] if number else 0
        after = raw[number + 1][0] if number + 1 < len(raw) else len(probabilities)
        pad_left = min(options.pad_ms, (start - before) * FRAME_MS / 2 if number else start * FRAME_MS)
        pad_right = min(options.pad_ms, (after - end) * FRAME_MS / 2)
        spans.append(
            SpeechSpan(
                start_ms=max(0, round(start * FRAME_MS - pad_left)),
                end_ms=min(total_ms, round(end * FRAME_MS + pad_right)),
                confidence=float(probabilities[start:end].mean()),
            )
        )
    return spans


def peak_probability(probabilities: Probabilities, start_ms: int, end_ms: int) -> float:
    """The highest speech probability between two times; 0 outside the recording."""
    first = max(0, int(start_ms / FRAME_MS))
    part = probabilities[first : max(first + 1, int(end_ms / FRAME_MS) + 1)]
    return float(part.max()) if len(part) else 0.0


def _hysteresis(probabilities: Probabilities, options: SpeechOptions) -> Iterator[tuple[int, int]]:
    silence_frames = options.min_silence_ms / FRAME_MS
    start: int | None = None
    quiet_since: int | None = None
    for frame, probability in enumerate(probabilities):
        if probability >= options.threshold:
            start = frame if start is None else start
            quiet_since = None
        elif start is not None and probability < options.end_threshold:
            quiet_since = frame if quiet_since is None else quiet_since
            if frame - quiet_since >= silence_frames:
                yield start, quiet_since
                start = quiet_since = None
        elif start is not None and quiet_since is not None and frame - quiet_since >= silence_frames:
            yield start, quiet_since
            start = quiet_since = None
    if start is not None:
        yield start, quiet_since if quiet_since is not None else len(probabilities)


def _probabilities(pieces: Iterator[Samples], total: int, progress: Progress) -> Probabilities:
    session = _session()
    state = {name: np.zeros((1, 1, 128), np.float32) for name in ("h", "c")}
    context = np.zeros(_CONTEXT, np.float32)
    found: list[Probabilities] = []
    seen = 0
    for piece in pieces:
        if not len(piece):
            break
        seen += len(piece)
        frames = np.pad(piece, (0, -len(piece) % FRAME)).reshape(-1, FRAME)
        before = np.vstack([context[None], frames[:-1, -_CONTEXT:]])
        output, state["h"], state["c"] = session.run(
            None, {"input": np.hstack([before, frames]).astype(np.float32), **state}
        )
        context = frames[-1, -_CONTEXT:]
        found.append(np.asarray(output, np.float32).reshape(-1))
        progress(min(1.0, seen / max(1, total)))
    return np.concatenate(found) if found else np.zeros(0, np.float32)


@lru_cache(maxsize=1)
def _session() -> Any:
    try:
        import onnxruntime
    except ModuleNotFoundError as error:
        raise BackendNotInstalled("Voice activity detection needs onnxruntime.") from error
    spec = find_spec("faster_whisper")
    if spec is None or not spec.submodule_search_locations:
        raise BackendNotInstalled("Voice activity detection needs the faster-whisper package.")
    models = sorted((Path(spec.submodule_search_locations[0]) / "assets").glob("silero_vad*.onnx"))
    if not models:
        raise BackendNotInstalled("The faster-whisper package lacks its voice activity model.")
    options = onnxruntime.SessionOptions()
    options.inter_op_num_threads = options.intra_op_num_threads = 1
    options.log_severity_level = 4
    return onnxruntime.InferenceSession(
        str(models[-1]), sess_options=options, providers=["CPUExecutionProvider"]
    )
