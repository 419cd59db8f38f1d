"""A local server that answers as vLLM does about models and adapters (its documentation, 0.11 on).

- GET /v1/models lists the base model with its `max_model_len`, and each loaded adapter with its `parent`.
- A request for another name is 404 with an `error` of type NotFoundError.
- POST /v1/load_lora_adapter and /v1/unload_lora_adapter answer a sentence; a name that is loaded
  already is 400.
- `response_format: json_schema` binds the answer, which here is the schema's smallest instance.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from ml.tests.loopback import QuietHandler, on_loopback

BASE = "Qwen/Qwen2.5-7B-Instruct"


@dataclass
class VLLM:
    """The running server; `adapters` are name and folder."""

    url: str = ""
    adapters: dict[str, str] = field(default_factory=dict)
    asked: list[dict[str, Any]] = field(default_factory=list)

    def models(self) -> dict[str, Any]:
        base = {
            "id": BASE,
            "object": "model",
            "created": 0,
            "owned_by": "vllm",
            "root": BASE,
            "max_model_len": 8192,
        }
        adapters = [
            {"id": name, "object": "model", "created": 0, "owned_by": "vllm", "root": path, "parent": BASE}
            for name, path in self.adapters.items()
        ]
        return {"object": "list", "data": [base, *adapters]}

    def answer(self, path: str, body: dict[str, Any]) -> tuple[int, Any]:
        match path.removeprefix("/v1/"):
            case "load_lora_adapter" | "unload_lora_adapter":
                return self._adapters(body, load=path.endswith("/load_lora_adapter"))
            case "chat/completions":
                self.asked.append(body)
                known = body["model"] == BASE or body["model"] in self.adapters
                return (
                    (200, self._chat(body))
                    if known
                    else _error(f"The model `{body['model']}` does not exist.", 404)
                )
        return _error("Not Found", 404)

    def _adapters(self, body: dict[str, Any], *, load: bool) -> tuple[int, Any]:
        name = body["lora_name"]
        if load == (name in self.adapters):
            return _error("It has already been loaded.", 400) if load else _error("It cannot be found.", 404)
        if load:
            self.adapters[name] = body["lora_path"]
            return 200, f"Success: LoRA adapter '{name}' added successfully."
        del self.adapters[name]
        return 200, f"Success: LoRA adapter '{name}' removed successfully."

    def _chat(self, body: dict[str, Any]) -> dict[str, Any]:
        wanted = body.get("response_format")
        text = f"said by {body['model']}"
        if wanted is not None:
            assert wanted["type"] == "json_schema"
            properties = wanted["json_schema"]["schema"]["properties"]
            text = json.dumps({name: text[: kind.get("maxLength", 99)] for name, kind in properties.items()})
        return {
            "id": "chatcmpl-1", "object": "chat.completion", "created": 0, "model": body["model"],
            "choices": [
                {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": text}}
            ],
            "usage": {"prompt_tokens": 3, "completion_tokens": 2, "total_tokens": 5},
        }  # fmt: skip


@contextmanager
def vllm_server(**adapters: str) -> Iterator[VLLM]:
    """The server on a free port of 127.0.0.1 with these adapters loaded."""
    state = VLLM(adapters=dict(adapters))

    class Handler(QuietHandler):
        def do_GET(self) -> None:
            self._say(200, state.models()) if self.path == "/v1/models" else self._say(404, {})

        def do_POST(self) -> None:
            self._say(*state.answer(self.path, json.loads(self.body())))

        def _say(self, status: int, said: Any) -> None:
            plain = isinstance(said, str)
            raw = (said if plain else json.dumps(said)).encode()
            self.answer(status, raw, "text/plain" if plain else "application/json")

    with on_loopback(Handler) as address:
        state.url = f"{address}/v1"
        yield state


def _error(message: str, status: int) -> tuple[int, dict[str, Any]]:
    kind = "NotFoundError" if status == 404 else "InvalidUserInput"
    return status, {"error": {"message": message, "type": kind, "param": None, "code": status}}
