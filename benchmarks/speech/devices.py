"""Speech recognition on one device beside another: time, words and memory of each engine in one run.

    python -m benchmarks.speech.devices --devices cpu cuda --write              a machine with a GPU
    python -m benchmarks.speech.devices --devices cpu --engines faster_whisper  anywhere

The engine alone, sequential as the platform decodes and batched beside it, on the reference recordings
of `evaluate_speech`; the first clip is decoded once unmeasured, so that loading is left out. Memory is
what nvidia-smi says this process holds. openai-whisper runs where it and a checkpoint of it are there.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import platform
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.speech.references import Reference, references_in
from ml.asr.backends import TRANSCRIBERS
from ml.asr.base import SAMPLE_RATE, Samples, TranscribeOptions, Transcriber
from ml.audio.decode import decode
from ml.errors import MLError
from ml.metrics.wer import WordErrors, arrived_shares, word_errors

ROOT = Path(__file__).resolve().parents[2]
RESULTS = ROOT / "benchmarks" / "results" / "speech_devices.md"
ENGLISH = TranscribeOptions(language="en")


@dataclass(frozen=True, slots=True)
class Setting:
    """An engine on a device; `batch_size` 0 is sequential decoding, as the platform does it."""

    engine: str
    device: str
    compute_type: str | None = None
    batch_size: int = 0

    def build(self, models_dir: Path, model: str) -> Transcriber:
        """The engine, not loaded yet.

        Raises:
            MLError: `model_not_available`: the device, the library or the weights are missing.
        """
        options: dict[str, Any] = {"models_dir": models_dir, "device": self.device}
        if self.engine == "faster_whisper":
            options |= {"model": model, "compute_type": self.compute_type, "batch_size": self.batch_size}
        return TRANSCRIBERS.build(self.engine, **options)

    @property
    def decoding(self) -> str:
        """In words for the table."""
        how = f"batched ({self.batch_size})" if self.batch_size else "sequential"
        return f"{how}, {self.compute_type or 'usual'} numbers"


@dataclass(frozen=True, slots=True)
class Result:
    """What a setting took and heard over all recordings; memory in MiB, None without a GPU."""

    wall_s: float
    audio_s: float
    errors: WordErrors
    dropped: int
    turns: int
    memory_mib: int | None


def settings(devices: Sequence[str], engines: Sequence[str]) -> Iterator[Setting]:
    """What is measured, the platform's own choice first on each device."""
    for device in devices:
        if "faster_whisper" in engines:
            yield Setting("faster_whisper", device)
            if device.startswith("cuda"):
                yield Setting("faster_whisper", device, "int8_float16")
                yield Setting("faster_whisper", device, batch_size=16)
            else:
                yield Setting("faster_whisper", device, batch_size=8)
        if "openai_whisper" in engines:
            yield Setting("openai_whisper", device)


def measured(transcriber: Transcriber, clips: Sequence[tuple[Reference, Samples]]) -> Result:
    """Decode every clip once, after the first one unmeasured."""
    _heard(transcriber, clips[0][1])
    wall, errors, dropped, turns = 0.0, WordErrors(), 0, 0
    for reference, samples in clips:
        began = time.perf_counter()
        heard = _heard(transcriber, samples)
        wall += time.perf_counter() - began
        texts = [turn.text for turn in reference.turns]
        errors += word_errors(" ".join(texts), heard)
        dropped += sum(share < 0.5 for share in arrived_shares(texts, heard))
        turns += len(texts)
    seconds = sum(len(samples) for _, samples in clips) / SAMPLE_RATE
    return Result(wall, seconds, errors, dropped, turns, gpu_memory_mib())


def gpu_memory_mib() -> int | None:
    """What this process holds on all GPUs; None where nvidia-smi does not know it."""
    command = ["nvidia-smi", "--query-compute-apps=pid,used_memory", "--format=csv,noheader,nounits"]
    with contextlib.suppress(OSError, subprocess.CalledProcessError, ValueError):
        lines = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
        held = [line.split(",") for line in lines]
        mine = [int(memory) for pid, memory in held if int(pid) == os.getpid()]
        return sum(mine) or None
    return None


