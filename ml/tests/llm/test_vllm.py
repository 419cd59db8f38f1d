"""Adapters by name on a server that behaves as vLLM does, from the setting to the answer."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest
from pydantic import BaseModel, Field

from ml.errors import BackendNotInstalled
from ml.llm.adapters import with_adapter
from ml.llm.backends import build_chat_model
from ml.schemas.chat import ChatMessage
from ml.tests.llm.vllm_stand_in import BASE, VLLM, vllm_server
from ml.tests.weights.test_adapters import promote, put

ASK = [ChatMessage(role="user", content="Change the person: I am well.")]


class Sentence(BaseModel):
    text: str = Field(max_length=60)


def _ask(server: VLLM, adapter: str, root: Path) -> str:
    options = with_adapter("openai_compatible", {"base_url": server.url, "model": BASE}, adapter, root)
    model = build_chat_model("openai_compatible", **options)
    try:
        return model.structured(ASK, Sentence).text
    finally:
        model.close()


@pytest.fixture
def adapters(tmp_path: Path) -> Path:
    for name, before in (("march", ""), ("april", "march")):
        put(tmp_path, name, name.encode())
        promote(tmp_path, name, before)
    return tmp_path


def test_the_named_adapter_answers_and_the_former_name_switches_back(adapters: Path) -> None:
    with vllm_server(march="/adapters/march", april="/adapters/april") as server:
        assert _ask(server, "april", adapters) == "said by april"
        assert _ask(server, "march", adapters) == "said by march"
        assert _ask(server, "", adapters) == f"said by {BASE}"
    assert {body["response_format"]["type"] for body in server.asked} == {"json_schema"}


def test_an_adapter_that_the_server_has_not_loaded_is_named_with_those_it_has(adapters: Path) -> None:
    with (
        vllm_server(march="/adapters/march") as server,
        pytest.raises(BackendNotInstalled, match=f"'april'.*It serves: {BASE}, march"),
    ):
        _ask(server, "april", adapters)


def test_an_adapter_loaded_while_it_runs_serves_from_then_on(adapters: Path) -> None:
    with vllm_server() as server:
        loading = {"lora_name": "march", "lora_path": str(adapters / "march")}
        assert httpx.post(f"{server.url}/load_lora_adapter", json=loading).status_code == 200
        assert _ask(server, "march", adapters) == "said by march"


def test_a_server_without_a_list_is_still_a_clear_refusal(adapters: Path) -> None:
    with vllm_server() as server:
        model = build_chat_model("openai_compatible", base_url=f"{server.url}/nowhere", model="m")
        with pytest.raises(BackendNotInstalled, match="it does not say which"):
            model.complete(ASK)
        model.close()
