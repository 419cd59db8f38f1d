"""Any media file to 16 kHz samples, in bounded memory.

Samples go to an unlinked temporary file as 16-bit integers and are read back through a memory
map: three hours take 346 MB of scratch disk for one channel (twice that for two) and only the
pages in use of RAM. Nothing is left behind when the process is killed.

What a damaged file still holds is kept when it is at least half of what its header states;
the missing spans are reported, so that the transcript can show them as not transcribed. Below
half the file is `corrupted_audio`.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import IO, TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from ml.audio.media import Source, audio_stream_of, broken, head_of, open_media
from ml.audio.probe import HEAD, stated_duration_ms
from ml.errors import ErrorCode, PermanentError
from ml.progress import Progress, no_progress
from ml.spans import traced

if TYPE_CHECKING:
    from av.audio.frame import AudioFrame
    from av.audio.stream import AudioStream
    from av.container import InputContainer

SAMPLE_RATE = 16_000
Samples = npt.NDArray[np.float32]

_LEAST_SHARE = 0.5
_TOLERATED_MS = 1_000  # containers round their stated length; shorter losses are no loss
_HOLE_MS = 300  # a jump of the clock shorter than this is jitter
_LONGEST_HOLE_MS = 3_600_000


@dataclass(slots=True)
class DecodedAudio:
    """A recording's samples at 16 kHz; close it (or use `with`) to free the scratch file.

    `missing` lists spans in milliseconds that could not be decoded; the samples there are silent.
    """

    channels: int
    sample_count: int
    missing: list[tuple[int, int]]
    _file: IO[bytes]
    _pcm: npt.NDArray[np.int16] = field(repr=False)

    @property
    def duration_ms(self) -> int:
        return self.sample_count * 1000 // SAMPLE_RATE

    def mono(self, start_ms: int = 0, end_ms: int | None = None) -> Samples:
        """The mean of the channels as float32 in -1..1, of the whole or of a span."""
        part = self._pcm[self._span(start_ms, end_ms)].astype(np.float32)
        return part.mean(axis=1) / np.float32(32768.0)

    def channel(self, number: int, start_ms: int = 0, end_ms: int | None = None) -> Samples:
        """One channel as float32 in -1..1."""
        return self._pcm[self._span(start_ms, end_ms), number].astype(np.float32) / np.float32(32768.0)

    def close(self) -> None:
        """Free the scratch file."""
        self._pcm = np.zeros((0, self.channels), np.int16)
        self._file.close()

    def __enter__(self) -> DecodedAudio:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @staticmethod
    def _span(start_ms: int, end_ms: int | None) -> slice:
        stop = None if end_ms is None else max(0, end_ms) * SAMPLE_RATE // 1000
        return slice(max(0, start_ms) * SAMPLE_RATE // 1000, stop)


@traced("decode")
def decode(source: Source, progress: Progress = no_progress, scratch_dir: Path | None = None) -> DecodedAudio:
    """Decode the first sound track to 16 kHz; two channels stay two, any other number becomes one.

    Args:
        source: a path or an open binary file.
        progress: told the share of the file read; may raise `ml.errors.Cancelled`.
        scratch_dir: where the scratch file goes; the system's temporary folder by default.

    Raises:
        PermanentError: `empty_audio`, `unsupported_media`, `no_audio_stream`, `corrupted_audio`.
    """
    head = head_of(source)
    file = tempfile.TemporaryFile(dir=scratch_dir)  # noqa: SIM115 - DecodedAudio closes it
    try:
        with open_media(source) as container:
            stream = audio_stream_of(container)
            channels = 2 if stream.channels == 2 else 1
            writer = _Writer(file, channels)
            _decode_all(container, stream, writer, progress)
            stated_ms = stated_duration_ms(container, stream, head_of(source, HEAD))
        if writer.decoded == 0 and writer.failed_packets:
            raise broken(head)
        if writer.decoded == 0:
            raise PermanentError(ErrorCode.EMPTY_AUDIO, "The recording holds no sound.")
        missing = writer.missing_spans(stated_ms)
        _check_share(missing, writer.written_ms, stated_ms)
        file.flush()
        pcm = np.memmap(file, dtype=np.int16, mode="r", shape=(writer.written, channels))
        progress(1.0)
        return DecodedAudio(channels, writer.written, missing, file, pcm)
    except BaseException:
        file.close()
        raise


def _check_share(missing: list[tuple[int, int]], written_ms: int, stated_ms: int | None) -> None:
    whole = max(written_ms, stated_ms or 0)
    lost = sum(end - start for start, end in missing)
    if whole and (whole - lost) / whole < _LEAST_SHARE:
        raise PermanentError(ErrorCode.CORRUPTED_AUDIO, "More than half of the recording cannot be decoded.")


def _decode_all(container: InputContainer, stream: AudioStream, writer: _Writer, progress: Progress) -> None:
    size = container.size or 0
    told = 0.0
    start = Fraction(container.start_time or 0, 1_000_000)
    for packet in _packets(container, stream, writer):
        try:
            frames: list[Any] = packet.decode()
        except _ffmpeg_error():
            writer.lose(packet)
            continue
        for frame in frames:
            writer.write(frame, start)
        share = packet.pos / size if size and packet.pos is not None else 0.0
        if share >= told + 0.01:
            told = share
            progress(min(0.99, share))
    writer.finish()


def _packets(container: InputContainer, stream: AudioStream, writer: _Writer) -> Iterator[Any]:
    """The track's packets; a container that breaks off ends the recording there."""
    packets = container.demux(stream)
    while True:
        try:
            packet = next(packets)
        except StopIteration:
            return
        except _ffmpeg_error():
            writer.broken_off = True
            return
        yield packet


