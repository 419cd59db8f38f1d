"""SIGKILL at every boundary and inside every stage: nothing finished is fetched, asked or paid again,
and what comes out is what an unbroken run writes, byte for byte."""

from __future__ import annotations

import gc
import hashlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from dataset.extraction.ffmpeg import ffmpeg_path
from dataset.manifest import Manifest, Outcome
from dataset.tests.runs import main
from dataset.tests.stand_ins import StandIn, serving
from dataset.tests.videos import utterances

pytestmark = [
    pytest.mark.slow,
    # yt-dlp leaves the socket of its first look at a file to the garbage collector.
    pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning"),
]
ROOT = Path(__file__).resolve().parents[3]
STAGES = ["playlist", "download", "standardize", "audio", "transcript", "clips"]
# An ffmpeg that, at the call whose number is in the file beside it, writes half a file and hangs.
HANGING = """#!/bin/sh
echo x >> {folder}/calls
if [ "$(wc -l < {folder}/calls)" = "$(cat {folder}/hang 2>/dev/null)" ]; then
  for last; do true; done
  echo half > "$last"
  touch {folder}/hanging
  exec sleep 20
fi
exec {ffmpeg} "$@"
"""


@pytest.fixture(scope="module")
def world(spoken_video: Path) -> Iterator[StandIn]:
    with serving(StandIn(utterances=utterances(20.0))) as running:
        for video in ("one", "two", "three"):  # two pages; the third is the first's copy
            running.add(video, spoken_video if video != "two" else None)
        yield running


def start(root: Path, world: StandIn, ffmpeg: Path | None = None) -> subprocess.Popen[str]:
    environment = dict(os.environ)
    if ffmpeg is not None:
        environment["PATH"] = f"{ffmpeg}:{environment['PATH']}"
    return subprocess.Popen(
        [sys.executable, "-m", "dataset.tests.runs", str(root), world.url],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )


def finish(root: Path, world: StandIn) -> None:
    """Run to the end, in this process: an interpreter of its own takes longer than the work."""
    main(str(root), world.url)
    gc.collect()


def kill_when(child: subprocess.Popen[str], reached: Callable[[], bool]) -> None:
    with child:
        while not reached():
            assert child.poll() is None, "it ended before it could be killed"
            time.sleep(0.01)
        child.kill()


def said(child: subprocess.Popen[str], line: str) -> Callable[[], bool]:
    assert child.stdout is not None
    lines = child.stdout
    return lambda: lines.readline().strip() == line


def digests(root: Path) -> dict[str, str]:
    """Every file of the data set but its state."""
    return {
        path.relative_to(root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for part in ("playlists", "videos")
        for path in sorted((root / part).rglob("*"))
        if path.is_file()
    }


def check(root: Path, world: StandIn, unbroken: dict[str, str], repeated: dict[str, int]) -> None:
    """The rerun asked for nothing but what was cut off, and wrote the same bytes."""
    usual = {"items": 2, "videos": 2, "upload": 1, "job": 1}
    for route, count in usual.items():
        assert world.counts[route] == count + repeated.get(route, 0), route
    assert digests(root) == unbroken
    with Manifest(root / "state" / "manifest.sqlite3") as manifest:
        outcomes = [entry.outcome for entry in manifest.entries()]
    assert outcomes.count(Outcome.DONE) == 6
    assert outcomes.count(Outcome.QUARANTINED) == 2


@pytest.fixture(scope="module")
def unbroken(world: StandIn, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What an unbroken run writes."""
    root = tmp_path_factory.mktemp("unbroken")
    finish(root, world)
    found = digests(root)
    assert len(found) == 9  # a list, source, video, sound, transcript twice, dialogue, two clips
    return found


@pytest.fixture(autouse=True)
def _counts_start_again(world: StandIn, unbroken: dict[str, str]) -> None:
    world.counts.clear()


def test_killed_at_every_boundary(world: StandIn, unbroken: dict[str, str], tmp_path: Path) -> None:
    root = tmp_path / "broken"
    for stage in STAGES:
        child = start(root, world)
        kill_when(child, said(child, stage))
    finish(root, world)
    check(root, world, unbroken, {})
    counts = dict(world.counts)
    finish(root, world)
    assert dict(world.counts) == counts


def test_killed_inside_every_request(world: StandIn, unbroken: dict[str, str], tmp_path: Path) -> None:
    root = tmp_path / "broken"
    world.hold = "videos"
    kill_when(start(root, world), lambda: world.counts["videos"] == 1)
    world.hold = "half one"
    kill_when(start(root, world), lambda: _size(root, "one/.part.download") > 1000)
    world.hold = "poll"
    kill_when(start(root, world), lambda: world.counts["poll"] == 1)
    world.hold = ""
    finish(root, world)
    check(root, world, unbroken, {"videos": 1})


def test_killed_inside_every_ffmpeg(world: StandIn, unbroken: dict[str, str], tmp_path: Path) -> None:
    root, tool = tmp_path / "broken", tmp_path / "tool"
    tool.mkdir()
    script = tool / "ffmpeg"
    script.write_text(HANGING.format(folder=tool, ffmpeg=ffmpeg_path()))
    script.chmod(0o755)
    for number in (1, 2, 4):  # the standard video, the sound, the second clip
        (tool / "calls").unlink(missing_ok=True)
        (tool / "hanging").unlink(missing_ok=True)
        already = {1: 0, 2: 1, 4: 2}[number]
        (tool / "hang").write_text(str(number - already))
        child = start(root, world, tool)
        kill_when(child, (tool / "hanging").exists)
    finish(root, world)
    check(root, world, unbroken, {})
    assert not list(root.rglob(".part.*"))


def test_interrupted_by_the_keyboard(world: StandIn, tmp_path: Path) -> None:
    root, tool = tmp_path / "broken", tmp_path / "tool"
    tool.mkdir()
    (tool / "ffmpeg").write_text(HANGING.format(folder=tool, ffmpeg=ffmpeg_path()))
    (tool / "ffmpeg").chmod(0o755)
    (tool / "hang").write_text("3")  # the first clip
    child = start(root, world, tool)
    with child:
        while not (tool / "hanging").exists():
            assert child.poll() is None
            time.sleep(0.01)
        child.send_signal(signal.SIGINT)
    assert child.returncode != 0
    assert not list(root.rglob(".part.*"))
    with Manifest(root / "state" / "manifest.sqlite3") as manifest:
        assert manifest.latest("PLtest/one", "clips") is None


def test_two_runs_at_once_share_the_work(world: StandIn, unbroken: dict[str, str], tmp_path: Path) -> None:
    root = tmp_path / "shared"
    children = [start(root, world), start(root, world)]
    for child in children:
        with child:
            child.communicate(timeout=120)
        assert child.returncode == 0
    check(root, world, unbroken, {})


def _size(root: Path, place: str) -> int:
    return sum(path.stat().st_size for path in (root / "videos" / "PLtest" / place).glob("*"))
