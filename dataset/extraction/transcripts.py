"""audio.wav becomes transcript.json and transcript.txt, by the platform's engines or by AssemblyAI."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from dataset.extraction.config import ExtractionConfig, Services
from dataset.manifest import work_key
from dataset.stages import Result
from dataset.workspace import VideoFolder, write_text
from ml.schemas.transcript import Transcript
from ml.schemas.transcript_writers import speaker_label, write_json
from ml.transcription.options import TranscriptionOptions

if TYPE_CHECKING:
    from ml.transcription.pipeline import TranscriptionEngine

TRANSCRIPT = "transcript"


class SpeechToText(Protocol):
    """Who turns sound into a diarized transcript with roles; `name` and `model` go into the key."""

    name: str
    model: str

    def ready(self) -> None:
        """Find out before any work whether it can be done.

        Raises:
            MLError: `model_not_available`.
            StopRun: `key_missing`.
        """
        ...

    def close(self) -> None:
        """Give back connections; models stay loaded."""
        ...

    def transcribe(self, audio: Path, item: str) -> Transcript:
        """The transcript of 16 kHz sound.

        Raises:
            PermanentError: `no_speech` and what else the engines refuse.
            BudgetReached: the service would cost more than is left.
        """
        ...


class PlatformSpeech:
    """`ml.transcription`: the recognizer, voices and roles of the product. Models load on first use."""

    name = "platform"

    def __init__(self, config: ExtractionConfig, services: Services) -> None:
        self._config = config
        self._options = TranscriptionOptions(
            models_dir=services.models_dir,
            **{
                "language": config.language,
                "speakers_expected": config.speakers_expected,
                **services.engine_options,
            },
        )
        self.model = f"{self._options.transcriber} {self._options.diarizer} " + " ".join(
            f"{name}={value}" for name, value in sorted(self._options.transcriber_options.items())
        )

    def ready(self) -> None:
        self._engine  # noqa: B018 - building it looks for the models

    def close(self) -> None:
        """There is nothing to give back."""

    def transcribe(self, audio: Path, item: str) -> Transcript:
        return self._engine.transcribe(audio)

    @functools.cached_property
    def _engine(self) -> TranscriptionEngine:
        from ml.transcription.pipeline import build_engine

        return build_engine(self._options)


def transcript_key(config: ExtractionConfig, speech: SpeechToText, audio_sha256: str) -> str:
    return work_key(
        audio=audio_sha256,
        by=speech.name,
        model=speech.model,
        language=config.language,
        speakers=config.speakers_expected,
        version=1,
    )


def write_transcript_of(speech: SpeechToText, folder: VideoFolder) -> Result:
    """Transcribe the sound; segments get ids of their place, so that two runs write the same bytes."""
    heard = speech.transcribe(folder.audio, folder.item)
    segments = [
        segment.model_copy(update={"id": f"{folder.video}-s{segment.index:04d}"})
        for segment in heard.segments
    ]
    transcript = heard.model_copy(update={"segments": segments})
    return Result(
        [
            write_text(folder.transcript, write_json(transcript)),
            write_text(folder.transcript_text, readable(transcript)),
        ]
    )


def readable(transcript: Transcript) -> str:
    """One line for each segment: [start - end] speaker: text."""
    return "".join(
        f"[{_clock(segment.start_ms)} - {_clock(segment.end_ms)}] "
        f"{speaker_label(transcript, segment)}: {' '.join(segment.text.split())}\n"
        for segment in transcript.segments
    )


def _clock(milliseconds: int) -> str:
    seconds, rest = divmod(milliseconds, 1000)
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}.{rest:03d}"
