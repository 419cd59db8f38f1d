"""What every chat model keeps to, and what importing them costs."""

from __future__ import annotations

import subprocess
import sys

import pytest
from pydantic import ValidationError

from ml.errors import ErrorCode, PermanentError, TransientError
from ml.llm.backends import CHAT_MODELS, build_chat_model
from ml.llm.base import ChatModel, GenerationOptions
from ml.llm.fake import FakeChatModel
from ml.llm.openai_compatible import OpenAICompatible
from ml.schemas.chat import ChatMessage, ChatResponse

ASK = [ChatMessage(role="user", content="hello")]


def test_the_registry_lists_the_backends_and_names_an_unknown_one() -> None:
    assert CHAT_MODELS.names() == ["openai_compatible", "packaged_gguf", "transformers_local"]
    with pytest.raises(KeyError, match="openai_compatible"):
        build_chat_model("oracle")


def test_real_and_fake_models_satisfy_the_protocol() -> None:
    model = OpenAICompatible(base_url="http://127.0.0.1:9/v1", model="m")
    assert isinstance(model, ChatModel)
    assert isinstance(FakeChatModel(), ChatModel)
    assert model.capabilities.local
    model.close()
    model.close()


def test_unknown_generation_options_are_refused() -> None:
    with pytest.raises(ValidationError):
        GenerationOptions.model_validate({"max_token": 5})


def test_the_fake_remembers_and_raises_what_is_queued() -> None:
    fake = FakeChatModel(["a", TransientError(ErrorCode.MODEL_TIMEOUT, "late")])
    assert fake.complete(ASK) == ChatResponse(text="a")
    with pytest.raises(TransientError):
        fake.complete(ASK)
    assert fake.history == [ASK, ASK]


def test_the_fake_gives_up_after_one_repair_like_the_real_ones() -> None:
    fake = FakeChatModel(["x", "y"])
    with pytest.raises(PermanentError) as caught:
        fake.structured(ASK, GenerationOptions)
    assert caught.value.code is ErrorCode.MODEL_OUTPUT_INVALID


def test_importing_the_registry_loads_no_heavy_library() -> None:
    code = (
        "import sys, ml.llm.backends, ml.reporting.draft;"
        "heavy = {'openai','xllamacpp','torch','transformers','ctranslate2','tokenizers'} & set(sys.modules);"
        "sys.exit(','.join(sorted(heavy)) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