def _ffmpeg_error() -> tuple[type[BaseException], ...]:
    import av.error

    return (av.error.FFmpegError, ValueError)


class _Writer:
    """Resamples frames, writes them, and keeps the recording's clock where packets are lost."""

    def __init__(self, file: IO[bytes], channels: int) -> None:
        self._file = file
        self._channels = channels
        self._resampler: Any = None
        self._shape: tuple[str, str, int] | None = None
        self._lost: list[tuple[int, int]] = []
        self.written = 0
        self.decoded = 0
        self.failed_packets = 0
        self.broken_off = False

    @property
    def written_ms(self) -> int:
        return self.written * 1000 // SAMPLE_RATE

    def write(self, frame: AudioFrame, start: Fraction) -> None:
        """Write a frame at its time; a jump ahead of the clock becomes silence."""
        shape = (frame.format.name, frame.layout.name, frame.sample_rate)
        if self._shape != shape:
            self._drain()
            self._open_resampler(shape)
        if frame.pts is not None and frame.time_base is not None:
            at = int((frame.pts * frame.time_base - start) * 1000)
            hole = at - self.written_ms
            if _HOLE_MS < hole < _LONGEST_HOLE_MS:
                self._silence(hole)
        frame.pts = None  # the resampler must not fill holes a second time
        self._put(self._resampler.resample(frame))

    def lose(self, packet: Any) -> None:
        """Note a packet that could not be decoded."""
        self.failed_packets += 1
        length = float(packet.duration * packet.time_base) if packet.duration and packet.time_base else 0.02
        start = self.written_ms
        self._lost.append((start, start + max(1, int(length * 1000))))

    def finish(self) -> None:
        self._drain()

    def missing_spans(self, stated_ms: int | None) -> list[tuple[int, int]]:
        """Lost spans of at least the tolerated length, joined, with what lacks at the end."""
        spans: list[tuple[int, int]] = []
        for start, end in sorted(self._lost):
            if spans and start <= spans[-1][1] + _HOLE_MS:
                spans[-1] = (spans[-1][0], spans[-1][1] + (end - start))
            else:
                spans.append((start, end))
        spans = [span for span in spans if span[1] - span[0] >= _TOLERATED_MS]
        if stated_ms is not None and stated_ms - self.written_ms > _TOLERATED_MS:
            spans.append((self.written_ms, stated_ms))
        return spans

    def _open_resampler(self, shape: tuple[str, str, int]) -> None:
        import av

        self._shape = shape
        layout = "stereo" if self._channels == 2 else "mono"
        self._resampler = av.AudioResampler(format="s16", layout=layout, rate=SAMPLE_RATE)

    def _drain(self) -> None:
        if self._resampler is not None:
            self._put(self._resampler.resample(None))
            self._resampler = None

    def _put(self, frames: list[AudioFrame]) -> None:
        for frame in frames:
            data = frame.to_ndarray().reshape(-1)
            self._file.write(data.astype("<i2", copy=False).tobytes())
            self.written += data.size // self._channels
            self.decoded += data.size // self._channels

    def _silence(self, length_ms: int) -> None:
        count = length_ms * SAMPLE_RATE // 1000
        self._file.seek(count * 2 * self._channels, 1)  # a sparse hole reads as zeros
        self.written += count
