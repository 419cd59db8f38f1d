"""Reference recordings in a folder: sound files with their known words and speakers."""

from __future__ import annotations

import json
import wave
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

import numpy as np

from ml.audio.decode import SAMPLE_RATE, Samples, decode
from ml.transcription.evaluation import ReferenceTurn, read_reference

_SOUND = (".wav", ".flac", ".ogg", ".mp3", ".m4a")
# The one recording whose words stand in its README instead of a JSON file.
_KNOWN = {
    "jfk.flac": "And so my fellow Americans ask not what your country can do for you "
    "ask what you can do for your country"
}


@dataclass(frozen=True, slots=True)
class Reference:
    """A sound file and its turns; `group` joins many short utterances into one line."""

    audio: Path
    turns: list[ReferenceTurn]
    group: str


def references_in(folder: Path) -> Iterator[Reference]:
    """All references of a folder and of its folders with a references.json."""
    for audio in sorted(path for path in folder.iterdir() if path.suffix in _SOUND):
        truth = audio.with_suffix(".json")
        if truth.is_file():
            yield Reference(audio, read_reference(truth), audio.stem)
        elif audio.name in _KNOWN:
            yield Reference(audio, [ReferenceTurn("", 0, 0, _KNOWN[audio.name])], audio.stem)
    for listing in sorted(folder.glob("**/references.json")):
        for entry in json.loads(listing.read_text(encoding="utf-8")).values():
            turn = ReferenceTurn("", 0, 0, entry["text"])
            name = f"{listing.parent.name} (utterances)"
            yield Reference(listing.parent / entry["file"], [turn], name)


def joined(listing: Path, folder: Path) -> Reference:
    """All utterances of a listing as one conversation: the speakers take turns, 0.4 s apart.

    Several voices inside one window is where batched decoding loses passages. The sound is
    written into `folder`.
    """
    by_speaker: dict[str, list[dict[str, str]]] = {}
    for entry in json.loads(listing.read_text(encoding="utf-8")).values():
        by_speaker.setdefault(entry["speaker"], []).append(entry)
    ordered = [entry for group in zip_longest(*by_speaker.values()) for entry in group if entry]
    pause = np.zeros(SAMPLE_RATE * 2 // 5, np.float32)
    parts: list[Samples] = []
    turns = []
    at = 0
    for entry in ordered:
        with decode(listing.parent / entry["file"]) as audio:
            parts += [audio.mono(), pause]
            end = at + audio.sample_count
        turns.append(
            ReferenceTurn(
                entry["speaker"], at * 1000 // SAMPLE_RATE, end * 1000 // SAMPLE_RATE, entry["text"]
            )
        )
        at = end + len(pause)
    path = folder / f"{listing.parent.name}_joined.wav"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(SAMPLE_RATE)
        file.writeframes((np.clip(np.concatenate(parts), -1, 1) * 32767).astype("<i2").tobytes())
    return Reference(path, turns, f"{listing.parent.name} (joined, {len(by_speaker)} speakers in turns)")
