"""The frozen base model and the adapter on it: load, quantize, attach."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from finetune.config import FinetuneConfig, ModelConfig
from finetune.errors import FinetuneError, FinetuneErrorCode

CONVERTED = Path(os.environ.get("VAR_DIR", "") or "var") / "finetune" / "bases"
"""Where base models that came as GGUF are kept in the form that can be trained."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """A model, its tokenizer and the folder or hub name both were read from."""

    model: Any
    tokenizer: Any
    source: str


def load_tokenizer(path: str | Path, revision: str | None = None) -> Any:
    """The tokenizer with its chat template and a padding token.

    Raises:
        FinetuneError: model_not_available: there is none, or it has no chat template.
    """
    from transformers import AutoTokenizer

    source = trainable_form(str(path))
    try:
        tokenizer = AutoTokenizer.from_pretrained(source, revision=revision)
    except (OSError, ValueError, KeyError):
        raise _missing(f"No tokenizer can be read from {path}.") from None
    if not tokenizer.chat_template:
        raise _missing(f"The tokenizer of {path} has no chat template; take an instruct model.")
    if tokenizer.pad_token is None:
        tokenizer.pad_token = tokenizer.eos_token
    return tokenizer


def load_base(config: FinetuneConfig, *, device: str) -> Loaded:
    """The base model as the configuration stores it, frozen, with its tokenizer.

    Args:
        config: names model, number type, quantization and attention.
        device: "cpu", "cuda" or "cuda:<n>".

    Raises:
        FinetuneError: model_not_available: missing or unreadable weights.
    """
    import torch
    from transformers import AutoModelForCausalLM

    source = trainable_form(config.model.path)
    dtype = compute_dtype(config.model, device)
    options: dict[str, Any] = {"dtype": dtype, "revision": config.model.revision}
    if config.model.attention != "auto":
        options["attn_implementation"] = config.model.attention
    if config.quant.kind == "nf4":
        options["quantization_config"] = _nf4(config, dtype)
    if config.parallel.strategy != "fsdp":
        options["device_map"] = {"": device}
    tokenizer = load_tokenizer(config.model.path, config.model.revision)
    try:
        model = AutoModelForCausalLM.from_pretrained(source, **options)
    except (OSError, ValueError, RuntimeError) as error:
        if isinstance(error, torch.OutOfMemoryError):
            raise FinetuneError(
                FinetuneErrorCode.MEMORY_TOO_SMALL, "The base model does not fit into the GPU's memory."
            ) from None
        raise _missing(f"The base model {config.model.path} cannot be loaded.") from error
    model.requires_grad_(False)
    model.config.use_cache = False
    return Loaded(model, tokenizer, source)


def attach_adapter(model: Any, config: FinetuneConfig) -> Any:
    """The model with a fresh LoRA adapter; only the adapter's weights take gradients.

    Embeddings and head stay in the number type they were loaded in: peft's preparation for 4-bit
    training would store both in float32, 2.2 GB more for a 7B model.
    """
    import peft

    modules = config.lora.target_modules
    lora = peft.LoraConfig(
        r=config.lora.rank,
        lora_alpha=config.lora.alpha,
        lora_dropout=config.lora.dropout,
        target_modules=modules if isinstance(modules, str) else list(modules),
        bias="none",
        task_type="CAUSAL_LM",
    )
    return peft.get_peft_model(model, lora)


def with_adapter(model: Any, folder: Path) -> Any:
    """The model with a trained adapter of a folder.

    Raises:
        FinetuneError: checkpoint_broken: the folder holds no adapter, or one of another model.
    """
    import peft
    from safetensors import SafetensorError

    try:
        return peft.PeftModel.from_pretrained(model, str(folder))
    except (OSError, ValueError, RuntimeError, KeyError, TypeError, SafetensorError) as error:
        raise FinetuneError(
            FinetuneErrorCode.CHECKPOINT_BROKEN,
            f"The adapter in {folder} does not fit this base model, or is damaged.",
        ) from error


def compute_dtype(model: ModelConfig, device: str) -> Any:
    """bfloat16 where the configuration or the GPU has it, else float32."""
    import torch

    if model.dtype != "auto":
        return getattr(torch, model.dtype)
    has_bf16 = device.startswith("cuda") and torch.cuda.is_bf16_supported()
    return torch.bfloat16 if has_bf16 else torch.float32


def trainable_form(path: str) -> str:
    """The folder that holds a model in the form that can be trained; converts a GGUF once.

    A model that transformers read from GGUF still says it is quantized, and the trainer refuses it.
    So it is read once, told that it is not, and saved; what is read afterwards is an ordinary model.

    Raises:
        FinetuneError: model_not_available: the GGUF file cannot be read.
    """
    file = _gguf_of(path)
    if file is None:
        return path
    target = _converted(file)
    if not target.is_dir():
        _convert(file.parent, file.name, target)
    return str(target)


def _gguf_of(path: str) -> Path | None:
    """The GGUF file of a folder that holds no other form of the model."""
    folder = Path(path)
    files = sorted(folder.glob("*.gguf")) if folder.is_dir() else []
    return files[0] if files and not (folder / "config.json").exists() else None


def _converted(file: Path) -> Path:
    stat = file.stat()
    mark = hashlib.sha256(f"{file.resolve()}:{stat.st_size}:{stat.st_mtime_ns}".encode()).hexdigest()[:12]
    return CONVERTED / f"{file.parent.name}-{mark}"


def stated_config(path: str, revision: str | None = None) -> Any:
    """A model's transformers configuration; of a GGUF file what its header says, without converting it.

    Raises:
        OSError: it is not here, or not at the hub.
        ValueError: it states no configuration that transformers knows.
    """
    from transformers import AutoConfig

    file = _gguf_of(path)
    if file is None:
        return AutoConfig.from_pretrained(path, revision=revision)
    target = _converted(file)
    if target.is_dir():
        return AutoConfig.from_pretrained(target)
    return AutoConfig.from_pretrained(path, gguf_file=file.name)


def _convert(folder: Path, gguf_file: str, target: Path) -> None:
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    target.parent.mkdir(parents=True, exist_ok=True)
    staging = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    try:
        try:
            tokenizer = AutoTokenizer.from_pretrained(str(folder), gguf_file=gguf_file)
            model = AutoModelForCausalLM.from_pretrained(
                str(folder), gguf_file=gguf_file, dtype=torch.bfloat16
            )
        except (OSError, ValueError, RuntimeError, KeyError) as error:
            raise _missing(f"The GGUF file of {folder.name} cannot be read.") from error
        for name, plain in (("hf_quantizer", None), ("is_quantized", False)):
            setattr(model, name, plain)
        if hasattr(model.config, "quantization_config"):
            del model.config.quantization_config
        model.save_pretrained(staging)
        tokenizer.save_pretrained(staging)
        try:
            staging.rename(target)
        except OSError:  # another process was quicker
            if not target.is_dir():
                raise
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _nf4(config: FinetuneConfig, dtype: Any) -> Any:
    from transformers import BitsAndBytesConfig

    return BitsAndBytesConfig(
        load_in_4bit=True,
        bnb_4bit_quant_type="nf4",
        bnb_4bit_use_double_quant=config.quant.double_quant,
        bnb_4bit_compute_dtype=dtype,
        # FSDP shards by number type: the 4-bit weights have to look like the rest
        **({"bnb_4bit_quant_storage": dtype} if config.parallel.strategy == "fsdp" else {}),
    )


def _missing(message: str) -> FinetuneError:
    return FinetuneError(FinetuneErrorCode.MODEL_NOT_AVAILABLE, message)
