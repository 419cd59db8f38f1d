"""A recording becomes a Transcript: decode, recognize, cover, tell voices apart, name roles."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import numpy as np

from ml.asr.backends import TRANSCRIBERS
from ml.asr.base import TranscribeOptions
from ml.audio.decode import SAMPLE_RATE, DecodedAudio, decode
from ml.audio.peaks import sound_peaks
from ml.audio.vad import (
    Probabilities,
    SpeechSpan,
    probabilities_of,
    speech_probabilities,
    speech_probabilities_in,
    speech_spans,
)
from ml.diarize.assign import SpokenSegment, assign_speakers
from ml.diarize.backends import DIARIZERS
from ml.diarize.base import SpeakerTurn
from ml.errors import ErrorCode, PermanentError
from ml.progress import Progress, no_progress, part
from ml.schemas.transcript import Coverage, Gap, Heard, Segment, Speaker, Transcript, Word
from ml.transcription.coverage import cover
from ml.transcription.monotone import monotone
from ml.transcription.options import TranscriptionOptions
from ml.transcription.pieces import Decoded, Piece, Spread
from ml.transcription.recognition import BlockDecoder, Recognizer
from ml.transcription.roles import RoleGuess, guess_roles
from ml.transcription.voices import speaker_turns

__all__ = ["TranscriptionEngine", "TranscriptionOptions", "build_engine", "transcribe"]

_LEAST_SPEECH_MS = 300
_AROUND_MS = 1_000  # the detector needs a moment to warm up, a clip may be widened

# Share of the whole work at which each step ends.
_DECODED, _HEARD, _RECOGNIZED, _COVERED, _VOICES = 0.05, 0.08, 0.85, 0.90, 0.98
_VOICES_FIRST = 0.16  # of a recording that is divided: while other workers begin


class TranscriptionEngine:
    """The loaded engines of one process. Build one and keep it: models load on first use.

    Calls from several threads are safe; they share the models.
    """

    def __init__(self, options: TranscriptionOptions) -> None:
        self.options = options
        self._transcriber = TRANSCRIBERS.build(
            options.transcriber,
            **{"models_dir": options.models_dir, "device": options.device, **options.transcriber_options},
        )
        self._diarizer = DIARIZERS.build(
            options.diarizer, **{"models_dir": options.models_dir, **options.diarizer_options}
        )

    @property
    def engine(self) -> str:
        """The recognizer's name, as in `Transcript.engine`."""
        return self._transcriber.engine

    @property
    def model(self) -> str:
        """The recognizer's model, as in `Transcript.model`."""
        return self._transcriber.model

    def transcribe(
        self,
        path: Path,
        progress: Progress = no_progress,
        *,
        language: str | None = None,
        speakers_expected: int | None = None,
    ) -> Transcript:
        """The transcript of a recording; `listen` without the shape of its sound."""
        return self.listen(path, progress, language=language, speakers_expected=speakers_expected).transcript

    def listen(
        self,
        path: Path,
        progress: Progress = no_progress,
        *,
        language: str | None = None,
        speakers_expected: int | None = None,
        spread: Spread | None = None,
    ) -> Heard:
        """The transcript of a recording and the shape of its sound.

        Args:
            path: any media file.
            progress: told the share done, never decreasing; may raise `ml.errors.Cancelled`.
            language: "auto" or a code; None takes the engine's default.
            speakers_expected: 1 to 6; None takes the engine's default.
            spread: has a long recording decoded in pieces, by other workers too.

        Raises:
            PermanentError: `empty_audio`, `unsupported_media`, `no_audio_stream`,
                `corrupted_audio`, `no_speech`, `model_not_available`.
            TransientError: `model_timeout` from a recognizer on the network.
        """
        progress = monotone(progress)
        wanted = _language(language or self.options.language)
        expected = speakers_expected or self.options.speakers_expected
        with decode(path, part(progress, 0.0, _DECODED), self.options.scratch_dir) as audio:
            probabilities = speech_probabilities(audio, part(progress, _DECODED, _HEARD))
            speech = _speech_or_refuse(probabilities)
            recognizer = self._recognizer(audio, probabilities, wanted)
            turns: list[SpeakerTurn] | None = None
            if spread is not None and audio.duration_ms >= spread.options.from_ms:
                pieces = recognizer.divide(spread.options)
                spread.offer(pieces)
                # Whose voice it is does not depend on the words, and the others need time to begin.
                turns = self._turns(audio, speech, expected, part(progress, _HEARD, _VOICES_FIRST))
                decoded = spread.gather(recognizer.decode_piece, part(progress, _VOICES_FIRST, _RECOGNIZED))
                words = recognizer.words(pieces, decoded)
            else:
                words = recognizer.recognize(part(progress, _HEARD, _RECOGNIZED))
            covered = cover(
                words,
                speech,
                recognizer.redecode,
                duration_ms=audio.duration_ms,
                progress=part(progress, _RECOGNIZED, _COVERED),
            )
            if not covered.words:
                raise PermanentError(ErrorCode.NO_SPEECH, "Nothing that was said could be recognized.")
            if turns is None:
                turns = self._turns(audio, speech, expected, part(progress, _COVERED, _VOICES))
            spoken = assign_speakers(covered.words, turns)
            transcript = _transcript(
                spoken,
                guess_roles([(item.speaker, item.text) for item in spoken], recognizer.language),
                language=recognizer.language,
                duration_ms=max(audio.duration_ms, max((end for _, end in audio.missing), default=0)),
                coverage=_with_missing(covered.coverage, audio.missing),
                engine=self.engine,
                model=self.model,
            )
            heard = Heard(transcript, sound_peaks(audio, transcript.duration_ms))
        progress(1.0)
        return heard

    @contextmanager
    def piecework(self, path: Path) -> Iterator[Callable[[Piece, Progress], Decoded]]:
        """A function that decodes pieces of a recording which another worker has divided.

        The samples are the same there and here, for both decode the same file from its beginning.
        Raises as `listen`.
        """
        with decode(path, no_progress, self.options.scratch_dir) as audio:
            options = TranscribeOptions(beam_size=self.options.beam_size)
            yield BlockDecoder(self._transcriber, audio, options).decode_piece

    def warm(self) -> None:
        """Load recognizer and voice activity detector now instead of with the first recording.

        Raises:
            PermanentError: `model_not_available`.
        """
        silence = np.zeros(SAMPLE_RATE, np.float32)
        probabilities_of(silence)
        for _ in self._transcriber.transcribe(silence, TranscribeOptions(language="en")).passages:
            pass

    def redecode(
        self, path: Path, spans: Sequence[tuple[int, int]], *, language: str | None = None
    ) -> list[list[Word]]:
        """Listen once more to spans (start_ms, end_ms), each by itself and with other settings.

        Words have the recording's times. A span in which nothing trustworthy is heard has none.
        Raises as `listen`.
        """
        with decode(path, no_progress, self.options.scratch_dir) as audio:
            inside = [(max(0, start), min(end, audio.duration_ms)) for start, end in spans]
            around = [(max(0, start - _AROUND_MS), end + _AROUND_MS) for start, end in inside]
            recognizer = self._recognizer(
                audio, speech_probabilities_in(audio, around), _language(language or self.options.language)
            )
            heard = [recognizer.redecode(start, end) if end > start else [] for start, end in inside]
        return [[word.model_copy(update={"text": word.text.strip()}) for word in words] for words in heard]

    def _turns(
        self, audio: DecodedAudio, speech: Sequence[SpeechSpan], expected: int | None, progress: Progress
    ) -> list[SpeakerTurn]:
        return speaker_turns(audio, speech, self._diarizer, expected, progress)

    def _recognizer(
        self, audio: DecodedAudio, probabilities: Probabilities, language: str | None
    ) -> Recognizer:
        options = TranscribeOptions(language=language, beam_size=self.options.beam_size)
        return Recognizer(self._transcriber, audio, probabilities, options)


