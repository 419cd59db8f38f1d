"""The media stages beside a shell script of the same ffmpeg commands, in one run.

    python -m benchmarks.dataset.speed FILM.mp4 --turns 24 --rounds 3 --write

Both sides do the same work on the same film: standard video, sound, clips. They take turns, so that
what else the machine does falls on both; the ratio is that of the sums.
"""

from __future__ import annotations

import argparse
import os
import resource
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from dataset.extraction.audio_tracks import audio_command
from dataset.extraction.clips import clip_command, clip_name, cut_of
from dataset.extraction.config import ExtractionConfig, Services
from dataset.extraction.ffmpeg import ffmpeg_path
from dataset.extraction.media import frames_of, inspect
from dataset.extraction.pipeline import Extraction
from dataset.extraction.playlists import PlaylistVideo
from dataset.extraction.standardize import standard_command
from dataset.extraction.transcripts import SpeechToText
from dataset.extraction.turns import turns_of
from dataset.ledger import Ledger
from dataset.manifest import Entry, Manifest, Outcome
from dataset.workspace import Workspace
from ml.schemas.transcript import Segment, Speaker, SpeakerRole, Transcript

BASE = Path(__file__).resolve().parents[2]
CONFIG = ExtractionConfig()
VIDEO = PlaylistVideo(id="film")
MEDIA_STAGES = ("standardize", "audio", "clips")


class Written:
    """A transcript of even turns that costs nothing: speech is not what is measured."""

    name = "written"
    model = "even turns"

    def __init__(self, turns: int, duration_ms: int) -> None:
        step = duration_ms // turns
        self._transcript = Transcript(
            duration_ms=duration_ms,
            segments=[
                Segment(
                    id=str(n),
                    index=n,
                    speaker=f"S{n % 2 + 1}",
                    start_ms=n * step + 137,
                    end_ms=(n + 1) * step - 211,
                    text="words",
                )
                for n in range(turns)
            ],
            speakers={
                "S1": Speaker(role=SpeakerRole.THERAPIST),
                "S2": Speaker(role=SpeakerRole.CLIENT),
            },
        )

    def ready(self) -> None: ...

    def close(self) -> None: ...

    def transcribe(self, audio: Path, item: str) -> Transcript:
        return self._transcript


@dataclass(frozen=True, slots=True)
class Spent:
    """Seconds by the clock and of processors, children included."""

    wall_s: float = 0.0
    cpu_s: float = 0.0

    def __add__(self, other: Spent) -> Spent:
        return Spent(self.wall_s + other.wall_s, self.cpu_s + other.cpu_s)


@contextmanager
def spending(into: list[Spent]) -> Iterator[None]:
    """Append what the block spends."""
    wall, cpu = time.perf_counter(), _cpu_s()
    yield
    into.append(Spent(time.perf_counter() - wall, _cpu_s() - cpu))


def _cpu_s() -> float:
    usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def ours(film: Path, root: Path, speech: SpeechToText) -> Spent:
    """What the media stages spend, with manifest, locks, hashes and checks."""
    workspace = Workspace(root)
    folder = workspace.video("PL", VIDEO.id)
    folder.path.mkdir(parents=True)
    shutil.copy(film, folder.path / "source.mp4")
    services = Services(models_dir=root)
    with Manifest(workspace.database) as manifest, Ledger(workspace.database) as ledger:
        outputs = {"videos/PL/film/source.mp4": manifest.sha256("videos/PL/film/source.mp4") or ""}
        manifest.record(Entry(folder.item, "download", "copied", Outcome.DONE, outputs=outputs))
        extraction = Extraction(workspace, manifest, ledger, CONFIG, services)
        extraction._speech = speech
        spent: list[Spent] = []
        for stage in ("standardize", "audio", "transcript", "clips"):
            with spending(spent if stage in MEDIA_STAGES else []):
                entry = extraction.stage(stage, "PL", VIDEO)
            if entry.outcome is not Outcome.DONE:
                raise SystemExit(f"{stage}: {entry.reason}")
    return sum(spent, start=Spent())


