"""AssemblyAI's transcription with speaker labels, by its own library; roles are still decided here."""

from __future__ import annotations

import json
import time
import wave
from collections.abc import Callable
from decimal import Decimal
from math import ceil
from pathlib import Path
from typing import Any, TypeVar

from dataset.backoff import is_transient, retry_after_s, status_of, with_backoff
from dataset.errors import Quarantine, StopRun, TransientService
from dataset.extraction.config import ExtractionConfig, Services
from dataset.ledger import Ledger
from dataset.manifest import sha256_of, work_key
from dataset.workspace import write_text
from ml.errors import ErrorCode, PermanentError
from ml.schemas.transcript import Coverage, Segment, Speaker, Transcript, Word
from ml.transcription.roles import guess_roles

T = TypeVar("T")

SERVICE = "assemblyai"
_LEAST_SPEECH_MS = 300
_LONGEST_WAIT_S = 4 * 3600.0


class AssemblyAISpeech:
    """Jobs at AssemblyAI. A job's id is written down when it is made: a killed run asks for its result
    instead of paying again.

    Args:
        config: language and number of speakers.
        services: key, address, model, pauses.
        ledger: its budget is asked before each job.
        jobs: folder of the ids.
        usd_per_hour: the price of the model.
        sleep: how pauses are made.
    """

    name = SERVICE

    def __init__(
        self,
        config: ExtractionConfig,
        services: Services,
        ledger: Ledger,
        jobs: Path,
        *,
        usd_per_hour: Decimal,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.model = services.assemblyai_model
        self._config = config
        self._services = services
        self._ledger = ledger
        self._jobs = jobs
        self._price = usd_per_hour
        self._sleep = sleep
        self._made: Any = None

    def ready(self) -> None:
        self._client()

    def close(self) -> None:
        if self._made is not None:
            self._made.http_client.close()
            self._made = None

    def estimate(self, seconds: float) -> Decimal:
        """What a recording of this length costs, in US dollars."""
        return self._price * Decimal(ceil(seconds)) / 3600

    def transcribe(self, audio: Path, item: str) -> Transcript:
        """Raises:
        PermanentError: `no_speech`, found before anything is paid.
        Quarantine: `transcription_failed`; the service could not read the sound.
        BudgetReached: see `Ledger.check`.
        StopRun: `key_missing`, `key_refused`.
        TransientService: the service stayed away or the job took over four hours.
        """
        key = work_key(
            audio=sha256_of(audio),
            model=self.model,
            language=self._config.language,
            speakers=self._config.speakers_expected,
        )
        file = self._jobs / f"{key}.json"
        if file.is_file():
            job = str(json.loads(file.read_text(encoding="utf-8"))["id"])
        else:
            job = self._submit(audio, item, file)
        answer = self._wait(job)
        if answer["status"] == "error":
            file.unlink()
            raise Quarantine("AssemblyAI could not transcribe it.", "transcription_failed")
        return transcript_of(answer, duration_ms=_length_ms(audio), model=self.model)

    def _submit(self, audio: Path, item: str, file: Path) -> str:
        from assemblyai import api, types
        from assemblyai.prerecorded.v2.api import create_transcript

        _refuse_silence(audio)
        seconds = ceil(_length_ms(audio) / 1000)
        usd = self.estimate(seconds)
        self._ledger.check(usd)
        client = self._client().http_client

        def upload() -> str:
            with audio.open("rb") as sound:
                return str(api.upload_file(client, sound))

        address = self._patiently(upload)
        wanted: dict[str, Any] = {"audio_url": address, "speaker_labels": True, "speech_models": [self.model]}
        if self._config.language == "auto":
            wanted["language_detection"] = True
        else:
            wanted["language_code"] = self._config.language
        if self._config.speakers_expected is not None:
            wanted["speakers_expected"] = self._config.speakers_expected
        request = types.TranscriptRequest(**wanted)

        def create() -> str:
            paid = Decimal(0)
            try:
                job = str(create_transcript(client, request).id)
                paid = usd
                write_text(file, json.dumps({"id": job}))
                return job
            finally:
                self._ledger.spend(item, "transcript", SERVICE, self.model, input_units=seconds, usd=paid)

        return self._patiently(create)

    def _wait(self, job: str) -> dict[str, Any]:
        from assemblyai.prerecorded.v2.api import get_transcript

        client = self._client().http_client
        for _ in range(round(_LONGEST_WAIT_S / self._services.poll_s)):
            answer = self._patiently(lambda: get_transcript(client, job))
            if answer.status.value in {"completed", "error"}:
                return dict(json.loads(answer.json()))
            self._sleep(self._services.poll_s)
        raise TransientService("The transcription job did not come to an end.")

    def _patiently(self, call: Callable[[], T]) -> T:
        """The library keeps an answer's headers apart from its error: they are joined for the pauses."""

        def once() -> T:
            try:
                return call()
            except Exception as error:
                response = self._client().last_response
                if status_of(error) is None or response is None or not is_transient(error):
                    raise
                raise TransientService(
                    f"AssemblyAI answered {status_of(error)}.", retry_after_s(_Answered(response))
                ) from None

        try:
            return with_backoff(
                once, attempts=self._services.attempts, base_s=self._services.backoff_s, sleep=self._sleep
            )
        except Exception as error:
            if status_of(error) is None:
                raise
            raise StopRun(
                f"AssemblyAI refused the request (status {status_of(error)}).", "key_refused"
            ) from None

    def _client(self) -> Any:
        if self._made is None:
            if not self._services.assemblyai_api_key:
                raise StopRun("ASSEMBLYAI_API_KEY is not set.", "key_missing")
            import assemblyai

            settings = assemblyai.Settings(
                api_key=self._services.assemblyai_api_key,
                base_url=self._services.assemblyai_base_url,
                http_timeout=self._services.timeout_s,
            )
            self._made = assemblyai.Client(settings=settings)
        return self._made


class _Answered(Exception):
    def __init__(self, response: Any) -> None:
        super().__init__()
        self.response = response


def transcript_of(answer: dict[str, Any], *, duration_ms: int, model: str) -> Transcript:
    """AssemblyAI's utterances as our record.

    Raises:
        PermanentError: `no_speech`; it heard nothing.
    """
    utterances = [one for one in answer.get("utterances") or [] if one["text"].strip()]
    if not utterances:
        raise PermanentError(ErrorCode.NO_SPEECH, "Nothing that was said could be recognized.")
    language = str(answer.get("language_code") or "en").partition("_")[0].partition("-")[0]
    names = {
        name: f"S{number}"
        for number, name in enumerate(dict.fromkeys(str(one["speaker"]) for one in utterances), 1)
    }
    guesses = guess_roles([(names[str(one["speaker"])], one["text"]) for one in utterances], language)
    segments = [
        Segment(
            id=f"s{index:04d}",
            index=index,
            speaker=names[str(one["speaker"])],
            role=guesses[names[str(one["speaker"])]].role,
            start_ms=one["start"],
            end_ms=one["end"],
            text=one["text"].strip(),
            confidence=round(one["confidence"], 4),
            words=[
                Word(
                    start_ms=word["start"],
                    end_ms=word["end"],
                    text=word["text"],
                    confidence=round(word["confidence"], 4),
                )
                for word in one["words"]
            ],
        )
        for index, one in enumerate(utterances)
    ]
    spoken = sum(segment.end_ms - segment.start_ms for segment in segments)
    return Transcript(
        language=language,
        duration_ms=duration_ms,
        engine=SERVICE,
        model=model,
        segments=segments,
        speakers={
            name: Speaker(role=guess.role, role_confidence=guess.confidence)
            for name, guess in guesses.items()
        },
        coverage=Coverage(speech_ms=spoken, transcribed_ms=spoken),
    )


def _refuse_silence(audio: Path) -> None:
    from ml.audio.decode import decode
    from ml.audio.vad import speech_probabilities, speech_spans

    with decode(audio) as sound:
        spans = speech_spans(speech_probabilities(sound))
    if sum(span.length_ms for span in spans) < _LEAST_SPEECH_MS:
        raise PermanentError(ErrorCode.NO_SPEECH, "No speech was heard in the recording.")


def _length_ms(audio: Path) -> int:
    with wave.open(str(audio), "rb") as sound:
        return sound.getnframes() * 1000 // sound.getframerate()
