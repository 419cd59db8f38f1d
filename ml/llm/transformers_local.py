"""A model run in this process by transformers, with a LoRA adapter on top if one was trained.

Needs torch and transformers (and peft for an adapter): the `transformers` extra. The schema is
asked for in the prompt and the answer validated, as decoding is not bound to it here.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from ml.device import torch_device
from ml.device_failures import device_failure
from ml.errors import BackendNotInstalled, ErrorCode, TransientError
from ml.llm.base import DEFAULT_OPTIONS, Capabilities, GenerationOptions, SchemaT
from ml.llm.structured import ask_structured, with_schema
from ml.llm.usage import answered
from ml.schemas.chat import ChatMessage, ChatResponse, Usage


class TransformersLocal:
    """A causal language model of transformers.

    Args:
        model_path: a folder with weights and tokenizer, or a hub name where a hub is reachable.
        adapter_path: a PEFT LoRA adapter that is put on top.
        device: "auto", "cpu", "cuda" or "mps".
        timeout_s: seconds one answer may take.

    Raises:
        BackendNotInstalled: torch or transformers is missing, or the model cannot be read.
    """

    def __init__(
        self,
        *,
        model_path: str | Path,
        adapter_path: str | Path | None = None,
        device: str = "auto",
        timeout_s: float = 120.0,
    ) -> None:
        try:
            import torch
            import transformers
        except ImportError as error:
            raise BackendNotInstalled(
                f"The backend 'transformers_local' needs the library {error.name!r}, which is not installed."
            ) from None
        self.name = Path(model_path).name + (f"+{Path(adapter_path).name}" if adapter_path else "")
        self.capabilities = Capabilities(counts_tokens=True)
        self._torch = torch
        self._transformers = transformers
        self._timeout_s = timeout_s
        self._lock = threading.Lock()
        chosen = torch_device(device)
        try:
            self._tokenizer: Any = transformers.AutoTokenizer.from_pretrained(str(model_path))
            model: Any = transformers.AutoModelForCausalLM.from_pretrained(
                str(model_path), dtype=getattr(torch, chosen.compute_type)
            )
        except (OSError, ValueError):
            raise BackendNotInstalled(f"The model {self.name!r} cannot be loaded.") from None
        if adapter_path is not None:
            model = _with_adapter(model, adapter_path)
        with _device_errors(torch):
            self._model = model.to(chosen.torch_name).eval()

    def complete(
        self,
        messages: Sequence[ChatMessage],
        options: GenerationOptions = DEFAULT_OPTIONS,
        schema: type[BaseModel] | None = None,
    ) -> ChatResponse:
        """The model's answer as text; a schema stands in the prompt.

        Raises:
            TransientError: `model_timeout`; what was written until then is thrown away.
                `out_of_memory`: one answer is worked on at a time, so nothing smaller can be tried.
        """
        messages = messages if schema is None else with_schema(messages, schema)
        torch = self._torch
        limit = options.timeout_s or self._timeout_s
        inputs = self._tokenizer.apply_chat_template(
            [message.model_dump() for message in messages],
            add_generation_prompt=True,
            return_tensors="pt",
            return_dict=True,
        ).to(self._model.device)
        sampling: dict[str, Any] = {"do_sample": options.temperature > 0}
        if options.temperature > 0:
            sampling["temperature"] = options.temperature
        began = time.monotonic()
        with self._lock, _device_errors(torch), torch.inference_mode():
            if options.seed is not None:
                torch.manual_seed(options.seed)
            output = self._model.generate(
                **inputs, max_new_tokens=options.max_tokens, max_time=limit, **sampling
            )
        prompt_tokens = int(inputs["input_ids"].shape[1])
        written = output[0, prompt_tokens:]
        finished = self._ended(written)
        if not finished and len(written) < options.max_tokens and time.monotonic() - began >= limit:
            raise TransientError(ErrorCode.MODEL_TIMEOUT, "The local model did not answer in time.")
        usage = Usage(prompt_tokens=prompt_tokens, completion_tokens=len(written))
        answered(usage, time.monotonic() - began)
        return ChatResponse(
            text=self._tokenizer.decode(written, skip_special_tokens=True),
            finish_reason="stop" if finished else "length",
            usage=usage,
        )

    def structured(
        self,
        messages: Sequence[ChatMessage],
        schema: type[SchemaT],
        options: GenerationOptions = DEFAULT_OPTIONS,
    ) -> SchemaT:
        """The model's answer as a record; the schema stands in the prompt."""
        return ask_structured(
            lambda asked: self.complete(asked, options), with_schema(messages, schema), schema
        )

    def close(self) -> None:
        """Free the weights."""
        self._model = None

    def _ended(self, written: Any) -> bool:
        ends = self._model.generation_config.eos_token_id
        ends = ends if isinstance(ends, list) else [ends]
        return bool(len(written)) and int(written[-1]) in ends


@contextmanager
def _device_errors(torch: Any) -> Iterator[None]:
    """Our errors for those of the device; memory that torch keeps for later is given back."""
    try:
        yield
    except Exception as error:
        failure = device_failure(error)
        if failure is None:
            raise
        if torch.cuda.is_available():
            torch.cuda.empty_cache()
        raise failure from None


def _with_adapter(model: Any, adapter_path: str | Path) -> Any:
    try:
        import peft
    except ImportError:
        raise BackendNotInstalled(
            "A LoRA adapter needs the library 'peft', which is not installed."
        ) from None
    try:
        return peft.PeftModel.from_pretrained(model, str(adapter_path))
    except (OSError, ValueError):
        raise BackendNotInstalled(f"The adapter {Path(adapter_path).name!r} cannot be loaded.") from None
