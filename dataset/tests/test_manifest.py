"""The manifest: what counts as finished, across changes, processes and keys."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from decimal import Decimal
from pathlib import Path

import pytest

from dataset.manifest import Entry, Manifest, Outcome, sha256_of, work_key


@pytest.fixture
def manifest(tmp_path: Path) -> Manifest:
    return Manifest(tmp_path / "state" / "manifest.sqlite3")


def entry_with(tmp_path: Path, **changes: object) -> Entry:
    path = tmp_path / "a.txt"
    path.write_text("one")
    fields: dict[str, object] = {"outcome": Outcome.DONE, "outputs": {"a.txt": sha256_of(path)}}
    return Entry("p/v", "audio", "k", **(fields | changes))  # type: ignore[arg-type]


def test_done_work_is_finished_under_its_key_only(manifest: Manifest, tmp_path: Path) -> None:
    entry = entry_with(tmp_path, cost_usd=Decimal("0.000000075"))
    manifest.record(entry)
    assert manifest.finished("p/v", "audio", "k") == entry
    assert manifest.finished("p/v", "audio", "other") is None
    assert manifest.finished("p/v", "clips", "k") is None


def test_a_changed_or_lost_output_is_work_again(manifest: Manifest, tmp_path: Path) -> None:
    manifest.record(entry_with(tmp_path))
    path = tmp_path / "a.txt"
    old = path.stat()
    path.write_text("two")
    os.utime(path, ns=(old.st_atime_ns, old.st_mtime_ns))  # same size, same time: still noticed when young
    assert manifest.finished("p/v", "audio", "k") is None
    path.unlink()
    assert manifest.finished("p/v", "audio", "k") is None


def test_an_old_file_is_hashed_once_and_again_when_its_time_changes(
    manifest: Manifest, tmp_path: Path
) -> None:
    path = tmp_path / "b.bin"
    path.write_bytes(b"x" * 10)
    os.utime(path, (1_000_000, 1_000_000))
    first = manifest.sha256("b.bin")
    path.write_bytes(b"y" * 10)
    assert manifest.sha256("b.bin") != first
    assert manifest.sha256("nowhere") is None


@pytest.mark.parametrize(("outcome", "finished"), [(Outcome.QUARANTINED, True), (Outcome.FAILED, False)])
def test_quarantine_is_finished_and_failure_is_not(
    manifest: Manifest, outcome: Outcome, finished: bool
) -> None:
    manifest.record(Entry("p/v", "audio", "k", outcome, "silent: no speech"))
    assert (manifest.finished("p/v", "audio", "k") is not None) is finished


def test_only_the_latest_entry_counts(manifest: Manifest, tmp_path: Path) -> None:
    manifest.record(entry_with(tmp_path))
    manifest.record(Entry("p/v", "audio", "k", Outcome.FAILED, "later"))
    manifest.record(Entry("p/v", "clips", "k", Outcome.FAILED, "x"))
    assert manifest.finished("p/v", "audio", "k") is None
    assert [(e.stage, e.reason) for e in manifest.entries()] == [("audio", "later"), ("clips", "x")]
    assert [e.stage for e in manifest.entries("clips")] == ["clips"]


def test_two_processes_write_at_once_and_nothing_is_lost(manifest: Manifest, tmp_path: Path) -> None:
    script = textwrap.dedent(
        """
        import sys
        from pathlib import Path
        from dataset.manifest import Entry, Manifest, Outcome
        manifest = Manifest(Path(sys.argv[1]))
        for number in range(100):
            manifest.record(Entry(f"{sys.argv[2]}/{number}", "s", "k", Outcome.FAILED))
        """
    )
    database = tmp_path / "state" / "manifest.sqlite3"
    children = [subprocess.Popen([sys.executable, "-c", script, str(database), name]) for name in ("a", "b")]
    assert [child.wait(60) for child in children] == [0, 0]
    assert len(manifest.entries()) == 200


def test_a_work_key_depends_on_values_and_not_on_order() -> None:
    assert work_key(a=1, b={"x": 1, "y": 2}) == work_key(b={"y": 2, "x": 1}, a=1)
    assert work_key(a=1) != work_key(a=2)
    assert len(work_key(a=Path("x"))) == 64
