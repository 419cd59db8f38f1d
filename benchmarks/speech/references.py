"""Reference recordings in a folder: sound files with their known words and speakers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

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
