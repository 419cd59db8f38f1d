"""An adapter becomes part of its base model, in 16 bits."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from finetune.base_model import load_tokenizer, trainable_form, with_adapter
from finetune.errors import FinetuneError, FinetuneErrorCode
from finetune.inference import adapter_folder, base_of


def merge(base: str | None, adapter: Path, out: Path) -> Path:
    """Write base and adapter as one ordinary model in bfloat16.

    Never into 4-bit weights: rounding the sum to 16 levels loses what was learnt. What is needed in
    fewer bits is quantized from the merged model.

    Returns:
        `out`, a folder that transformers, vLLM and llama.cpp's converter read.

    Raises:
        FinetuneError: config_invalid: the base is stored quantized; run_exists: `out` is there;
            model_not_available; checkpoint_broken.
    """
    import torch
    from transformers import AutoModelForCausalLM

    if out.exists():
        raise FinetuneError(FinetuneErrorCode.RUN_EXISTS, f"{out} is there already; name another folder.")
    folder = adapter_folder(adapter)
    named = base or base_of(folder)
    source = trainable_form(named)
    _refuse_quantized(source)
    try:
        model: Any = AutoModelForCausalLM.from_pretrained(source, dtype=torch.bfloat16)
    except (OSError, ValueError, RuntimeError) as error:
        raise FinetuneError(
            FinetuneErrorCode.MODEL_NOT_AVAILABLE, f"The base model {named} cannot be loaded."
        ) from error
    merged = with_adapter(model, folder).merge_and_unload(safe_merge=True)
    staged = out.with_name(f".{out.name}")
    shutil.rmtree(staged, ignore_errors=True)
    merged.save_pretrained(staged)
    load_tokenizer(named).save_pretrained(staged)
    staged.rename(out)
    return out


def _refuse_quantized(source: str) -> None:
    config = Path(source) / "config.json"
    if config.is_file() and "quantization_config" in json.loads(config.read_text(encoding="utf-8")):
        raise FinetuneError(
            FinetuneErrorCode.CONFIG_INVALID,
            "This base model is stored quantized. Merge into its 16-bit original, then quantize the result.",
        )
