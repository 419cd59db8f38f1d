"""A synthetic playlist of ten minutes through dataset_extract, measured on the files it leaves.

    python -m benchmarks.dataset.playlist var/recordings --out var/benchmark-playlist --write

Recordings come from benchmarks.speech.make_recordings; assets/session_short.ogg is always one of
them. The stand-ins of the tests answer as YouTube and as the video host; the speech engines are
the real ones.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

from benchmarks.dataset.films import COUNTER_SHARE, Film, films_of
from dataset.extraction.media import frames_of
from dataset.tests.stand_ins import StandIn, serving
from dataset.tests.videos import frame_numbers
from dataset.workspace import VideoFolder, Workspace
from ml.metrics.der import Stretch, speaker_accuracy
from ml.metrics.wer import WordErrors, word_errors
from ml.schemas.dialogue import AnnotatedDialogue
from ml.schemas.transcript import Transcript

BASE = Path(__file__).resolve().parents[2]
PLAYLIST = "PLbenchmark"
_FRAME_MS = 62.5


@dataclass(frozen=True, slots=True)
class Measured:
    """One film's figures; `bounds` is the largest distance of a clip's end from its turn's, in frames,
    read from the numbers that the pictures show."""

    name: str
    seconds: float
    steps: frozenset[Fraction]
    keyframe_steps: frozenset[Fraction]
    turns: int
    clips: int
    shortest_s: float
    bounds: float
    errors: WordErrors
    turns_right: int
    reference_turns: int
    roles_right: int


def measure(film: Film, folder: VideoFolder, root: Path) -> Measured:
    """Compare what was made with what was said and shown."""
    frames = frames_of(folder.standard)
    shown = frame_numbers(folder.standard, COUNTER_SHARE)
    dialogue = AnnotatedDialogue.model_validate_json(folder.dialogue.read_text(encoding="utf-8"))
    transcript = Transcript.model_validate_json(folder.transcript.read_text(encoding="utf-8"))
    clips = [utterance for utterance in dialogue.utterances if utterance.clip]
    lengths, distances = [], []
    for utterance in clips:
        numbers = frame_numbers(root / utterance.clip, COUNTER_SHARE)
        first = shown.index(numbers[0])
        if shown[first : first + len(numbers)] != numbers:
            raise SystemExit(f"{utterance.clip}: its pictures are not those of the video.")
        lengths.append(len(numbers) / 16)
        distances += [
            abs(first - utterance.start_ms / _FRAME_MS),
            abs(first + len(numbers) - min(utterance.end_ms / _FRAME_MS, len(shown))),
        ]
    truth = [Stretch(turn.start_ms, turn.end_ms, turn.speaker) for turn in film.turns]
    words = [
        Stretch(word.start_ms, max(word.end_ms, word.start_ms + 20), segment.speaker)
        for segment in transcript.segments
        for word in segment.words
    ]
    speakers = speaker_accuracy(truth, words)
    roles = {ours: transcript.speakers[ours].role.value for ours in transcript.speakers}
    return Measured(
        name=film.name,
        seconds=film.seconds,
        steps=_steps(frames.times),
        keyframe_steps=_steps(frames.keyframes),
        turns=len(dialogue.utterances),
        clips=len(clips),
        shortest_s=min(lengths),
        bounds=max(distances),
        errors=word_errors(
            " ".join(turn.text for turn in film.turns), " ".join(item.text for item in transcript.segments)
        ),
        turns_right=speakers.right,
        reference_turns=speakers.turns,
        roles_right=sum(roles[ours] == theirs for ours, theirs in speakers.mapping.items()),
    )


def table_of(found: Sequence[Measured], wall_s: float) -> str:
    """The figures as a page's section."""
    rows = [
        f"| {one.name} | {one.seconds:.0f} | {_rate(one.steps)} | {_spacing(one.keyframe_steps)}"
        f" | {one.turns} | {one.clips} | {one.shortest_s:.2f} | {one.bounds:.2f} | {one.errors.rate:.1%}"
        f" | {one.turns_right}/{one.reference_turns} | {one.roles_right}/2 |"
        for one in found
    ]
    errors = sum((one.errors for one in found), WordErrors())
    right, turns = sum(one.turns_right for one in found), sum(one.reference_turns for one in found)
    seconds = sum(one.seconds for one in found)
    return "\n".join(
        [
            "## From its id to dialogues",
            "",
            f"{len(found)} films, {seconds / 60:.1f} minutes, {wall_s / 60:.1f} minutes of work."
            " The pictures count their frames: a clip's ends are read from them."
            " Distances are in frames of 1/16 s.",
            "",
            "| film | s | frames/s | keyframe every s | turns | clips | shortest clip s | farthest end"
            " | word errors | turns with the right voice | roles |",
            "|---|---|---|---|---|---|---|---|---|---|---|",
            *rows,
            "",
            f"All films: word error rate {errors.rate:.1%} of {errors.reference_words} words; the right voice"
            f" in {right} of {turns} turns ({right / turns:.1%}).",
            "",
        ]
    )


