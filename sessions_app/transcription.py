"""The door to the speech engines: settings become options, a session becomes a transcript.

Nothing else in the product imports `ml.transcription` or `ml.audio`. The engine's libraries are
loaded by the first call, in the worker; the web process only reads headers.
"""

from __future__ import annotations

import functools
import hashlib
import json
import logging
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any
from uuid import UUID

from celery import Task
from django.conf import settings
from django.utils.module_loading import import_string

from core.errors import ApplicationError
from core.leases import renew_connection
from core.storage.recordings import recording_local_path
from ml.errors import ErrorCode, PermanentError
from ml.progress import Progress
from ml.schemas.transcript import Heard, Speaker, SpeakerRole, Transcript, Word
from ml.spans import traced
from sessions_app import backlog, pieces, pipeline
from sessions_app.models import Recording, TherapySession
from sessions_app.outages import DATABASE_AWAY, patiently
from sessions_app.priorities import HELPING
from sessions_app.stage import PROGRESS_INTERVAL_SECONDS, Heartbeat
from sessions_app.verification import recording_verify

if TYPE_CHECKING:
    from pydantic import TypeAdapter

    from ml.audio.probe import MediaInfo
    from ml.transcription.pieces import Decoded, Piece
    from ml.transcription.pipeline import TranscriptionEngine

logger = logging.getLogger(__name__)

POLL_SECONDS = 0.3
HELP: dict[str, Any] = {"priority": HELPING, "expires": 3600}
"""How a call for help is sent; one that comes too late finds nothing to do."""

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


def transcribe(session: TherapySession, progress: Progress) -> Heard:
    """Turn the session's recording into a transcript and the peaks of its sound.

    Raises:
        MLError: what the engine found, see `core.errors.CATALOGUE`.
        OSError: the storage is away.
    """
    with _recording_path(session) as path:
        return engine().listen(
            path,
            progress,
            language=session.language or None,
            speakers_expected=session.speakers_expected,
            spread=_SharedPieces(session) if settings.SPREAD_FROM_SECONDS else None,
        )


def help_transcribe(session_id: UUID) -> bool:
    """Decode pieces of a recording that another worker leads, as long as nothing else waits.

    Whether to come back: pieces may be left, but a session of its own came first. What goes wrong
    here leaves the piece to the leader, who says how the session ends.
    """
    lease = patiently(lambda: pieces.claim(session_id, leader=False))
    if lease is None:
        return False
    with ExitStack() as stack:
        decode: Callable[[Piece, Progress], Decoded] | None = None
        while lease is not None:
            plan = lease.plan
            try:
                with Heartbeat(partial(pieces.heartbeat, lease)) as beat, _traced(lease, leader=False):
                    if decode is None:
                        session = TherapySession.objects.get(pk=session_id)
                        path = stack.enter_context(_recording_path(session))
                        decode = stack.enter_context(engine().piecework(path))
                    _store(lease, decode(_adapters()[0].validate_python(lease.span), beat.progress))
            except Exception as error:
                # Only its type: a message could hold a patient's words.
                logger.warning("piece %d of session %s: %s", lease.number, session_id, type(error).__name__)
                patiently(partial(pieces.give_back, lease))
                return False
            if patiently(lambda: backlog.waits(pipeline.TRANSCRIPTION)):
                return True
            # The recording that is open here may not be the session's any more; its plan says so.
            lease = patiently(partial(pieces.claim, session_id, leader=False, plan=plan))
    return False


class _SharedPieces:
    """`ml.transcription.pieces.Spread` over rows: the leader's side, see `sessions_app.pieces`."""

    def __init__(self, session: TherapySession) -> None:
        from ml.transcription.pieces import PieceOptions

        self._session = session
        self._share = 0.0
        self._plan = ""
        self.options = PieceOptions(
            from_ms=settings.SPREAD_FROM_SECONDS * 1000,
            piece_ms=settings.SPREAD_PIECE_SECONDS * 1000,
            most=settings.SPREAD_MOST_PIECES,
        )

    def offer(self, division: Sequence[Piece]) -> None:
        """Lay the pieces out and ask for help with all but the one that is taken here."""
        spans = [_adapters()[0].dump_python(piece, mode="json") for piece in division]
        recording = patiently(lambda: Recording.objects.get(session=self._session, deleted_at=None))
        made = [recording.storage_key, engine().engine, engine().model, engine().options.beam_size, spans]
        self._plan = hashlib.sha256(json.dumps(made).encode()).hexdigest()
        rows = [pieces.Division(span, piece.length_ms) for span, piece in zip(spans, division, strict=True)]
        left = patiently(lambda: pieces.offer(self._session, self._plan, rows))
        task: Task = import_string("sessions_app.tasks.help_transcribe")
        try:
            for _ in range(left - 1):
                task.apply_async(args=(str(self._session.pk),), **HELP)
        except Exception as error:
            # Without a broker nobody helps, and all is done here.
            logger.warning("broker: %s, no help with session %s", type(error).__name__, self._session.pk)

    def gather(self, decode: Callable[[Piece, Progress], Decoded], progress: Progress) -> list[Decoded]:
        """Decode what nobody else does, and wait for what is in other hands."""
        while True:
            self._report(progress)
            lease = patiently(lambda: pieces.claim(self._session.pk, leader=True, plan=self._plan))
            if lease is not None:
                self._decode(lease, decode, progress)
            elif patiently(lambda: pieces.all_done(self._session.pk)):
                break
            else:
                time.sleep(POLL_SECONDS)
        rows = patiently(lambda: pieces.passages(self._session.pk))
        return [_adapters()[1].validate_python(row) for row in rows]

    def _decode(
        self, lease: pieces.PieceLease, decode: Callable[[Piece, Progress], Decoded], progress: Progress
    ) -> None:
        written = time.monotonic()

        def watched(share: float) -> None:
            nonlocal written
            progress(self._share)
            if time.monotonic() - written >= PROGRESS_INTERVAL_SECONDS:
                self._report(progress, partial(pieces.heartbeat, lease, share))
                written = time.monotonic()

        with _traced(lease, leader=True):
            try:
                decoded = decode(_adapters()[0].validate_python(lease.span), watched)
            except BaseException:
                with suppress(*DATABASE_AWAY):
                    pieces.give_back(lease)
                raise
            _store(lease, decoded)

    def _report(self, progress: Progress, note: Callable[[], object] = lambda: None) -> None:
        try:
            note()
            self._share = pieces.share_done(self._session.pk)
        except DATABASE_AWAY:
            # It is only shown; the pieces themselves are waited for.
            renew_connection()
        progress(self._share)


def _traced(lease: pieces.PieceLease, *, leader: bool) -> AbstractContextManager[object]:
    return traced("piece", {"session_id": str(lease.session_id), "piece": lease.number, "leader": leader})


def _store(lease: pieces.PieceLease, decoded: Decoded) -> None:
    patiently(partial(pieces.store, lease, _adapters()[1].dump_python(decoded, mode="json")))


def _adapters() -> tuple[TypeAdapter[Piece], TypeAdapter[Decoded]]:
    from ml.transcription.pieces import DECODED, PIECE

    return PIECE, DECODED


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
    with _recording_path(session) as path:
        return engine().redecode(path, spans, language=language)


@contextmanager
def _recording_path(session: TherapySession) -> Iterator[Path]:
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
