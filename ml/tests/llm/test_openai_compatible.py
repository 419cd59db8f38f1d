from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from pydantic import BaseModel, Field

from ml.errors import ErrorCode, PermanentError, TransientError
from ml.llm.base import GenerationOptions
from ml.llm.openai_compatible import OpenAICompatible
from ml.schemas.chat import ChatMessage
from ml.tests.llm.misbehaving_server import Reply, StandIn, stand_in

ASK = [ChatMessage(role="user", content="Change the person: I am well.")]


class Sentence(BaseModel):
    text: str = Field(max_length=40)


@contextmanager
def model_on(server: StandIn, **options: float) -> Iterator[OpenAICompatible]:
    model = OpenAICompatible(base_url=server.url, model="stand-in", api_key="k", **options)  # type: ignore[arg-type]
    try:
        yield model
    finally:
        model.close()


def test_complete_sends_the_messages_and_reads_text_and_usage() -> None:
    with stand_in(Reply(text="Client is well.")) as server, model_on(server) as model:
        answer = model.complete(ASK, GenerationOptions(max_tokens=9))
    assert (answer.text, answer.finish_reason, answer.usage.completion_tokens) == (
        "Client is well.",
        "stop",
        2,
    )
    assert server.requests[0]["messages"] == [{"role": "user", "content": ASK[0].content}]
    assert server.requests[0]["max_tokens"] == 9
    assert server.keys == ["Bearer k"]


def test_structured_binds_the_answer_to_the_schema() -> None:
    with stand_in(Reply(text='{"text": "Client is well."}')) as server, model_on(server) as model:
        assert model.structured(ASK, Sentence).text == "Client is well."
    bound = server.requests[0]["response_format"]["json_schema"]["schema"]
    assert bound["properties"]["text"]["maxLength"] == 40


def test_nonsense_is_repaired_once() -> None:
    good = Reply(text='Here you are: {"text": "Client is well."}')
    with stand_in(Reply(text="banana"), good) as server, model_on(server) as model:
        assert model.structured(ASK, Sentence).text == "Client is well."
    assert "not valid JSON" in server.requests[1]["messages"][-1]["content"]


@pytest.mark.parametrize(
    "reply",
    [
        Reply(text="banana"),
        Reply(text=""),
        Reply(text='{"text": "' + "x" * 41 + '"}'),
        Reply(text='{"text": "cut of', finish_reason="length"),
        Reply(raw="<html>proxy</html>"),
        Reply(raw='{"choices": []}'),
        Reply(raw="{}"),
    ],
)
def test_nonsense_that_stays_ends_with_its_code(reply: Reply) -> None:
    with stand_in(reply) as server, model_on(server) as model, pytest.raises(PermanentError) as caught:
        model.structured(ASK, Sentence)
    assert caught.value.code is ErrorCode.MODEL_OUTPUT_INVALID
    assert "banana" not in str(caught.value)
    assert len(server.requests) <= 2


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_busy_or_broken_server_may_be_asked_again(status: int) -> None:
    with (
        stand_in(Reply(status=status, raw='{"error": {"message": "I am well."}}')) as server,
        model_on(server) as model,
        pytest.raises(TransientError) as caught,
    ):
        model.complete(ASK)
    assert caught.value.code is ErrorCode.MODEL_NOT_AVAILABLE
    # The body of an error may quote the prompt; it must not travel on.
    assert "well" not in str(caught.value)


@pytest.mark.parametrize("status", [400, 401, 404])
def test_a_refused_request_is_permanent(status: int) -> None:
    with (
        stand_in(Reply(status=status, raw="{}")) as server,
        model_on(server) as model,
        pytest.raises(PermanentError) as caught,
    ):
        model.complete(ASK)
    assert caught.value.code is ErrorCode.MODEL_NOT_AVAILABLE


def test_a_server_that_hangs_times_out() -> None:
    with (
        stand_in(Reply(text="late", delay_s=1.0)) as server,
        model_on(server, timeout_s=0.2) as model,
        pytest.raises(TransientError) as caught,
    ):
        model.complete(ASK)
    assert caught.value.code is ErrorCode.MODEL_TIMEOUT


def test_nobody_listening_is_transient() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        model = OpenAICompatible(base_url=f"http://127.0.0.1:{taken.getsockname()[1]}/v1", model="m")
        with pytest.raises(TransientError) as caught:
            model.complete(ASK)
        model.close()
    assert caught.value.code is ErrorCode.MODEL_NOT_AVAILABLE


def test_the_deadline_covers_answer_and_repair_together() -> None:
    with (
        stand_in(Reply(text="banana", delay_s=0.3)) as server,
        model_on(server) as model,
        pytest.raises(TransientError) as caught,
    ):
        model.structured(ASK, Sentence, GenerationOptions(timeout_s=0.45))
    assert caught.value.code is ErrorCode.MODEL_TIMEOUT


def test_no_word_of_a_prompt_or_an_answer_reaches_a_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    with stand_in(Reply(text="Client is secretive.")) as server, model_on(server) as model:
        model.complete(ASK)
    assert "well" not in caplog.text and "secretive" not in caplog.text
