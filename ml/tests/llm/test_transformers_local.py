"""transformers with a tiny random Qwen2 built here; skipped without torch."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from ml.errors import BackendNotInstalled, ErrorCode, PermanentError, TransientError
from ml.llm.base import GenerationOptions
from ml.llm.transformers_local import TransformersLocal
from ml.schemas.base import Record
from ml.schemas.chat import ChatMessage

HAS_TORCH = all(find_spec(name) for name in ("torch", "transformers"))
ASK = [ChatMessage(role="user", content="a b")]


class Answer(Record):
    text: str


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast, Qwen2Config, Qwen2ForCausalLM

    words = {
        word: n
        for n, word in enumerate(["<end>", "<unk>", "a", "b", "user", "assistant", *map(str, range(26))])
    }
    raw = Tokenizer(models.WordLevel(words, unk_token="<unk>"))
    raw.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=raw, eos_token="<end>", pad_token="<end>", unk_token="<unk>"
    )
    tokenizer.chat_template = "{% for m in messages %}{{ m.role }} {{ m.content }} {% endfor %}assistant "
    tokenizer.save_pretrained(tmp_path / "tiny")
    config = Qwen2Config(
        vocab_size=len(words), hidden_size=16, intermediate_size=32, num_hidden_layers=1,
        num_attention_heads=2, num_key_value_heads=2, eos_token_id=0, pad_token_id=0,
    )  # fmt: skip
    Qwen2ForCausalLM(config).save_pretrained(tmp_path / "tiny")
    return tmp_path / "tiny"


@pytest.mark.skipif(not HAS_TORCH, reason="torch and transformers are not installed (extra)")
def test_generates_and_refuses_nonsense(tiny: Path) -> None:
    model = TransformersLocal(model_path=tiny, device="cpu")
    first = model.complete(ASK, GenerationOptions(max_tokens=4))
    assert first.usage.completion_tokens <= 4
    assert first == model.complete(ASK, GenerationOptions(max_tokens=4))
    with pytest.raises(PermanentError):
        model.structured(ASK, Answer, GenerationOptions(max_tokens=4))
    model.close()


@pytest.mark.skipif(not HAS_TORCH, reason="torch and transformers are not installed (extra)")
def test_too_little_memory_ends_with_its_code(tiny: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import torch

    model = TransformersLocal(model_path=tiny, device="cpu")

    def no_room(*_: Any, **__: Any) -> None:
        raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB.")

    monkeypatch.setattr(model._model, "generate", no_room)
    with pytest.raises(TransientError) as caught:
        model.complete(ASK, GenerationOptions(max_tokens=4))
    assert caught.value.code is ErrorCode.OUT_OF_MEMORY
    model.close()


@pytest.mark.skipif(HAS_TORCH, reason="torch is installed here")
def test_without_torch_the_backend_names_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(BackendNotInstalled, match="torch"):
        TransformersLocal(model_path=tmp_path)
