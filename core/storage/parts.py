"""The parts of a resumable upload, as local files.

One folder for each upload, one file for each part; a part appears under its number only when it
arrived whole, so sending it again can never spoil one that is there. With a bucket the parts lie
there (`core.storage.multipart`), and one that is sent to this server passes through a file of its own.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

from django.conf import settings

from core.storage.incoming import IncomingFile, sync_folder

CHUNK_BYTES = 1024 * 1024


def part_open(upload_id: UUID, max_bytes: int) -> IncomingFile:
    """A file to write a part to; `part_keep` puts it in its place."""
    folder = _folder(upload_id)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return IncomingFile(max_bytes, folder=folder)


def part_keep(upload_id: UUID, number: int, part: IncomingFile) -> None:
    """Make a written part the one that counts under its number."""
    part.finish()
    folder = _folder(upload_id)
    part.path.replace(folder / f"{number:06d}")
    sync_folder(folder)


def parts_present(upload_id: UUID) -> dict[int, int]:
    """The parts that lie here, as their sizes by number."""
    folder = _folder(upload_id)
    if not folder.is_dir():
        return {}
    return {int(path.name): path.stat().st_size for path in folder.iterdir() if path.name.isdigit()}


def parts_join(upload_id: UUID, numbers: Sequence[int], target: IncomingFile) -> None:
    """Append the parts to `target` in the given order; they stay until `parts_delete`."""
    for number in numbers:
        with (_folder(upload_id) / f"{number:06d}").open("rb") as file:
            while chunk := file.read(CHUNK_BYTES):
                target.write(chunk)
    target.finish()


def parts_delete(upload_id: UUID) -> None:
    """Remove every part of an upload."""
    shutil.rmtree(_folder(upload_id), ignore_errors=True)


def uploads_on_disk() -> list[UUID]:
    """The uploads that have a folder, to find those whose record is gone."""
    root = _root()
    return [UUID(path.name) for path in root.iterdir() if path.is_dir()] if root.is_dir() else []


def _root() -> Path:
    return Path(settings.MEDIA_ROOT) / "uploads"


def _folder(upload_id: UUID) -> Path:
    return _root() / str(upload_id)