def build_engine(options: TranscriptionOptions) -> TranscriptionEngine:
    """Check names and model folders and make an engine to keep for the life of the process.

    Raises:
        KeyError: a backend's name is unknown.
        BackendNotInstalled: `model_not_available`.
    """
    return TranscriptionEngine(options)


def transcribe(path: Path, options: TranscriptionOptions, progress: Progress = no_progress) -> Transcript:
    """One recording with a fresh engine; see `TranscriptionEngine.listen`."""
    return build_engine(options).transcribe(path, progress)


def _language(value: str) -> str | None:
    return None if value in {"", "auto"} else value.partition("-")[0].lower()


def _speech_or_refuse(probabilities: Probabilities) -> list[SpeechSpan]:
    speech = speech_spans(probabilities)
    if sum(span.length_ms for span in speech) < _LEAST_SPEECH_MS:
        raise PermanentError(ErrorCode.NO_SPEECH, "No speech was heard in the recording.")
    return speech


def _with_missing(coverage: Coverage, missing: Sequence[tuple[int, int]]) -> Coverage:
    """Spans that could not be decoded are gaps too, whatever was said in them."""
    if not missing:
        return coverage
    gaps = [*coverage.gaps, *(Gap(start_ms=start, end_ms=end) for start, end in missing)]
    return coverage.model_copy(update={"gaps": sorted(gaps, key=lambda gap: gap.start_ms)})


def _transcript(
    spoken: Sequence[SpokenSegment],
    roles: dict[str, RoleGuess],
    *,
    language: str,
    duration_ms: int,
    coverage: Coverage,
    engine: str,
    model: str,
) -> Transcript:
    names = {name: f"S{number}" for number, name in enumerate(dict.fromkeys(i.speaker for i in spoken), 1)}
    speakers = {
        names[name]: Speaker(role=roles[name].role, role_confidence=roles[name].confidence) for name in names
    }
    segments = [
        Segment(
            id=str(uuid4()),
            index=index,
            speaker=names[item.speaker],
            role=speakers[names[item.speaker]].role,
            start_ms=item.start_ms,
            end_ms=item.end_ms,
            text=item.text,
            confidence=round(sum(word.confidence for word in item.words) / len(item.words), 4),
            words=[word.model_copy(update={"text": word.text.strip()}) for word in item.words],
        )
        for index, item in enumerate(item for item in spoken if item.text)
    ]
    return Transcript(
        language=language,
        duration_ms=duration_ms,
        engine=engine,
        model=model,
        segments=segments,
        speakers=speakers,
        coverage=coverage,
    )
