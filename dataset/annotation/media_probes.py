"""Two readers of a clip that give the same record: ffprobe, and PyAV where there is no ffprobe.

Both decode every frame: a header may promise what the file no longer holds.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from dataset.errors import StopRun

TIMEOUT_S = 120.0
_ENTRIES = (
    "stream=codec_type,codec_name,width,height,avg_frame_rate,nb_read_frames,duration"
    ":stream_disposition=attached_pic:format=duration"
)


@dataclass(frozen=True, slots=True)
class MediaRecord:
    """What a clip holds. Durations are what the container states, in milliseconds, 0 where it states
    none; `frames` is how many pictures could be decoded; codecs are empty where there is no such
    stream. `readable` is False where nothing could be opened at all."""

    readable: bool = True
    duration_ms: int = 0
    video_codec: str = ""
    width: int = 0
    height: int = 0
    frame_rate: float = 0.0
    frames: int = 0
    video_duration_ms: int = 0
    audio_codec: str = ""


UNREADABLE = MediaRecord(readable=False)


def probe(path: Path) -> MediaRecord:
    """A clip's record by ffprobe from PATH, else by PyAV."""
    return probe_with_ffprobe(path) if shutil.which("ffprobe") else probe_with_pyav(path)


def probe_with_ffprobe(path: Path) -> MediaRecord:
    """A clip's record by ffprobe.

    Raises:
        StopRun: `ffprobe_failed`; it is on PATH and cannot be run.
    """
    command = ["ffprobe", "-v", "quiet", "-count_frames", "-show_entries", _ENTRIES, "-of", "json"]
    try:
        done = subprocess.run(
            [*command, f"file:{path}"], capture_output=True, text=True, timeout=TIMEOUT_S, check=False
        )
    except subprocess.TimeoutExpired:
        return UNREADABLE
    except OSError:
        raise StopRun("ffprobe cannot be run.", "ffprobe_failed") from None
    told: dict[str, Any] = json.loads(done.stdout or "{}")
    streams: list[dict[str, Any]] = told.get("streams", [])
    if not streams:
        return UNREADABLE
    video = next((s for s in streams if s.get("codec_type") == "video" and not _is_cover(s)), None)
    audio = next((s for s in streams if s.get("codec_type") == "audio"), None)
    sound = MediaRecord(
        duration_ms=_ms(told.get("format", {}).get("duration")),
        audio_codec=audio.get("codec_name", "") if audio else "",
    )
    if video is None:
        return sound
    return replace(
        sound,
        video_codec=video.get("codec_name", ""),
        width=int(video.get("width", 0)),
        height=int(video.get("height", 0)),
        frame_rate=_rate(video.get("avg_frame_rate", "0/0")),
        frames=int(video.get("nb_read_frames", 0)),
        video_duration_ms=_ms(video.get("duration")),
    )


def probe_with_pyav(path: Path) -> MediaRecord:
    """A clip's record by PyAV."""
    import av

    try:
        with av.open(str(path)) as container:
            videos = [s for s in container.streams.video if not s.disposition & _ATTACHED_PICTURE]
            audios = container.streams.audio
            if not container.streams:
                return UNREADABLE
            sound = MediaRecord(
                duration_ms=round(container.duration / 1000) if container.duration else 0,
                audio_codec=audios[0].codec_context.name if audios else "",
            )
            if not videos:
                return sound
            stream = videos[0]
            lasts = stream.duration * stream.time_base if stream.duration and stream.time_base else 0
            return replace(
                sound,
                video_codec=stream.codec_context.name,
                width=stream.codec_context.width,
                height=stream.codec_context.height,
                frame_rate=round(float(stream.average_rate or 0), 3),
                frames=_decoded_frames(container, stream),
                video_duration_ms=round(float(lasts) * 1000),
            )
    except (av.error.FFmpegError, OSError, ValueError):
        return UNREADABLE


_ATTACHED_PICTURE = 0x400  # AV_DISPOSITION_ATTACHED_PIC


def _decoded_frames(container: Any, stream: Any) -> int:
    """As ffprobe counts: a packet that cannot be decoded is left out, the rest goes on."""
    import av

    frames = 0
    packets = container.demux(stream)
    while True:
        try:
            packet = next(packets)
        except (StopIteration, av.error.FFmpegError):
            return frames
        try:
            frames += len(packet.decode())
        except av.error.FFmpegError:
            continue


def _is_cover(stream: dict[str, Any]) -> bool:
    return bool(stream.get("disposition", {}).get("attached_pic"))


def _ms(seconds: str | None) -> int:
    try:
        return round(float(seconds or 0) * 1000)
    except ValueError:  # "N/A"
        return 0


def _rate(text: str) -> float:
    try:
        return round(float(Fraction(text)), 3)
    except (ValueError, ZeroDivisionError):
        return 0.0
