"""What a video file holds, read with PyAV: no ffprobe is needed and no process is started."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ml.audio.media import open_media

if TYPE_CHECKING:
    from av.container import InputContainer


@dataclass(frozen=True, slots=True)
class MediaFacts:
    """A file's header.

    `demuxer` is ffmpeg's name for the container; `video` and `audio` are stream indexes, None where
    there is none (a cover picture is no video); width and height are as shown, after rotation;
    `duration_ms` is what the container states, 0 where it states nothing.
    """

    demuxer: str
    duration_ms: int
    video: int | None
    audio: int | None
    width: int = 0
    height: int = 0
    frame_rate: float = 0.0
    variable_rate: bool = False

    @property
    def notes(self) -> list[str]:
        """What is unusual and still handled, as words of a manifest's reason."""
        return [
            name
            for name, holds in (
                ("audio_only", self.video is None),
                ("no_sound", self.audio is None),
                ("portrait", self.height > self.width),
                ("variable_frame_rate", self.variable_rate),
            )
            if holds
        ]


@dataclass(frozen=True, slots=True)
class Frames:
    """The video track's frames in order of time, in seconds from the first, and its keyframes."""

    times: tuple[Fraction, ...]
    keyframes: tuple[Fraction, ...]
    start: Fraction


def inspect(path: Path) -> MediaFacts:
    """Read the header.

    Raises:
        PermanentError: `empty_audio`, `unsupported_media`, `corrupted_audio`.
    """
    with open_media(path) as container:
        video = next((stream for stream in container.streams.video if not _is_cover(stream)), None)
        audio = next(iter(container.streams.audio), None)
        facts: dict[str, Any] = {
            "demuxer": container.format.name.split(",")[0],
            "duration_ms": round(container.duration / 1000) if container.duration else 0,
            "video": video.index if video is not None else None,
            "audio": audio.index if audio is not None else None,
        }
        if video is not None:
            width, height = video.codec_context.width, video.codec_context.height
            turned = _rotation(path, video.index) % 180 != 0
            rate, base = video.average_rate, video.base_rate
            facts |= {
                "width": height if turned else width,
                "height": width if turned else height,
                "frame_rate": round(float(rate), 3) if rate else 0.0,
                "variable_rate": bool(rate and base and abs(float(rate) / float(base) - 1) > 0.02),
            }
        return MediaFacts(**facts)


def frames_of(path: Path) -> Frames:
    """Times of all frames, from the packets: nothing is decoded.

    Raises:
        PermanentError: as `inspect`.
        StopIteration: never for a file with a video track.
    """
    with open_media(path) as container:
        stream = container.streams.video[0]
        base = stream.time_base or Fraction(1)
        packets = [
            (packet.pts * base, packet.is_keyframe)
            for packet in container.demux(stream)
            if packet.pts is not None
        ]
    packets.sort()
    start = packets[0][0] if packets else Fraction(0)
    return Frames(
        tuple(time - start for time, _ in packets),
        tuple(time - start for time, key in packets if key),
        start,
    )


def fingerprint(path: Path, facts: MediaFacts) -> str:
    """A hash of the coded pictures and sound without their container: the same for a copy under
    another name or in another container, another for the least new encoding."""
    digest = hashlib.sha256()
    with open_media(path) as container:
        for index in (facts.video, facts.audio):
            if index is not None:
                _hash_packets(container, index, digest)
                container.seek(0)
    return digest.hexdigest()


def _hash_packets(container: InputContainer, index: int, digest: Any) -> None:
    for packet in container.demux(container.streams[index]):
        if packet.size:
            digest.update(bytes(packet))


def _is_cover(stream: Any) -> bool:
    return "attached_pic" in str(stream.disposition).lower()


def _rotation(path: Path, index: int) -> int:
    # PyAV states the display matrix only for decoded frames.
    with open_media(path) as container:
        frame: Any = next(container.decode(container.streams[index]), None)
        return int(frame.rotation) if frame is not None else 0
