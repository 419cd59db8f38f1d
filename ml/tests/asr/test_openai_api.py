"""The OpenAI-compatible recognizer against a stand-in server."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from ml.asr.base import TranscribeOptions
from ml.asr.openai_api import OpenAITranscriptions
from ml.errors import ErrorCode, MLError, PermanentError, TransientError
from ml.tests.asr.stand_in import ANSWER, StandIn, stand_in_server

SAMPLES = np.zeros(32_000, np.float32)


@pytest.fixture
def server() -> Iterator[StandIn]:
    with stand_in_server() as told:
        yield told


def _transcriber(server: StandIn, timeout_s: float = 5.0) -> OpenAITranscriptions:
    return OpenAITranscriptions(base_url=server.url, model="whisper-large", timeout_s=timeout_s)


def test_the_request_asks_for_words_and_sends_a_wav(server: StandIn) -> None:
    _transcriber(server).transcribe(SAMPLES, TranscribeOptions(language="ar", prompt="Dr. Hansen"))

    request = server.requests[0]
    assert server.paths == ["/v1/audio/transcriptions"]
    for wanted in (b"RIFF", b"verbose_json", b"whisper-large", b"timestamp_granularities", b"Dr. Hansen"):
        assert wanted in request
    assert b'name="language"\r\n\r\nar' in request
    assert len(request) > 2 * len(SAMPLES)


def test_words_get_the_segments_punctuation(server: StandIn) -> None:
    result = _transcriber(server).transcribe(SAMPLES)
    passage = next(result.passages)

    assert result.language == "en"
    assert [word.text for word in passage.words] == [" How", " have", " you", " been", " this", " week?"]
    assert passage.words[1].start_ms == 300
    assert passage.avg_logprob == -0.2


def test_a_server_without_words_gets_times_in_proportion(server: StandIn) -> None:
    server.body = {**ANSWER, "words": None}

    passage = next(_transcriber(server).transcribe(SAMPLES).passages)

    assert len(passage.words) == 6
    assert passage.words[-1].end_ms == 2000


def test_a_server_with_text_only_gives_one_passage(server: StandIn) -> None:
    server.body = {"text": "I did not sleep."}

    passages = list(_transcriber(server).transcribe(SAMPLES).passages)

    assert [passage.text for passage in passages] == ["I did not sleep."]
    assert passages[0].end_ms == 2000


@pytest.mark.parametrize(
    ("status", "kind", "code"),
    [
        (500, TransientError, ErrorCode.MODEL_TIMEOUT),
        (503, TransientError, ErrorCode.MODEL_TIMEOUT),
        (429, TransientError, ErrorCode.MODEL_TIMEOUT),
        (401, PermanentError, ErrorCode.MODEL_NOT_AVAILABLE),
        (404, PermanentError, ErrorCode.MODEL_NOT_AVAILABLE),
        (400, PermanentError, ErrorCode.MODEL_OUTPUT_INVALID),
        (413, PermanentError, ErrorCode.MODEL_OUTPUT_INVALID),
    ],
)
def test_refusals_and_failures(server: StandIn, status: int, kind: type[MLError], code: ErrorCode) -> None:
    server.status = status
    server.body = {"error": {"message": "the patient said something"}}

    with pytest.raises(kind) as caught:
        _transcriber(server).transcribe(SAMPLES)

    assert caught.value.code == code
    assert "patient" not in str(caught.value)
    assert len(server.requests) == 1


def test_a_slow_server_is_transient(server: StandIn) -> None:
    server.delay_s = 0.5

    with pytest.raises(TransientError) as caught:
        _transcriber(server, timeout_s=0.1).transcribe(SAMPLES)

    assert caught.value.code == ErrorCode.MODEL_TIMEOUT


def test_nobody_there_is_transient() -> None:
    with pytest.raises(TransientError):
        OpenAITranscriptions(base_url="http://127.0.0.1:9/v1").transcribe(SAMPLES)


@pytest.mark.parametrize("body", [b"<html>", b"[1, 2]", b'{"segments": [{"text": "x"}]}', b'{"text": null}'])
def test_nonsense_is_invalid_output(server: StandIn, body: bytes) -> None:
    server.body = body

    with pytest.raises(PermanentError) as caught:
        list(_transcriber(server).transcribe(SAMPLES).passages)

    assert caught.value.code == ErrorCode.MODEL_OUTPUT_INVALID
