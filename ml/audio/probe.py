"""What a media file says about itself, from its header alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ml.audio.media import Source, audio_stream_of, broken, head_of, open_media

if TYPE_CHECKING:
    from av.audio.stream import AudioStream
    from av.container import InputContainer

# Containers whose header states the length; the others estimate it from the bit rate.
_STATED = ("mov", "matroska", "flac", "wav", "ogg", "asf", "aiff", "caf")


HEAD = 4096


@dataclass(frozen=True, slots=True)
class MediaInfo:
    """A recording's header. `duration_ms` is None where the container does not state it
    (browser WebM, raw AAC and AMR, MP3 without an index): only decoding tells."""

    container: str
    audio_codec: str
    sample_rate: int
    channels: int
    duration_ms: int | None
    has_video: bool


def probe(source: Source) -> MediaInfo:
    """Read the header of a path or of an open binary file.

    Raises:
        PermanentError: `empty_audio`, `unsupported_media`, `no_audio_stream` or
            `corrupted_audio`. A file that passes may still turn out damaged when decoded.
    """
    with open_media(source) as container:
        stream = audio_stream_of(container)
        context = stream.codec_context
        if not context.sample_rate or not stream.channels:
            raise broken(head_of(source))
        return MediaInfo(
            container=container.format.name.split(",")[0],
            audio_codec=context.name,
            sample_rate=context.sample_rate,
            channels=stream.channels,
            duration_ms=stated_duration_ms(container, stream, head_of(source, HEAD)),
            has_video=any(not _is_cover(video) for video in container.streams.video),
        )


def stated_duration_ms(container: InputContainer, stream: AudioStream, head: bytes) -> int | None:
    """The length the header states, in milliseconds; None where it is unknown or a guess.

    `head` holds the first `HEAD` bytes of the file.
    """
    name = container.format.name.split(",")[0]
    if name not in _STATED:
        return None
    if name == "wav":
        stated = _wav_duration_ms(head)
        if stated is not None:
            return stated
    if stream.duration and stream.time_base:
        return round(float(stream.duration * stream.time_base) * 1000)
    if container.duration and container.duration > 0:
        return round(container.duration / 1000)
    return None


def _wav_duration_ms(head: bytes) -> int | None:
    """What the data chunk states; FFmpeg shortens it to what the file holds, which hides a cut."""
    data, form = head.find(b"data"), head.find(b"fmt ")
    if min(data, form) < 0 or len(head) < max(data + 8, form + 20):
        return None
    size = int.from_bytes(head[data + 4 : data + 8], "little")
    bytes_per_second = int.from_bytes(head[form + 16 : form + 20], "little")
    if not bytes_per_second or size in {0, 0xFFFFFFFF, 0x7FFFFFFF, 0xFFFFFFFF - 36}:
        return None  # written as a stream, its length unknown at the start
    return size * 1000 // bytes_per_second


def _is_cover(stream: object) -> bool:
    # Music files carry their cover picture as a one-frame video.
    disposition = getattr(stream, "disposition", None)
    return bool(disposition is not None and "attached_pic" in str(disposition).lower())
