"""The recording of a session: checked, stored, replaced, removed."""

from __future__ import annotations

import contextlib
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from uuid import UUID

from django.db import DatabaseError, transaction
from django.utils import timezone

from core.errors import ApplicationError
from core.observability import metrics
from core.storage.bucket import bucket
from core.storage.checksums import Checksum
from core.storage.failures import storage_errors
from core.storage.incoming import IncomingFile
from core.storage.object_reader import object_reader
from core.storage.recordings import recording_key, recording_store
from ml.schemas.transcript import Heard
from sessions_app import pieces, pipeline
from sessions_app.models import Recording, TherapySession, Transcript
from sessions_app.services.guards import content_replaced, refuse_changes, session_locked_row
from sessions_app.services.media_erasure import erasure_claimed, erasure_plan, erasure_unless_claimed
from sessions_app.services.transcripts import transcript_save
from sessions_app.transcription import media_type_of, probe_recording

FILENAME_MAX = 200


@dataclass(frozen=True, slots=True)
class StoredMedia:
    """A file that lies in the storage, and what its sender called it."""

    key: str
    size_bytes: int
    checksum: Checksum
    filename: str


def recording_attach(
    *,
    session_id: UUID,
    incoming: IncomingFile,
    filename: str,
    attached: Callable[[], None] | None = None,
) -> Recording:
    """Make a received file the session's recording and start the pipeline.

    1. Read the header: what is no recording is refused before anything changes.
    2. Note the new key, so that a crash from here on leaves nothing unknown behind.
    3. Move the file to the storage. The present recording is still untouched.
    4. In one transaction: check again that the session may change, replace the row and all that
       was derived from the old recording, put the session at the beginning of the pipeline.
       `attached` runs in it, for the caller's own record of the upload.
    5. After the commit: the task is sent, the old file is erased.

    Raises:
        ApplicationError: `empty_audio`, `unsupported_media`, `no_audio_stream`,
            `corrupted_audio`, `session_busy`, `report_finalized`, `storage_unavailable`.
    """
    with storage_errors():
        incoming.finish()
        info = probe_recording(incoming.path)
        key = recording_key()
        erasure_unless_claimed(key)
        try:
            recording_store(key, incoming.path, incoming.sha256)
            stored = StoredMedia(key, incoming.size_bytes, Checksum(incoming.sha256), filename)
            return _put(session_id, stored, media_type_of(info), info.duration_ms, attached)
        except Exception:
            # With the database away the note above does it, a day later.
            with contextlib.suppress(DatabaseError):
                erasure_plan([key])
            raise


def recording_adopt(*, session_id: UUID, media: StoredMedia, attached: Callable[[], None]) -> Recording:
    """Make an object that a client sent to the bucket the session's recording; see `recording_attach`.

    Only its header is read here; the worker compares the whole with its checksum. Whose record says
    that the object is there keeps saying so until `attached`: after a refusal it stays.

    Raises:
        ApplicationError: as `recording_attach`.
    """
    with storage_errors():
        store = bucket()
        if store is None:
            raise ApplicationError("storage_unavailable")
        with object_reader(store, media.key, media.size_bytes) as file:
            info = probe_recording(file)
        return _put(session_id, media, media_type_of(info), info.duration_ms, attached)


@transaction.atomic
def _put(
    session_id: UUID,
    media: StoredMedia,
    media_type: str,
    duration_ms: int | None,
    attached: Callable[[], None] | None,
) -> Recording:
    session = session_locked_row(session_id)
    refuse_changes(session)
    old = Recording.objects.filter(session=session).first()
    if old is not None:
        erasure_plan([old.storage_key])
        old.delete()
    derived_delete(session)
    recording = Recording.objects.create(
        session=session,
        storage_key=media.key,
        filename=filename_clean(media.filename),
        media_type=media_type,
        size_bytes=media.size_bytes,
        sha256=media.checksum.sha256,
        parts_sha256=media.checksum.parts_sha256,
        part_bytes=media.checksum.part_bytes or None,
        duration_ms=duration_ms,
    )
    erasure_claimed(recording.storage_key)
    pipeline.start(session.pk, pipeline.TRANSCRIPTION)
    if attached is not None:
        attached()
    transaction.on_commit(partial(metrics.UPLOAD_BYTES.observe, recording.size_bytes))
    return recording


def heard_save(session: TherapySession, heard: Heard) -> None:
    """Store what was heard; called inside the transaction that moves the session on."""
    transcript_save(session, heard.transcript)
    pieces.forget(session)
    Recording.objects.filter(session=session, deleted_at=None).update(peaks=heard.peaks)


def derived_delete(session: TherapySession) -> None:
    """Remove the transcript, and what the floors above drew from it."""
    content_replaced(session.pk)
    pieces.forget(session)
    Transcript.objects.filter(session=session).delete()


@transaction.atomic
def recording_delete_media(*, session_id: UUID) -> None:
    """Erase the audio; the record that there was one, the transcript and the report stay.

    Raises:
        ApplicationError: `not_found` without a recording, `session_busy`, `report_finalized`.
    """
    session = session_locked_row(session_id)
    refuse_changes(session)
    recording = Recording.objects.filter(session=session, deleted_at=None).first()
    if recording is None:
        raise ApplicationError("not_found")
    pieces.forget(session)
    recording.deleted_at = timezone.now()
    recording.peaks = None
    recording.save(update_fields=["deleted_at", "peaks", "updated_at"])
    TherapySession.objects.filter(pk=session_id).update(updated_at=timezone.now())
    erasure_plan([recording.storage_key])


def filename_clean(name: str) -> str:
    """The last part of a path, without control and direction characters, cut to a length.

    The name is only ever shown; storage keys are made apart from it.
    """
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    shown = "".join(char for char in last if unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Zl", "Zp"})
    stem, dot, extension = shown.strip().rpartition(".")
    if dot and len(extension) <= 10:
        return f"{stem[: FILENAME_MAX - len(extension) - 1]}.{extension}"
    return shown.strip()[:FILENAME_MAX]
