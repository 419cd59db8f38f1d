"""Real videos made by ffmpeg: a spoken session with known words, and pictures that count."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import numpy as np

from dataset.extraction.ffmpeg import run_ffmpeg

ASSETS = Path(__file__).resolve().parents[2] / "assets"
SPOKEN = ASSETS / "session_short.ogg"
# Four blocks of grey hold the frame's number in base 16, so that a clip's frames can be told.
COUNTER = "16+14*mod(floor(N/pow(16,floor(X/W*4))),16)"


def known_turns(until_s: float = 1e9) -> list[dict[str, Any]]:
    """The turns of the spoken session: speaker, start, end (seconds), text."""
    body = json.loads(SPOKEN.with_suffix(".json").read_text(encoding="utf-8"))
    return [turn for turn in body["turns"] if turn["end"] <= until_s]


def utterances(until_s: float = 1e9) -> list[dict[str, Any]]:
    """The same as AssemblyAI would answer them."""
    found = []
    for turn in known_turns(until_s):
        start, end = round(turn["start"] * 1000), round(turn["end"] * 1000)
        words = turn["text"].split()
        step = (end - start) // len(words)
        name = "A" if turn["speaker"] == "therapist" else "B"
        found.append(
            {
                "text": turn["text"],
                "start": start,
                "end": end,
                "confidence": 0.9,
                "speaker": name,
                "words": [
                    {
                        "text": word,
                        "start": start + n * step,
                        "end": start + (n + 1) * step,
                        "confidence": 0.9,
                    }
                    for n, word in enumerate(words)
                ],
            }
        )
    return found


def talk(target: Path, seconds: float = 20.0, *, size: str = "96x64") -> Path:
    """The spoken session with counting pictures."""
    source = f"color=black:size={size}:rate=16,format=gray,geq=lum='{COUNTER}'"
    return _make(
        target,
        *("-f", "lavfi", "-i", source, "-i", str(SPOKEN), "-t", str(seconds), "-crf", "4"),
        *("-pix_fmt", "yuv420p"),
    )


def silent(target: Path, *, track: bool) -> Path:
    """Pictures with a silent sound track, or with none."""
    sound = ["-f", "lavfi", "-i", "anullsrc=r=16000:cl=mono"] if track else []
    return _make(
        target,
        *("-f", "lavfi", "-i", "testsrc2=size=96x64:rate=25", *sound, "-t", "6", "-pix_fmt", "yuv420p"),
    )


def audio_only(target: Path) -> Path:
    run_ffmpeg(["-i", str(SPOKEN), "-t", "20", "-vn", "-c:a", "aac", str(target)])
    return target


def variable_rate(target: Path) -> Path:
    """Ten seconds at 30 frames a second, then ten at 10."""
    drop = "select='lt(t,10)+not(mod(n,3))'"
    return _make(
        target,
        *("-f", "lavfi", "-i", f"testsrc2=size=96x64:rate=30,{drop}", "-i", str(SPOKEN), "-t", "20"),
        *("-fps_mode", "vfr", "-pix_fmt", "yuv420p"),
    )


def truncated(target: Path, source: Path) -> Path:
    """The index is there and two thirds of the pictures are not."""
    whole = target.with_name("whole.mp4")
    run_ffmpeg(["-i", str(source), "-c", "copy", "-movflags", "+faststart", str(whole)])
    data = whole.read_bytes()
    target.write_bytes(data[: len(data) // 3])
    return target


def corrupt(target: Path, source: Path) -> Path:
    """The first bytes of a video and then noise."""
    head = source.read_bytes()[:64]
    target.write_bytes(head + np.random.default_rng(1).bytes(50_000))
    return target


def frame_numbers(path: Path, share: float = 1.0) -> list[int]:
    """The numbers that the pictures of `talk` show, in the left `share` of their width."""
    import av

    numbers = []
    with av.open(str(path)) as container:
        for frame in container.decode(video=0):
            grey = frame.to_ndarray(format="gray").astype(float)
            width = int(grey.shape[1] * share) // 4
            blocks = [grey[8:-8, width * n + width // 4 : width * (n + 1) - width // 4] for n in range(4)]
            digits = [round((float(block.mean()) - 16) / 14) for block in blocks]
            numbers.append(sum(digit * 16**place for place, digit in enumerate(digits)))
    return numbers


def odd_size(target: Path) -> Path:
    return _make(
        target,
        *("-f", "lavfi", "-i", "testsrc2=size=97x65:rate=25", "-i", str(SPOKEN), "-t", "20"),
        *("-pix_fmt", "yuv444p"),
    )


def turned(target: Path, source: Path) -> Path:
    """As a telephone records it: lying, with a header that says how to turn it."""
    import imageio_ffmpeg

    # Debian's ffmpeg is too old for this option.
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-display_rotation", "90", "-i", str(source)]
    subprocess.run([*command, "-c", "copy", str(target)], check=True)
    return target


def _make(target: Path, *arguments: str) -> Path:
    run_ffmpeg(
        [
            *arguments,
            *("-c:v", "libx264", "-preset", "ultrafast", "-c:a", "aac", "-shortest"),
            str(target),
        ]
    )
    return target