@contextmanager
def served(out: Path, films: Sequence[Film]) -> Iterator[StandIn]:
    """The films behind YouTube's stand-in, and Django told of it.

    The port is kept in out/port: an address is part of what was downloaded, another one would be
    downloaded again.
    """
    stand_in = StandIn()
    for film in films:
        stand_in.add(film.name, film.path, playlist=PLAYLIST, duration=f"PT{round(film.seconds)}S")
    kept = out / "port"
    with serving(stand_in, int(kept.read_text()) if kept.exists() else 0):
        kept.write_text(stand_in.url.rpartition(":")[2])
        os.environ |= {
            "YOUTUBE_API_KEY": "stand-in",
            "YOUTUBE_ENDPOINT": stand_in.url,
            "DATASET_WATCH_URL": f"{stand_in.url}/watch/{{video}}",
        }
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "core.settings")
        import django

        django.setup()
        yield stand_in


def run(recordings: Sequence[Path], out: Path) -> str:
    """Make the films, extract the playlist with the command itself, measure."""
    films = films_of(list(recordings), out / "films")
    root = out / "data"
    with served(out, films):
        from django.core.management import call_command

        began = time.perf_counter()
        call_command("dataset_extract", PLAYLIST, "--root", str(root))
        wall_s = time.perf_counter() - began
    workspace = Workspace(root)
    return table_of([measure(film, workspace.video(PLAYLIST, film.name), root) for film in films], wall_s)


def _steps(times: Sequence[Fraction]) -> frozenset[Fraction]:
    return frozenset(after - before for before, after in pairwise(times))


def _rate(steps: frozenset[Fraction]) -> str:
    return " or ".join(str(1 / step) for step in sorted(steps))


def _spacing(steps: frozenset[Fraction]) -> str:
    return " or ".join(f"{float(step):g}" for step in sorted(steps))


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("recordings", type=Path, nargs="?", help="folder of WAV files with JSON beside them")
    parser.add_argument("--out", type=Path, default=BASE / "var" / "benchmark-playlist")
    parser.add_argument("--write", action="store_true", help="write benchmarks/results/dataset_playlist.md")
    arguments = parser.parse_args()
    sounds = [BASE / "assets" / "session_short.ogg"]
    if arguments.recordings:
        sounds += sorted(arguments.recordings.glob("*.wav"))
    table = run(sounds, arguments.out)
    sys.stdout.write(table)
    if arguments.write:
        target = BASE / "benchmarks" / "results" / "dataset_playlist.md"
        target.write_text(
            f"# A synthetic playlist, from its id to a published data set\n\n`{_call()}`\n\n{table}",
            encoding="utf-8",
        )


def _call() -> str:
    return "python -m benchmarks.dataset.playlist var/recordings --write"


if __name__ == "__main__":
    main()
