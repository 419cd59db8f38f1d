"""Any server with OpenAI's transcription call: OpenAI, speaches, vLLM, whisper.cpp's server.

The request asks for words and segments with times (``verbose_json``). A server that gives only
segments gets word times in proportion; one that gives only text gets one passage.
"""

from __future__ import annotations

import io
import threading
import wave
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from ml.asr.base import (
    DEFAULT_OPTIONS,
    SAMPLE_RATE,
    Passage,
    Samples,
    TranscribeOptions,
    Transcription,
    spread_words,
)
from ml.errors import BackendNotInstalled, ErrorCode, PermanentError, TransientError
from ml.schemas.transcript import Word

_LATER = {408, 409, 425, 429}
_NO_SPACE = ("zh", "ja", "th", "lo", "my", "yue")
# verbose_json names languages in English; a few servers send codes.
_CODES = {
    "english": "en", "arabic": "ar", "german": "de", "french": "fr", "spanish": "es", "italian": "it",
    "portuguese": "pt", "dutch": "nl", "turkish": "tr", "russian": "ru", "chinese": "zh", "japanese": "ja",
    "korean": "ko", "hindi": "hi", "urdu": "ur", "persian": "fa", "hebrew": "he", "polish": "pl",
    "ukrainian": "uk", "swedish": "sv", "greek": "el", "romanian": "ro", "czech": "cs", "hungarian": "hu",
}  # fmt: skip


class OpenAITranscriptions:
    """A server at `base_url`; timeouts and its own failures are transient, refusals permanent."""

    engine = "openai-api"

    def __init__(
        self,
        *,
        base_url: str | None = None,
        api_key: str = "none",
        model: str = "whisper-1",
        timeout_s: float = 600.0,
        models_dir: Path | None = None,
        device: str = "auto",
    ) -> None:
        self.model = model
        self._base_url = base_url
        self._api_key = api_key
        self._timeout_s = timeout_s
        self._client: Any = None
        self._lock = threading.Lock()

    def transcribe(self, samples: Samples, options: TranscribeOptions = DEFAULT_OPTIONS) -> Transcription:
        import openai

        wanted: dict[str, Any] = {
            "model": self.model,
            "file": ("clip.wav", _wav(samples), "audio/wav"),
            "response_format": "verbose_json",
            "timestamp_granularities": ["word", "segment"],
            "temperature": options.temperatures[0],
        }
        if options.language:
            wanted["language"] = options.language
        if options.prompt:
            wanted["prompt"] = options.prompt
        try:
            answer = self._open().audio.transcriptions.create(**wanted)
        except openai.APITimeoutError:
            raise TransientError(
                ErrorCode.MODEL_TIMEOUT, "The transcription server did not answer in time."
            ) from None
        except openai.APIConnectionError:
            raise TransientError(
                ErrorCode.MODEL_TIMEOUT, "The transcription server cannot be reached."
            ) from None
        except openai.APIStatusError as error:
            raise _refusal(error.status_code) from None
        except (openai.OpenAIError, ValueError):
            raise PermanentError(
                ErrorCode.MODEL_OUTPUT_INVALID, "The transcription server's answer cannot be read."
            ) from None
        return _transcription(answer, options.language, len(samples) * 1000 // SAMPLE_RATE)

    def _open(self) -> Any:
        with self._lock:
            if self._client is None:
                import openai

                # Attempts are counted by the caller's work record, not hidden in the client.
                self._client = openai.OpenAI(
                    base_url=self._base_url, api_key=self._api_key, timeout=self._timeout_s, max_retries=0
                )
            return self._client


def _refusal(status: int) -> Exception:
    if status >= 500 or status in _LATER:
        return TransientError(
            ErrorCode.MODEL_TIMEOUT, f"The transcription server failed (HTTP status {status})."
        )
    if status in {401, 403, 404}:
        return BackendNotInstalled(
            f"The transcription server refused the key or does not have the model (HTTP status {status})."
        )
    return PermanentError(
        ErrorCode.MODEL_OUTPUT_INVALID,
        f"The transcription server refused the request (HTTP status {status}).",
    )


def _wav(samples: Samples) -> bytes:
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(SAMPLE_RATE)
        file.writeframes((np.clip(samples, -1.0, 1.0) * 32767).astype("<i2").tobytes())
    return buffer.getvalue()


def _transcription(answer: Any, wanted: str | None, length_ms: int) -> Transcription:
    try:
        body = answer if isinstance(answer, dict) else answer.model_dump()
        named = str(body.get("language") or wanted or "en").lower()
        language = _CODES.get(named, named if len(named) <= 3 else (wanted or "en"))
        passages = list(_passages(body, language, length_ms))
    except (AttributeError, KeyError, TypeError, ValueError):
        raise PermanentError(
            ErrorCode.MODEL_OUTPUT_INVALID, "The transcription server's answer cannot be read."
        ) from None
    return Transcription(language, 1.0, iter(passages))


def _passages(body: dict[str, Any], language: str, length_ms: int) -> Iterator[Passage]:
    space = "" if language in _NO_SPACE else " "
    words = [
        Word(
            start_ms=round(word["start"] * 1000),
            end_ms=round(word["end"] * 1000),
            text=space + str(word["word"]).strip(),
            confidence=float(word.get("probability") or 1.0),
        )
        for word in body.get("words") or ()
    ]
    segments = body.get("segments") or ([{"start": 0, "end": length_ms / 1000, "text": body["text"]}])
    for number, segment in enumerate(segments):
        start, end = round(segment["start"] * 1000), round(segment["end"] * 1000)
        text = segment["text"].strip()
        if not text:
            continue
        last = number + 1 == len(segments)
        first = number == 0
        mine = [
            word
            for word in words
            if (first or (word.start_ms + word.end_ms) // 2 >= start)
            and (last or (word.start_ms + word.end_ms) // 2 < round(segments[number + 1]["start"] * 1000))
        ]
        yield Passage(
            start_ms=start,
            end_ms=end,
            text=text,
            words=_punctuated(mine, text) or spread_words(text, start, end),
            avg_logprob=float(segment.get("avg_logprob") or 0.0),
            no_speech_prob=float(segment.get("no_speech_prob") or 0.0),
            compression_ratio=float(segment.get("compression_ratio") or 1.0),
        )


def _punctuated(words: list[Word], text: str) -> tuple[Word, ...]:
    """Words as the segment writes them: OpenAI's word list comes without punctuation."""
    tokens = text.split()
    if len(tokens) != len(words):
        return tuple(words)
    return tuple(
        word.model_copy(update={"text": f" {token}"}) for word, token in zip(words, tokens, strict=True)
    )
