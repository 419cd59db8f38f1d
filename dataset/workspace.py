"""Where everything lies in a data set's folder, and how files get there whole.

ROOT/playlists/<playlist>.json, ROOT/videos/<playlist>/<video>/…, ROOT/reference/<name>.jsonl,
ROOT/splits.json, ROOT/published/, ROOT/state/manifest.sqlite3.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from dataset.errors import Quarantine

_ID = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,127}")
_PART = ".part."


class Mirror(Protocol):
    """A copy of the data set elsewhere; paths are relative to ROOT with forward slashes."""

    def upload(self, relative: str, source: Path | None = None) -> None:
        """Bring the mirror's copy of a file up to date (with the bytes of `source`, where that is
        another file); nothing is sent when it is the same."""
        ...

    def fetch(self, relative: str) -> bool:
        """Write the mirror's copy into the workspace; False when it has none."""
        ...


@dataclass(frozen=True, slots=True)
class VideoFolder:
    """The files of one video of one playlist."""

    path: Path
    playlist: str
    video: str

    @property
    def item(self) -> str:
        """The manifest's name of this video."""
        return f"{self.playlist}/{self.video}"

    @property
    def standard(self) -> Path:
        """16 frames a second, a keyframe each second."""
        return self.path / "video.mp4"

    @property
    def audio(self) -> Path:
        """16 kHz mono."""
        return self.path / "audio.wav"

    @property
    def transcript(self) -> Path:
        """`ml.schemas.transcript.Transcript`."""
        return self.path / "transcript.json"

    @property
    def transcript_text(self) -> Path:
        return self.path / "transcript.txt"

    @property
    def clips(self) -> Path:
        return self.path / "clips"

    @property
    def dialogue(self) -> Path:
        """`ml.schemas.dialogue.AnnotatedDialogue` without labels."""
        return self.path / "dialogue.json"

    @property
    def annotated(self) -> Path:
        """The same record with labels."""
        return self.path / "annotated.json"

    def source(self) -> Path | None:
        """The downloaded file, whatever its container; None before the download."""
        found = sorted(p for p in self.path.glob("source.*") if not p.name.endswith(".info.json"))
        return found[0] if found else None


@dataclass(frozen=True, slots=True)
class Workspace:
    """A data set's folder; `mirror` is set where its truth lies in a bucket."""

    root: Path
    mirror: Mirror | None = None

    @property
    def database(self) -> Path:
        """The manifest and the ledger."""
        return self.root / "state" / "manifest.sqlite3"

    @property
    def locks(self) -> Path:
        return self.root / "state" / "locks"

    @property
    def splits(self) -> Path:
        return self.root / "splits.json"

    @property
    def published(self) -> Path:
        return self.root / "published"

    def playlist_file(self, playlist: str) -> Path:
        return self.root / "playlists" / f"{safe_id(playlist)}.json"

    def reference_file(self, name: str) -> Path:
        return self.root / "reference" / f"{safe_id(name)}.jsonl"

    def video(self, playlist: str, video: str) -> VideoFolder:
        """The folder of a video, which need not exist yet."""
        return VideoFolder(
            self.root / "videos" / safe_id(playlist) / safe_id(video), safe_id(playlist), safe_id(video)
        )

    def videos(self, playlist: str | None = None) -> list[VideoFolder]:
        """The folders that exist, in order of their names."""
        pattern = f"{safe_id(playlist)}/*" if playlist else "*/*"
        return [
            VideoFolder(path, path.parent.name, path.name)
            for path in sorted((self.root / "videos").glob(pattern))
            if path.is_dir()
        ]

    def relative(self, path: Path) -> str:
        """A file's name in the manifest and in a mirror: from ROOT, with forward slashes."""
        return path.relative_to(self.root).as_posix()

    def present(self, path: Path) -> bool:
        """Whether a file is here, fetched from the mirror if only that has it."""
        return path.is_file() or (self.mirror is not None and self.mirror.fetch(self.relative(path)))


def safe_id(text: str) -> str:
    """The id itself, if it may name a file.

    Raises:
        Quarantine: `bad_id`; it could leave its folder.
    """
    if not _ID.fullmatch(text) or _PART in text:
        raise Quarantine("An id may hold letters, digits, '.', '_' and '-' only.", "bad_id")
    return text


@contextmanager
def replacing(target: Path) -> Iterator[Path]:
    """A path to write to that becomes `target` in one step when the block ends without an error.

    The name keeps the target's suffix (ffmpeg goes by it) and is always the same, so that what a
    killed process left is overwritten; hold the stage's lock around it.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f"{_PART}{target.name}")
    _remove(part)
    try:
        yield part
        part.replace(target)
    finally:
        _remove(part)


def write_text(target: Path, text: str) -> Path:
    """Write a UTF-8 file whole or not at all."""
    with replacing(target) as part, part.open("w", encoding="utf-8", newline="\n") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    return target


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
