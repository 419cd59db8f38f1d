"""Taking a snapshot and bringing one back."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.utils import timezone

from core.storage.recordings import recording_delete, recording_read, recording_store
from sessions_app import pipeline
from sessions_app.backup import databases
from sessions_app.backup.archive import Archive, Damaged, Manifest, StoredRecording
from sessions_app.models import Recording, TherapySession, Upload, UploadState

Tell = Callable[[str], object]
STAMP = "%Y%m%dT%H%M%SZ"
CHUNK = 1024**2


def take(archive: Archive, tell: Tell) -> Manifest:
    """Write a snapshot: the database first, then the recordings it names.

    In that order a recording that comes meanwhile is in the next snapshot, and one that is erased
    meanwhile was to be erased. A recording that the database still knows and the storage has not is
    in `missing`, and so is one whose bytes have another checksum than its row.
    """
    began = datetime.now(UTC)
    snapshot = began.strftime(STAMP)
    with tempfile.TemporaryDirectory(dir=archive.folder) as folder:
        moment = databases.dump(Path(folder) / "database")
        digest = archive.put(archive.database(snapshot), _chunks(moment.path))
    tell(f"database: {digest.size} bytes")
    new = [item for item in moment.recordings if not archive.has(archive.media(item.key))]
    missing = [item.key for item in new if not _kept(archive, item)]
    known = set(
        Recording.objects.filter(storage_key__in=missing, deleted_at=None).values_list(
            "storage_key", flat=True
        )
    )
    manifest = Manifest(
        taken_at=began.isoformat(),
        engine="postgresql" if databases.is_postgresql() else "sqlite",
        database_sha256=digest.sha256,
        rows=moment.rows,
        recordings=[item for item in moment.recordings if item.key not in missing],
        missing=[key for key in missing if key in known],
    )
    archive.finish(snapshot, manifest)
    tell(f"recordings: {len(manifest.recordings)}, {len(new) - len(missing)} of them new")
    return manifest


def bring_back(archive: Archive, snapshot: str, tell: Tell) -> Manifest:
    """Replace database and recordings by a snapshot's; see `docs/operations.md` for what comes before.

    1. Decrypt and check the database, replace the present one, compare the rows of every table.
    2. Migrate, where the snapshot is older than this code.
    3. Store every recording that is not there with its checksum.
    4. Work that was waiting or running begins anew, open uploads are for the client to begin anew.

    Raises:
        Damaged: a file of the backup is missing or not what it was.
    """
    manifest = archive.manifest(snapshot)
    with tempfile.TemporaryDirectory(dir=archive.folder) as folder:
        path = Path(folder) / "database"
        archive.get(archive.database(snapshot), path, manifest.database_sha256)
        databases.load(path)
    found = databases.rows()
    if found != manifest.rows:
        different = sorted(
            table for table in {*found, *manifest.rows} if found.get(table) != manifest.rows.get(table)
        )
        raise Damaged(f"tables with another number of rows: {', '.join(different)}")
    tell(f"database: {sum(found.values())} rows in {len(found)} tables")
    call_command("migrate", interactive=False, verbosity=0)
    stored = sum(_put_back(archive, item) for item in manifest.recordings)
    tell(f"recordings: {len(manifest.recordings)}, {stored} of them were not there")
    work_begins_anew()
    return manifest


def prune(archive: Archive, days: float) -> int:
    """Remove what is older, as erasure of a patient promises it of backups, too; how many snapshots."""
    return archive.prune((datetime.now(UTC) - timedelta(days=days)).strftime(STAMP))


def work_begins_anew() -> None:
    """Nobody works on anything just after a restore: leases end, waiting stages are sent again."""
    TherapySession.objects.filter(status__in=pipeline.WAITING).update(queued_at=None, not_before=None)
    TherapySession.objects.filter(status__in=pipeline.RUNNING).update(lease_expires_at=timezone.now())
    Upload.objects.exclude(state=UploadState.COMPLETED).delete()


def is_empty() -> bool:
    """Whether the database may be overwritten without a question: nobody has an account."""
    return not databases.rows().get("accounts_therapist")


def _kept(archive: Archive, item: StoredRecording) -> bool:
    """Copy a recording into the archive; False when it is gone or not what its row says."""
    try:
        path = archive.media(item.key)
        digest = archive.put(path, recording_read(item.key, 0, item.size_bytes))
    except FileNotFoundError:
        return False
    if digest.sha256 == item.sha256:
        return True
    archive.forget(path)
    return False


def _put_back(archive: Archive, item: StoredRecording) -> bool:
    """Store a recording again, unless its bytes are there; whether that was needed."""
    if stored_sha256(item) == item.sha256:
        return False
    recording_delete(item.key)
    folder = Path(settings.FILE_UPLOAD_TEMP_DIR)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        path = Path(scratch) / "recording"
        archive.get(archive.media(item.key), path, item.sha256)
        recording_store(item.key, path, item.sha256)
    if stored_sha256(item) != item.sha256:
        raise Damaged(f"{item.key} was stored and reads otherwise")
    return True


def stored_sha256(item: StoredRecording) -> str:
    """What the bytes in the storage hash to; empty where there are none."""
    digest = hashlib.sha256()
    try:
        for chunk in recording_read(item.key, 0, item.size_bytes):
            digest.update(chunk)
    except FileNotFoundError:
        return ""
    return digest.hexdigest()


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            yield chunk