def shell_script(film: Path, root: Path, made: Path) -> str:
    """The same commands, one a line; `made` holds our run, whose dialogue says where the cuts are."""
    folder = Workspace(root).video("PL", VIDEO.id)
    folder.clips.mkdir(parents=True)
    standard, sound = folder.standard, folder.audio
    theirs = Workspace(made).video("PL", VIDEO.id)
    commands = [
        standard_command(film, inspect(film), CONFIG, standard),
        audio_command(standard, inspect(theirs.standard), CONFIG, sound),
    ]
    frames = len(frames_of(theirs.standard).times)
    transcript = Transcript.model_validate_json(theirs.transcript.read_text(encoding="utf-8"))
    turns = turns_of(transcript.segments, merge_gap_ms=CONFIG.merge_gap_ms, max_turn_ms=CONFIG.max_turn_ms)
    for index, turn in enumerate(turns):
        cut = cut_of(turn, CONFIG, frames)
        if cut is not None:
            commands.append(clip_command(standard, cut, CONFIG, folder.clips / clip_name(index, turn)))
    start = [ffmpeg_path(), "-hide_banner", "-nostdin", "-v", "error", "-y"]
    return "set -e\n" + "".join(shlex.join([*start, *command]) + "\n" for command in commands)


def shell(script: str) -> Spent:
    """What the script spends."""
    spent: list[Spent] = []
    with spending(spent):
        subprocess.run(["sh", "-c", script], check=True)
    return spent[0]


def compare(film: Path, turns: int, rounds: int, scratch: Path) -> str:
    """The table."""
    duration_ms = inspect(film).duration_ms
    speech = Written(turns, duration_ms)
    times: list[tuple[Spent, Spent]] = []
    for number in range(rounds):
        mine, theirs = scratch / f"ours{number}", scratch / f"shell{number}"
        first = ours(film, mine, speech)
        times.append((first, shell(shell_script(film, theirs, mine))))
        a = Workspace(mine).video("PL", VIDEO.id)
        b = Workspace(theirs).video("PL", VIDEO.id)
        same = [
            path.read_bytes() == (b.path / path.relative_to(a.path)).read_bytes()
            for path in (a.standard, a.audio, *sorted(a.clips.iterdir()))
        ]
        if not all(same):
            raise SystemExit("The shell script wrote other bytes.")
    rows = [_row(str(number), one, two) for number, (one, two) in enumerate(times, 1)]
    return "\n".join(
        [
            "# Extraction: speed",
            "",
            "`python -m benchmarks.dataset.speed FILM.mp4 --write`: standard video, sound and clips"
            " beside a shell script of the same ffmpeg commands, in turns."
            " Every file is the same, byte for byte.",
            "",
            f"A film of {duration_ms / 1000:.0f} s, {len(same) - 2} clips; {os.cpu_count()} cores, load"
            f" {os.getloadavg()[0]:.0f}: the more of it is others', the less the clock says.",
            "",
            "| round | dataset s | shell s | ratio | dataset CPU s | shell CPU s | ratio |",
            "|---|---|---|---|---|---|---|",
            *rows,
            _row(
                "all",
                sum((one for one, _ in times), start=Spent()),
                sum((two for _, two in times), start=Spent()),
            ),
            "",
        ]
    )


def _row(name: str, one: Spent, two: Spent) -> str:
    return (
        f"| {name} | {one.wall_s:.2f} | {two.wall_s:.2f} | {one.wall_s / two.wall_s:.3f}"
        f" | {one.cpu_s:.2f} | {two.cpu_s:.2f} | {one.cpu_s / two.cpu_s:.3f} |"
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("film", type=Path)
    parser.add_argument("--turns", type=int, default=24)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--write", action="store_true", help="write benchmarks/results/dataset_speed.md")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        table = compare(arguments.film, arguments.turns, arguments.rounds, Path(scratch))
    sys.stdout.write(table)
    if arguments.write:
        (BASE / "benchmarks" / "results" / "dataset_speed.md").write_text(table, encoding="utf-8")


if __name__ == "__main__":
    main()
