"""The door to the speech engines: settings become options, a session becomes a transcript.

Nothing else in the product imports `ml.transcription` or `ml.audio`. The engine's libraries are
loaded by the first call, in the worker; the web process only reads headers.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING

from django.conf import settings

from core.errors import ApplicationError
from core.storage.recordings import recording_local_path
from ml.errors import ErrorCode, PermanentError
from ml.progress import Progress
from ml.schemas.transcript import Heard, Speaker, SpeakerRole, Transcript, Word
from sessions_app.models import Recording, TherapySession
from sessions_app.verification import recording_verify

if TYPE_CHECKING:
    from ml.audio.probe import MediaInfo
    from ml.transcription.pieces import Spread
    from ml.transcription.pipeline import TranscriptionEngine

_MEDIA_TYPES = {
    "mov": "mp4",
    "matroska": "webm",
    "ogg": "ogg",
    "mp3": "mpeg",
    "wav": "wav",
    "w64": "wav",
    "flac": "flac",
    "aac": "aac",
    "amr": "amr",
    "asf": "x-ms-asf",
    "aiff": "aiff",
    "caf": "x-caf",
    "avi": "x-msvideo",
    "mpegts": "mp2t",
    "flv": "x-flv",
}


@functools.cache
def engine() -> TranscriptionEngine:
    """The engine that the settings choose, one in a process; its models load on first use.

    Raises:
        PermanentError: `model_not_available`.
    """
    from ml.transcription.pipeline import TranscriptionOptions, build_engine

    return build_engine(
        TranscriptionOptions(
            models_dir=Path(settings.MODELS_DIR),
            transcriber=settings.TRANSCRIBER,
            transcriber_options=settings.TRANSCRIBER_OPTIONS,
            diarizer=settings.DIARIZER,
            device=settings.ENGINE_DEVICE,
        )
    )


def transcribe(session: TherapySession, progress: Progress, spread: Spread | None = None) -> Heard:
    """Turn the session's recording into a transcript and the peaks of its sound.

    Args:
        spread: shares the pieces of a long recording with other workers, see `sessions_app.spread`.

    Raises:
        MLError: what the engine found, see `core.errors.CATALOGUE`.
        OSError: the storage is away.
    """
    with recording_path(session) as path:
        return engine().listen(
            path,
            progress,
            language=session.language or None,
            speakers_expected=session.speakers_expected,
            spread=spread,
        )


def warm() -> None:
    """Build the engine and load its models, before the first session comes."""
    engine().warm()


def listen_again(
    session: TherapySession, spans: Sequence[tuple[int, int]], language: str
) -> list[list[Word]]:
    """What is heard in spans of the recording (start_ms, end_ms), each decoded by itself.

    Raises:
        MLError: what the engine found, see `core.errors.CATALOGUE`.
        OSError: the storage is away.
    """
    with recording_path(session) as path:
        return engine().redecode(path, spans, language=language)


@contextmanager
def recording_path(session: TherapySession) -> Iterator[Path]:
    """The session's recording as a local file while the block runs, its hash verified.

    Raises:
        PermanentError: it has none, or it is not the one that was uploaded.
        OSError: the storage is away.
    """
    recording = Recording.objects.filter(session=session, deleted_at=None).first()
    if recording is None:
        raise PermanentError(ErrorCode.VALIDATION_ERROR, "The session has no recording.")
    with recording_local_path(recording.storage_key) as path:
        recording_verify(recording, path)
        yield path


def probe_recording(source: Path | IO[bytes]) -> MediaInfo:
    """What the header of an uploaded file says.

    Raises:
        ApplicationError: `empty_audio`, `unsupported_media`, `no_audio_stream` or
            `corrupted_audio`.
    """
    from ml.audio.probe import probe

    try:
        return probe(source)
    except PermanentError as error:
        raise ApplicationError(error.code) from None


def with_roles(transcript: Transcript) -> Transcript:
    """A typed transcript whose text names no role gets them from what is said, as recordings do.

    Rules and counting only: nothing is loaded for it.
    """
    if len(transcript.speakers) < 2 or any(
        speaker.role != SpeakerRole.OTHER for speaker in transcript.speakers.values()
    ):
        return transcript
    from ml.transcription.roles import guess_roles

    said = [(segment.speaker, segment.text) for segment in transcript.segments]
    guesses = guess_roles(said, transcript.language)
    speakers = {
        name: Speaker(role=guesses[name].role, role_confidence=guesses[name].confidence, name=speaker.name)
        for name, speaker in transcript.speakers.items()
    }
    segments = [
        segment.model_copy(update={"role": speakers[segment.speaker].role}) for segment in transcript.segments
    ]
    return transcript.model_copy(update={"speakers": speakers, "segments": segments})


def media_type_of(info: MediaInfo) -> str:
    """The media type to serve a recording as; always sound or video, whatever was claimed."""
    kind = "video" if info.has_video else "audio"
    subtype = _MEDIA_TYPES.get(info.container)
    return f"{kind}/{subtype}" if subtype else "application/octet-stream"
