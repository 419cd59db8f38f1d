"""The speech table: our pipeline and, beside it, faster-whisper alone on the same weights."""

from __future__ import annotations

import os
import platform
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.speech.references import Reference, joined, references_in
from ml.asr.base import TranscribeOptions
from ml.asr.faster_whisper import FasterWhisper
from ml.audio.decode import decode
from ml.metrics.wer import WordErrors, arrived_shares, word_errors
from ml.transcription.evaluation import Measured, measure
from ml.transcription.pipeline import TranscriptionEngine

Say = Callable[[str], None]


@dataclass(slots=True)
class _Line:
    """Sums over the files of one group."""

    files: int = 0
    audio_s: float = 0.0
    cpu_s: float = 0.0
    errors: WordErrors | None = None
    turns: int = 0
    right: int = 0
    spoken: int = 0
    dropped: int = 0
    gaps: int = 0
    roles: list[bool] = field(default_factory=list)
    diarization_error: float | None = None

    def add(self, measured: Measured, turns: int) -> None:
        self.files += 1
        self.audio_s += measured.audio_s
        self.cpu_s += measured.cpu_s
        if measured.errors is not None:
            self.errors = measured.errors if self.errors is None else self.errors + measured.errors
        if measured.speakers is not None:
            self.turns += measured.speakers.turns
            self.right += measured.speakers.right
            self.diarization_error = measured.speakers.diarization_error
        if measured.roles_right is not None:
            self.roles.append(measured.roles_right)
        self.spoken += turns
        self.dropped += measured.dropped
        self.gaps += measured.gaps


def evaluate(
    engine: TranscriptionEngine, folders: Sequence[Path], *, models_dir: Path | None, say: Say
) -> str:
    """The table as Markdown. With `models_dir` the peers run too."""
    with TemporaryDirectory() as scratch:
        references = _once([reference for folder in folders for reference in references_in(folder)])
        for folder in folders:
            references += [
                joined(listing, Path(scratch)) for listing in sorted(folder.glob("**/references.json"))
            ]
        return _evaluate(engine, references, models_dir, say)


def _evaluate(
    engine: TranscriptionEngine, references: Sequence[Reference], models_dir: Path | None, say: Say
) -> str:
    lines: dict[str, _Line] = defaultdict(_Line)
    for reference in references:
        measured = measure(engine, reference.audio, reference.turns)
        lines[reference.group].add(measured, len(reference.turns))
        say(f"{reference.audio.stem}: {measured.cpu_s:.1f} CPU s for {measured.audio_s:.1f} s")
    parts = [_head(engine), _table(lines)]
    if models_dir is not None:
        peers = {
            "sequential, beam 5": FasterWhisper(models_dir=models_dir),
            "batched (8), beam 5": FasterWhisper(models_dir=models_dir, batch_size=8),
        }
        parts.append(_alone(references, peers, say))
    return "\n".join(parts)


def _once(references: Sequence[Reference]) -> list[Reference]:
    seen: dict[str, Reference] = {}
    for reference in references:
        seen.setdefault(reference.audio.name, reference)
    return list(seen.values())


def _head(engine: TranscriptionEngine) -> str:
    return (
        "# Speech\n\n"
        f"`python manage.py evaluate_speech --alone --write`, {time.strftime('%Y-%m-%d')}, "
        f"{os.cpu_count()} cores ({platform.machine()}), {engine.engine} with {engine.model}. "
        "CPU seconds depend on the machine and on what else it does; the ratios between lines of one "
        "run are what counts. Word error rate: jiwer over Whisper's EnglishTextNormalizer.\n"
    )


def _table(lines: dict[str, _Line]) -> str:
    rows = [
        "| recording | audio s | CPU s | WER % | turns with the right speaker | roles right | "
        "diarization error % | dropped turns | gaps shown |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for name, line in lines.items():
        wer = f"{line.errors.rate * 100:.2f}" if line.errors else "–"
        speakers = f"{line.right}/{line.turns}" if line.turns else "–"
        roles = ("yes" if all(line.roles) else "no") if line.roles else "–"
        error = f"{line.diarization_error * 100:.1f}" if line.diarization_error is not None else "–"
        rows.append(
            f"| {name} | {line.audio_s:.1f} | {line.cpu_s:.1f} | {wer} | {speakers} | {roles} | {error} | "
            f"{line.dropped}/{line.spoken} | {line.gaps} |"
        )
    return "\n".join(rows) + "\n"


def _alone(references: Sequence[Reference], peers: dict[str, FasterWhisper], say: Say) -> str:
    rows = [
        "## faster-whisper alone, same weights, same run\n",
        "Without our voice activity blocks, coverage check and speakers. A turn is dropped when under half "
        "of its words arrive.\n",
        "| recording | decoding | CPU s | WER % | dropped turns |",
        "|---|---|---|---|---|",
    ]
    for peer, transcriber in peers.items():
        totals: dict[str, tuple[float, WordErrors, int, int]] = {}
        for reference in references:
            texts = [turn.text for turn in reference.turns]
            if not any(texts):
                continue
            with decode(reference.audio) as audio:
                samples = audio.mono()
            start = time.process_time()
            heard = " ".join(
                passage.text
                for passage in transcriber.transcribe(samples, TranscribeOptions(language="en")).passages
            )
            spent = time.process_time() - start
            dropped = sum(share < 0.5 for share in arrived_shares(texts, heard))
            cpu, errors, lost, count = totals.get(reference.group, (0.0, WordErrors(), 0, 0))
            totals[reference.group] = (
                cpu + spent,
                errors + word_errors(" ".join(texts), heard),
                lost + dropped,
                count + len(texts),
            )
        say(f"faster-whisper alone, {peer}: done")
        rows += [
            f"| {name} | {peer} | {cpu:.1f} | {errors.rate * 100:.2f} | {lost}/{count} |"
            for name, (cpu, errors, lost, count) in totals.items()
        ]
    return "\n".join(rows) + "\n"
