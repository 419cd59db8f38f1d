"""A tuned model that answers: base and adapter loaded, replies streamed, files worked through."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from threading import Thread
from typing import Any

from pydantic import Field, ValidationError

from finetune.base_model import Loaded, load_tokenizer, trainable_form, with_adapter
from finetune.errors import FinetuneError, FinetuneErrorCode
from finetune.tokens import prompt_ids
from ml.schemas.base import Record
from ml.schemas.chat import ChatMessage


class Sampling(Record):
    """How a reply is chosen; temperature 0 takes the likeliest token each time."""

    max_tokens: int = Field(default=256, ge=1)
    temperature: float = Field(default=0.0, ge=0.0)
    seed: int = 0


def load_tuned(
    base: str | None,
    adapter: Path | None,
    *,
    device: str = "auto",
    dtype: str = "auto",
) -> Loaded:
    """A base model in 16 or 32 bits, with an adapter on top if one is given.

    Args:
        base: folder or hub name; None takes the base that the adapter names.
        adapter: an adapter's folder, or the folder of a finished run.
        device: "auto", "cpu" or "cuda".
        dtype: "auto" (bfloat16 on a GPU, else float32), "bfloat16" or "float32".

    Raises:
        FinetuneError: model_not_available, checkpoint_broken or gpu_missing.
    """
    import torch
    from transformers import AutoModelForCausalLM

    from ml.device import torch_device

    folder = adapter_folder(adapter) if adapter is not None else None
    if base is None:
        if folder is None:
            raise FinetuneError(FinetuneErrorCode.MODEL_NOT_AVAILABLE, "Name a base model or an adapter.")
        base = base_of(folder)
    chosen = torch_device(device)
    if chosen.name == "cuda" and not torch.cuda.is_available():
        raise FinetuneError(FinetuneErrorCode.GPU_MISSING, "torch finds no CUDA GPU here: take --device cpu.")
    number = getattr(torch, chosen.compute_type if dtype == "auto" else dtype)
    source = trainable_form(base)
    tokenizer = load_tokenizer(base)
    try:
        model: Any = AutoModelForCausalLM.from_pretrained(source, dtype=number)
    except (OSError, ValueError, RuntimeError) as error:
        raise FinetuneError(
            FinetuneErrorCode.MODEL_NOT_AVAILABLE, f"The base model {base} cannot be loaded."
        ) from error
    if folder is not None:
        model = with_adapter(model, folder)
    return Loaded(model.to(chosen.name).eval(), tokenizer, source)


def adapter_folder(path: Path) -> Path:
    """The folder with the adapter itself, given that or the run it came from.

    Raises:
        FinetuneError: checkpoint_broken: there is no adapter.
    """
    for folder in (path, path / "adapter"):
        if (folder / "adapter_config.json").is_file():
            return folder
    raise FinetuneError(FinetuneErrorCode.CHECKPOINT_BROKEN, f"There is no adapter in {path.name}.")


def base_of(adapter: Path) -> str:
    """The base model that an adapter says it belongs to.

    Raises:
        FinetuneError: checkpoint_broken: it says nothing.
    """
    try:
        config = json.loads((adapter / "adapter_config.json").read_text(encoding="utf-8"))
        return str(config["base_model_name_or_path"])
    except (OSError, ValueError, KeyError):
        raise FinetuneError(
            FinetuneErrorCode.CHECKPOINT_BROKEN, f"The adapter in {adapter.name} names no base model."
        ) from None


def stream_reply(loaded: Loaded, messages: Sequence[ChatMessage], sampling: Sampling) -> Iterator[str]:
    """Pieces of the assistant's next message as they are written."""
    import torch

    ids = torch.tensor([prompt_ids(loaded.tokenizer, messages)], device=loaded.model.device)

    def generate(**options: Any) -> Any:
        return loaded.model.generate(input_ids=ids, attention_mask=torch.ones_like(ids), **options)

    return streamed(loaded.tokenizer, generate, sampling)


def streamed(tokenizer: Any, generate: Callable[..., Any], sampling: Sampling) -> Iterator[str]:
    """Pieces of what `generate` writes.

    Args:
        generate: transformers' generate, with its inputs bound.

    Raises:
        Exception: what generating raised, once the pieces end.
    """
    import torch
    from transformers import TextIteratorStreamer

    streamer = TextIteratorStreamer(tokenizer, skip_prompt=True, skip_special_tokens=True)
    options: dict[str, Any] = {"do_sample": sampling.temperature > 0}
    if sampling.temperature > 0:
        options["temperature"] = sampling.temperature
    failures: list[Exception] = []

    def write() -> None:
        try:
            with torch.inference_mode():
                torch.manual_seed(sampling.seed)
                generate(
                    max_new_tokens=sampling.max_tokens,
                    pad_token_id=tokenizer.pad_token_id,
                    streamer=streamer,
                    **options,
                )
        except Exception as error:  # it is raised again where the pieces are read
            failures.append(error)
            streamer.end()

    thread = Thread(target=write, daemon=True)
    thread.start()
    yield from streamer
    thread.join()
    if failures:
        raise failures[0]


def reply(loaded: Loaded, messages: Sequence[ChatMessage], sampling: Sampling) -> str:
    """The whole next message."""
    return "".join(stream_reply(loaded, messages, sampling)).strip()


class Asked(Record):
    """One line of a batch: a chat that waits for its answer."""

    id: str
    messages: list[ChatMessage] = Field(min_length=1)


def answer_file(
    loaded: Loaded, asked: Path, answers: Path, sampling: Sampling, say: Callable[[str], None]
) -> int:
    """Answer every line of a JSONL file that the answers' file has not answered yet.

    Each answer is written as it is made, so an interrupted batch goes on where it stopped.

    Returns:
        How many answers were written now.

    Raises:
        FinetuneError: data_invalid: a line is no chat, or `answers` is a file of something else.
    """
    done = _answered(answers)
    written = 0
    with answers.open("a", encoding="utf-8") as out:
        for line in _lines(asked):
            if line.id in done:
                continue
            text = reply(loaded, line.messages, sampling)
            out.write(json.dumps({"id": line.id, "text": text}, ensure_ascii=False) + "\n")
            out.flush()
            written += 1
            say(f"{written} answered")
    return written


def _lines(path: Path) -> Iterator[Asked]:
    if not path.is_file():
        raise FinetuneError(FinetuneErrorCode.DATA_INVALID, f"There is no file {path}.")
    # words may hold other ends of lines than this one
    for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), start=1):
        if not line.strip():
            continue
        try:
            yield Asked.model_validate_json(line)
        except ValidationError:
            raise FinetuneError(
                FinetuneErrorCode.DATA_INVALID,
                f"{path.name}, line {number}: a line is {{id, messages: [{{role, content}}]}}.",
            ) from None


def _answered(path: Path) -> set[str]:
    """The ids in a file of answers; a last line that was cut off is taken away."""
    if not path.is_file():
        return set()
    whole = path.read_bytes()
    end = whole.rfind(b"\n") + 1
    if end < len(whole):
        with path.open("r+b") as file:
            file.truncate(end)
    try:
        return {json.loads(line)["id"] for line in whole[:end].splitlines() if line.strip()}
    except (ValueError, KeyError, TypeError):
        raise FinetuneError(
            FinetuneErrorCode.DATA_INVALID, f"{path.name} is no file of answers; name another for --out."
        ) from None
