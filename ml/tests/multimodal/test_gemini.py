"""The real client library against a local server with scripted answers."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
from google.oauth2.credentials import Credentials
from pydantic import BaseModel

from ml.errors import ErrorCode, PermanentError, TransientError
from ml.llm.base import GenerationOptions
from ml.multimodal.base import Clip, MultimodalModel
from ml.multimodal.gemini import Gemini
from ml.schemas.chat import ChatMessage
from ml.tests.multimodal.gemini_stand_in import Reply, StandIn, gemini_stand_in, in_order

ASK = [
    ChatMessage(role="system", content="Label."),
    ChatMessage(role="user", content="Which mood?"),
]


class Mood(BaseModel):
    mood: str


def model(server: StandIn, timeout_s: float = 10.0) -> Gemini:
    return Gemini(
        model="gemini-test",
        project="p",
        location="europe-west1",
        base_url=server.url,
        credentials=Credentials(token="t"),
        timeout_s=timeout_s,
    )


def test_clip_words_and_schema_reach_the_server_and_tokens_come_back(tmp_path: Path) -> None:
    clip = tmp_path / "c.mp4"
    clip.write_bytes(b"moving pictures")
    with gemini_stand_in(in_order(Reply('{"mood": "calm"}'))) as server:
        gemini = model(server)
        assert isinstance(gemini, MultimodalModel)
        answer = gemini.complete(ASK, GenerationOptions(max_tokens=99), Mood, clip=Clip(clip))
        gemini.close()
    assert answer.text == '{"mood": "calm"}'
    assert (answer.usage.prompt_tokens, answer.usage.completion_tokens) == (1000, 50)
    (path,) = server.paths
    assert "/projects/p/locations/europe-west1/publishers/google/models/gemini-test:generateContent" in path
    (body,) = server.requests
    video, words = body["contents"][0]["parts"]
    assert base64.b64decode(video["inlineData"]["data"]) == b"moving pictures"
    assert words["text"] == "Which mood?"
    assert body["systemInstruction"]["parts"][0]["text"] == "Label."
    assert body["generationConfig"]["responseSchema"]["properties"]["mood"]["type"] == "STRING"
    assert body["generationConfig"]["maxOutputTokens"] == 99


def test_a_clip_in_a_bucket_is_read_by_the_model_itself(tmp_path: Path) -> None:
    with gemini_stand_in(in_order(Reply("{}"))) as server:
        model(server).complete(ASK, clip=Clip(tmp_path / "absent.mp4", uri="gs://b/c.mp4"))
    part = server.requests[0]["contents"][0]["parts"][0]
    assert set(part["fileData"].values()) == {"gs://b/c.mp4", "video/mp4"}


def test_a_clip_that_does_not_fit_into_a_request_is_refused_unsent(tmp_path: Path) -> None:
    clip = tmp_path / "c.mp4"
    with clip.open("wb") as file:
        file.truncate(15_000_000)
    with gemini_stand_in(in_order(Reply("{}"))) as server, pytest.raises(PermanentError) as caught:
        model(server).complete(ASK, clip=Clip(clip))
    assert caught.value.code is ErrorCode.UNSUPPORTED_MEDIA
    assert server.requests == []


@pytest.mark.parametrize(
    ("reply", "kind", "code", "retry_after_s"),
    [
        (Reply(status=429, headers={"Retry-After": "7"}), TransientError, "model_not_available", 7.0),
        (Reply(status=500), TransientError, "model_not_available", None),
        (Reply(status=503, raw="<html>"), TransientError, "model_not_available", None),
        (Reply(raw="no json"), TransientError, "model_not_available", None),
        (Reply(delay_s=1.0), TransientError, "model_timeout", None),
        (Reply(status=403), PermanentError, "model_not_available", None),
        (Reply(status=400), PermanentError, "validation_error", None),
    ],
)
def test_failures_keep_their_kind_and_are_asked_once(
    reply: Reply, kind: type[Exception], code: str, retry_after_s: float | None
) -> None:
    with gemini_stand_in(in_order(reply)) as server, pytest.raises(kind) as caught:
        model(server, timeout_s=0.3).complete(ASK)
    assert caught.value.code.value == code  # type: ignore[attr-defined]
    assert getattr(caught.value, "retry_after_s", None) == retry_after_s
    assert len(server.requests) == 1
    assert "mood" not in str(caught.value)


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (Reply(block_reason="PROHIBITED_CONTENT"), "refused:prohibited_content"),
        (Reply(finish_reason="SAFETY"), "refused:safety"),
        (Reply("{", finish_reason="MAX_TOKENS"), "length"),
        (Reply(""), "stop"),
    ],
)
def test_blocked_and_cut_answers_say_so_and_are_counted(reply: Reply, reason: str) -> None:
    with gemini_stand_in(in_order(reply)) as server:
        answer = model(server).complete(ASK)
    assert answer.finish_reason == reason
    assert answer.usage.prompt_tokens == 1000


def test_a_server_that_is_away_may_come_back() -> None:
    with gemini_stand_in(in_order(Reply())) as server:
        gone = model(server)
    with pytest.raises(TransientError) as caught:
        gone.complete(ASK)
    assert caught.value.code is ErrorCode.MODEL_NOT_AVAILABLE