def table(results: Sequence[tuple[Setting, Result]], command: str, model: str) -> str:
    """The page; the first line is what the others' speed is compared with."""
    first = results[0][1]
    lines = [
        "# Speech recognition by device",
        "",
        f"`{command}`, {time.strftime('%Y-%m-%d')}, {os.cpu_count()} cores ({platform.machine()}), "
        f"GPU: {_gpu_name()}, model {model}, {first.audio_s:.0f} s of speech. The engine alone, without the "
        "platform's voice activity blocks, coverage check and speakers.",
        "",
        "| engine | device | decoding | seconds | x real time | beside line 1 | WER % | dropped turns "
        "| GPU MiB |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for setting, result in results:
        lines.append(
            f"| {setting.engine} | {setting.device} | {setting.decoding} | {result.wall_s:.1f} | "
            f"{result.audio_s / result.wall_s:.1f} | {first.wall_s / result.wall_s:.2f} | "
            f"{result.errors.rate * 100:.2f} | {result.dropped}/{result.turns} | {result.memory_mib or '–'} |"
        )
    return "\n".join(lines) + "\n"


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; exit status 2 when nothing could be measured."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folders", nargs="*", type=Path, help="default: assets and ../shared/audio")
    parser.add_argument("--devices", nargs="+", default=["auto"], help="cpu, cuda, cuda:1, ...")
    parser.add_argument("--engines", nargs="+", default=["faster_whisper", "openai_whisper"])
    parser.add_argument("--model", default="whisper-base", help="of the store, or a CTranslate2 folder")
    default_models = Path(os.environ.get("MODELS_DIR", ROOT / "var" / "models"))
    parser.add_argument("--models-dir", type=Path, default=default_models)
    parser.add_argument("--write", action="store_true", help=f"write {RESULTS.relative_to(ROOT)}")
    options = parser.parse_args(arguments)
    usual = [ROOT / "assets", ROOT.parent / "shared" / "audio"]
    folders = options.folders or [folder for folder in usual if folder.is_dir()]
    references = {one.audio.name: one for folder in folders for one in references_in(folder)}
    clips = [
        (one, _samples(one.audio)) for one in references.values() if any(turn.text for turn in one.turns)
    ]
    results = []
    for setting in settings(options.devices, options.engines):
        try:
            results.append((setting, measured(setting.build(options.models_dir, options.model), clips)))
        except MLError as error:
            sys.stderr.write(
                f"{setting.engine} on {setting.device}, {setting.decoding}: {error.code}: {error}\n"
            )
            continue
        sys.stderr.write(
            f"{setting.engine} on {setting.device}, {setting.decoding}: {results[-1][1].wall_s:.1f} s\n"
        )
    if not results or not clips:
        return 2
    called = [
        "python",
        "-m",
        "benchmarks.speech.devices",
        *(arguments if arguments is not None else sys.argv[1:]),
    ]
    page = table(results, " ".join(called), options.model)
    sys.stdout.write(page)
    if options.write:
        RESULTS.write_text(page, encoding="utf-8")
    return 0


def _samples(path: Path) -> Samples:
    with decode(path) as audio:
        return audio.mono()


def _heard(transcriber: Transcriber, samples: Samples) -> str:
    return " ".join(passage.text for passage in transcriber.transcribe(samples, ENGLISH).passages)


def _gpu_name() -> str:
    command = ["nvidia-smi", "--query-gpu=name", "--format=csv,noheader"]
    with contextlib.suppress(OSError, subprocess.CalledProcessError):
        return (
            subprocess.run(command, capture_output=True, text=True, check=True)
            .stdout.strip()
            .replace("\n", ", ")
        )
    return "none"


if __name__ == "__main__":
    sys.exit(main())
