"""Recordings with known words become films with counting pictures: a playlist that can be measured."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

from dataset.extraction.ffmpeg import ffmpeg_path
from dataset.tests.videos import COUNTER
from ml.transcription.evaluation import ReferenceTurn, read_reference

COUNTER_SHARE = 0.5
"""The left half of a film counts its frames; the right half moves."""
_RATE = 30


@dataclass(frozen=True, slots=True)
class Film:
    """A film and what is said in it."""

    name: str
    path: Path
    turns: tuple[ReferenceTurn, ...]
    seconds: float


def films_of(recordings: list[Path], folder: Path) -> list[Film]:
    """One film for each sound file that has a JSON file of the same name; made once."""
    folder.mkdir(parents=True, exist_ok=True)
    films = []
    for sound in recordings:
        target = folder / f"{sound.stem}.mp4"
        if not target.exists():
            _film(sound, target)
        turns = tuple(read_reference(sound.with_suffix(".json")))
        films.append(Film(sound.stem, target, turns, _seconds(target)))
    return films


def films_in(folder: Path) -> list[Film]:
    """The films that an earlier run made there, without what is said in them."""
    return [Film(path.stem, path, (), _seconds(path)) for path in sorted(folder.glob("*.mp4"))]


def _film(sound: Path, target: Path) -> None:
    counter = f"color=black:size=96x72:rate={_RATE},format=gray,geq=lum='{COUNTER}',format=yuv420p"
    pictures = (
        f"{counter},scale=320:360:flags=neighbor[left];"
        f"testsrc2=size=320x360:rate={_RATE}[right];[left][right]hstack"
    )
    part = target.with_suffix(".part.mp4")
    subprocess.run(
        [
            *(ffmpeg_path(), "-v", "error", "-y", "-f", "lavfi", "-i", pictures, "-i", str(sound)),
            *("-shortest", "-c:v", "libx264", "-preset", "veryfast", "-crf", "18", "-pix_fmt", "yuv420p"),
            *("-c:a", "aac", str(part)),
        ],
        check=True,
    )
    part.replace(target)


def _seconds(path: Path) -> float:
    import av

    with av.open(str(path)) as container:
        return (container.duration or 0) / 1_000_000
