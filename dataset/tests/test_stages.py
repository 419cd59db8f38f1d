"""run_once: skip, do, record, quarantine; one worker at a time; killed work is done again."""

from __future__ import annotations

import errno
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from dataset.errors import BudgetReached, Quarantine, TransientService
from dataset.manifest import Entry, Manifest, Outcome
from dataset.stages import Result, run_once
from dataset.workspace import Workspace, replacing, write_text
from ml.errors import BackendNotInstalled, ErrorCode, PermanentError, TransientError


class Room:
    """A workspace with its manifest and a count of the work that was done."""

    def __init__(self, root: Path) -> None:
        self.workspace = Workspace(root)
        self.manifest = Manifest(self.workspace.database)
        self.done = 0

    def run(self, key: str = "k", error: BaseException | None = None) -> Entry:
        def work() -> Result:
            self.done += 1
            if error is not None:
                raise error
            return Result([write_text(self.workspace.root / "out.txt", "made")])

        return run_once(self.manifest, self.workspace, "p/v", "audio", key, work)


@pytest.fixture
def room(tmp_path: Path) -> Room:
    return Room(tmp_path)


def test_work_is_done_once_for_each_key(room: Room) -> None:
    first = room.run()
    assert first.outcome is Outcome.DONE
    assert list(first.outputs) == ["out.txt"]
    assert room.run() == first
    room.run("new key")
    assert room.done == 2


def test_a_lost_output_is_made_again(room: Room) -> None:
    first = room.run()
    (room.workspace.root / "out.txt").unlink()
    assert room.run().outputs == first.outputs
    assert room.done == 2


@pytest.mark.parametrize(
    ("error", "outcome", "reason", "tries"),
    [
        (Quarantine("It has no sound.", "audio_missing"), Outcome.QUARANTINED, "audio_missing: It has", 1),
        (PermanentError(ErrorCode.NO_SPEECH, "Silent."), Outcome.QUARANTINED, "no_speech: Silent.", 1),
        (TransientError(ErrorCode.MODEL_TIMEOUT, "Slow."), Outcome.FAILED, "model_timeout: Slow.", 2),
        (TransientService("Busy."), Outcome.FAILED, "service_unavailable: Busy.", 2),
        (KeyError("words of a patient"), Outcome.FAILED, "fault: KeyError at test_stages.py", 2),
    ],
)
def test_how_errors_end(room: Room, error: Exception, outcome: Outcome, reason: str, tries: int) -> None:
    entry = room.run(error=error)
    assert entry.outcome is outcome
    assert entry.reason.startswith(reason)
    assert "patient" not in entry.reason
    room.run(error=error)
    assert room.done == tries


@pytest.mark.parametrize(
    "error",
    [
        BudgetReached("No money."),
        BackendNotInstalled("No model."),
        OSError(errno.ENOSPC, "full"),
        KeyboardInterrupt(),
    ],
)
def test_what_stops_the_run_records_nothing(room: Room, error: BaseException) -> None:
    with pytest.raises(type(error)):
        room.run(error=error)
    assert room.manifest.entries() == []


def test_an_output_that_is_not_there_is_a_fault(room: Room) -> None:
    entry = run_once(
        room.manifest, room.workspace, "i", "s", "k", lambda: Result([room.workspace.root / "none"])
    )
    assert entry.outcome is Outcome.FAILED


def test_replacing_leaves_the_old_file_when_the_work_fails(tmp_path: Path) -> None:
    target = write_text(tmp_path / "a" / "video.mp4", "old")
    with pytest.raises(RuntimeError), replacing(target) as part:
        assert part.suffix == ".mp4"
        part.write_text("half")
        raise RuntimeError
    assert target.read_text() == "old"
    assert [p.name for p in target.parent.iterdir()] == ["video.mp4"]


@pytest.mark.parametrize("bad", ["../x", "a/b", "", "x" * 200, ".part.x", "a b"])
def test_an_id_cannot_leave_its_folder(tmp_path: Path, bad: str) -> None:
    with pytest.raises(Quarantine):
        Workspace(tmp_path).video("playlist", bad)


CHILD = textwrap.dedent(
    """
    import sys, time
    from pathlib import Path
    from dataset.manifest import Manifest
    from dataset.stages import Result, run_once
    from dataset.workspace import Workspace, replacing
    workspace = Workspace(Path(sys.argv[1]))
    def work():
        with (workspace.root / "calls").open("a") as calls:
            calls.write("x")
        with replacing(workspace.root / "out.txt") as part:
            part.write_text("half")
            time.sleep(float(sys.argv[2]))
            part.write_text("whole")
        return Result([workspace.root / "out.txt"])
    run_once(Manifest(workspace.database), workspace, "i", "s", "k", work)
    """
)


def child(root: Path, seconds: float) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", CHILD, str(root), str(seconds)])


def test_work_killed_inside_a_stage_is_done_again_by_the_next_process(tmp_path: Path) -> None:
    first = child(tmp_path, 60)
    while not (tmp_path / ".part.out.txt").exists():
        assert first.poll() is None
        time.sleep(0.02)
    first.kill()
    first.wait()
    assert not (tmp_path / "out.txt").exists()
    assert child(tmp_path, 0).wait(60) == 0
    assert (tmp_path / "out.txt").read_text() == "whole"
    assert not (tmp_path / ".part.out.txt").exists()


def test_two_processes_do_the_work_once(tmp_path: Path) -> None:
    children = [child(tmp_path, 0.5), child(tmp_path, 0.5)]
    assert [one.wait(60) for one in children] == [0, 0]
    assert (tmp_path / "calls").read_text() == "x"
