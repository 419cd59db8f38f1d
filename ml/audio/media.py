"""Opening any media file safely, and saying in one code what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from ml.errors import ErrorCode, PermanentError

if TYPE_CHECKING:
    from av.audio.stream import AudioStream
    from av.container import InputContainer

Source = Path | IO[bytes]

# Containers that hold a session. FFmpeg also opens playlists (hls, concat), text and network
# formats, which would let an upload make the server read other files: never those.
FORMATS = (
    "mov",
    "matroska",
    "ogg",
    "mp3",
    "wav",
    "w64",
    "flac",
    "aac",
    "amr",
    "asf",
    "aiff",
    "caf",
    "avi",
    "mpegts",
    "flv",
)

# First bytes of the formats above: (offset, bytes). A file with one of them that FFmpeg cannot
# open is damaged; a file without is not media.
_SIGNATURES: tuple[tuple[int, bytes], ...] = (
    (4, b"ftyp"),
    (4, b"moov"),
    (4, b"mdat"),
    (0, b"\x1aE\xdf\xa3"),
    (0, b"OggS"),
    (0, b"ID3"),
    (0, b"RIFF"),
    (0, b"riff"),
    (0, b"fLaC"),
    (0, b"#!AMR"),
    (0, b"\x30\x26\xb2\x75\x8e\x66\xcf\x11"),
    (0, b"FORM"),
    (0, b"caff"),
    (0, b"FLV"),
)


def head_of(source: Source, count: int = 64) -> bytes:
    """The first bytes; an open file is left where it was."""
    if isinstance(source, Path):
        with source.open("rb") as file:
            return file.read(count)
    position = source.tell()
    source.seek(0)
    head = source.read(count)
    source.seek(position)
    return head


def looks_like_media(head: bytes) -> bool:
    """Whether the first bytes are those of a known container or a raw mp3/aac frame."""
    if any(head[offset : offset + len(magic)] == magic for offset, magic in _SIGNATURES):
        return True
    return len(head) > 1 and head[0] == 0xFF and (head[1] & 0xE0) == 0xE0


@contextmanager
def open_media(source: Source) -> Iterator[InputContainer]:
    """The opened container, one of `FORMATS`.

    Raises:
        PermanentError: `empty_audio` (no bytes), `unsupported_media` (not media),
            `corrupted_audio` (the signature of media, but its structure is broken: an m4a
            whose recording stopped before the index was written).
    """
    import av
    import av.error

    head = head_of(source)
    if not head:
        raise PermanentError(ErrorCode.EMPTY_AUDIO, "The file is empty.")
    opened: Any = f"file:{source}" if isinstance(source, Path) else source
    options = {"format_whitelist": ",".join(_whitelist())}
    if isinstance(source, Path):
        options["protocol_whitelist"] = "file"
    else:
        source.seek(0)
    try:
        container = av.open(opened, mode="r", options=options, metadata_errors="replace")
    except (av.error.FFmpegError, ValueError, OSError) as error:
        if isinstance(error, FileNotFoundError):
            raise
        raise broken(head) from None
    with container:
        yield container


def broken(head: bytes) -> PermanentError:
    """The error for a file that cannot be read, told apart by its first bytes."""
    if looks_like_media(head):
        return PermanentError(ErrorCode.CORRUPTED_AUDIO, "The recording is damaged and cannot be read.")
    return PermanentError(ErrorCode.UNSUPPORTED_MEDIA, "The file is not a sound or video recording.")


def audio_stream_of(container: InputContainer) -> AudioStream:
    """The first sound track; `no_audio_stream` where there is none."""
    for stream in container.streams.audio:
        if stream.codec_context is not None:
            return stream
    raise PermanentError(ErrorCode.NO_AUDIO_STREAM, "The file has no sound track.")


def _whitelist() -> list[str]:
    # FFmpeg compares with the demuxer's full name, which lists all its aliases.
    import av

    names: list[str] = []
    for short in FORMATS:
        names.extend({short, av.ContainerFormat(short, "r").name})
    return names
