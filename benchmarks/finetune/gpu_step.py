"""Tokens per second, peak memory and share of the compute floor of a training step.

    python -m benchmarks.finetune.gpu_step --shape qwen2.5-7b --steps 12      on a GPU, a few minutes
    python -m benchmarks.finetune.gpu_step --shape tiny --steps 3             anywhere: a test of this script

Random weights in the shape of Qwen2.5-7B, NF4 with a LoRA of rank 16, examples packed into 8 sequences
of 2,048 tokens; ours with and without checkpointing, and plain trl defaults (a bfloat16 base's trainer
settings on the same quantized model, unpacked) in the same process. The floor is the arithmetic that a
step cannot do without, at the GPU's peak: see `floor_flops`.
"""

from __future__ import annotations

import argparse
import gc
import json
import random
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from typing import Any

from finetune.memory import Shape

SHAPES = {
    "qwen2.5-7b": Shape(
        layers=28, hidden=3584, intermediate=18944, kv_width=512, vocabulary=152064, tied=False
    ),
    "tiny": Shape(layers=2, hidden=64, intermediate=128, kv_width=32, vocabulary=1024, tied=False),
}
HEADS = {"qwen2.5-7b": 28, "tiny": 4}
PEAKS = {"H100": 989e12, "H200": 989e12, "A100": 312e12, "L40S": 362e12}
"""Dense bfloat16 FLOP/s from the makers' data sheets (SXM)."""
RANK = 16


@dataclass(frozen=True, slots=True)
class Variant:
    """One way to train: ours or trl's own, and what is switched on."""

    name: str
    ours: bool
    packing: bool
    checkpointing: bool


VARIANTS = (
    Variant("ours, packed", ours=True, packing=True, checkpointing=False),
    Variant("ours, packed, checkpointing", ours=True, packing=True, checkpointing=True),
    Variant("trl defaults", ours=False, packing=False, checkpointing=True),
)


@dataclass(frozen=True, slots=True)
class Measured:
    """`tokens` are real ones, padding not counted; `floor_share` is None where the peak is not known."""

    variant: str
    seconds_per_step: float
    tokens_per_step: float
    tokens_per_second: float
    peak_gib: float | None
    floor_share: float | None


def floor_flops(shape: Shape, tokens: float, length: int) -> float:
    """FLOPs of a QLoRA step: forward and the gradient of activations through the frozen base and head
    (2 + 2 a weight), forward and both gradients of the adapter (6), and causal attention (3 x 2 x
    layers x length x width a token). No recomputation, no dequantization."""
    base = 4 * (shape.linear_weights + shape.vocabulary * shape.hidden)
    adapter = 6 * shape.adapter_weights(RANK)
    attention = 3 * 2 * shape.layers * length * shape.hidden
    return tokens * (base + adapter + attention)


def main(argv: list[str] | None = None) -> int:
    """The command; prints a table and, last, one line of JSON."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--shape", choices=sorted(SHAPES), default="qwen2.5-7b")
    parser.add_argument("--steps", type=int, default=12)
    parser.add_argument("--warm-up", type=int, default=2)
    parser.add_argument("--length", type=int, default=2048)
    parser.add_argument("--sequences", type=int, default=8)
    options = parser.parse_args(argv)
    import torch

    device = "cuda" if torch.cuda.is_available() else "cpu"
    if device == "cpu" and options.shape != "tiny":
        sys.stderr.write("No GPU: this shape would take days. Only --shape tiny runs here.\n")
        return 2
    results = []
    for variant in VARIANTS:
        results.append(_measure(variant, options, device))
        print(_line(results[-1]))
        gc.collect()
        if device == "cuda":
            torch.cuda.empty_cache()
    name = torch.cuda.get_device_name() if device == "cuda" else "CPU: these figures mean nothing"
    print(json.dumps({"device": name, "shape": options.shape, "results": [asdict(item) for item in results]}))
    return 0


def _measure(variant: Variant, options: Any, device: str) -> Measured:
    import torch
    from transformers import TrainerCallback

    times: list[float] = []

    class Clock(TrainerCallback):
        def on_step_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
            if device == "cuda":
                torch.cuda.synchronize()
            times.append(time.perf_counter())

    rows = _rows(options)
    with tempfile.TemporaryDirectory() as folder:
        trainer = _trainer(variant, options, device, rows=rows, folder=folder, clock=Clock())
        if device == "cuda":
            torch.cuda.reset_peak_memory_stats()
        trainer.train()
        seen = trainer.state.num_input_tokens_seen
    seconds = (times[-1] - times[options.warm_up - 1]) / (len(times) - options.warm_up)
    tokens = seen / len(times)
    peak = PEAKS.get(
        next((key for key in PEAKS if device == "cuda" and key in torch.cuda.get_device_name()), "")
    )
    floor = floor_flops(SHAPES[options.shape], tokens, options.length) / peak if peak else None
    return Measured(
        variant=variant.name,
        seconds_per_step=round(seconds, 4),
        tokens_per_step=round(tokens, 1),
        tokens_per_second=round(tokens / seconds, 1),
        peak_gib=round(torch.cuda.max_memory_allocated() / 2**30, 2) if device == "cuda" else None,
        floor_share=round(floor / seconds, 3) if floor else None,
    )


def _trainer(variant: Variant, options: Any, device: str, *, rows: Any, folder: str, clock: Any) -> Any:
    import peft
    from trl.trainer.sft_config import SFTConfig
    from trl.trainer.sft_trainer import SFTTrainer

    from finetune.trainer import AnswerTrainer

    lora = peft.LoraConfig(r=RANK, lora_alpha=RANK, target_modules="all-linear", task_type="CAUSAL_LM")
    ours: dict[str, Any] = {}
    if variant.ours:
        ours = {
            "packing": variant.packing,
            "activation_checkpointing": variant.checkpointing,
            "optim": "adamw_8bit",
            "per_device_train_batch_size": 2 if variant.checkpointing else options.sequences,
            "gradient_accumulation_steps": options.sequences // 2 if variant.checkpointing else 1,
        }
    arguments = SFTConfig(
        output_dir=folder,
        max_steps=options.steps,
        max_length=options.length,
        use_cpu=device == "cpu",
        bf16=device == "cuda",
        report_to="none",
        save_strategy="no",
        logging_strategy="no",
        disable_tqdm=True,
        include_num_input_tokens_seen="non_padding",
        dataloader_pin_memory=device == "cuda",
        **ours,
    )
    kind = AnswerTrainer if variant.ours else SFTTrainer
    trainer: Any = kind(
        model=_model(options.shape, device),
        args=arguments,
        train_dataset=rows,
        processing_class=_tokenizer(),
        peft_config=lora,
        callbacks=[clock],
    )
    if variant.ours:
        for weight in trainer.model.parameters():
            if weight.requires_grad:
                weight.data = weight.data.float()
    return trainer


def _rows(options: Any) -> Any:
    """Examples of 100 to 1,200 tokens (most about 300) whose last third is learnt."""
    import datasets

    draw = random.Random(0)
    vocabulary = SHAPES[options.shape].vocabulary
    wanted = options.steps * options.sequences * options.length * 1.3
    rows: dict[str, list[list[int]]] = {"input_ids": [], "labels": []}
    total = 0
    while total < wanted or len(rows["input_ids"]) < options.steps * 8:
        length = min(int(draw.lognormvariate(5.7, 0.5)) + 16, options.length)
        ids = [draw.randrange(3, vocabulary) for _ in range(length)]
        rows["input_ids"].append(ids)
        rows["labels"].append([-100] * (length * 2 // 3) + ids[length * 2 // 3 :])
        total += length
    return datasets.Dataset.from_dict(rows)


def _tokenizer() -> Any:
    """Only its padding token is asked for: the rows are numbers already."""
    from tokenizers import Tokenizer, models
    from transformers import PreTrainedTokenizerFast

    special = {"pad_token": "<pad>", "eos_token": "<eos>", "unk_token": "<unk>"}
    raw = Tokenizer(models.WordLevel({word: n for n, word in enumerate(special.values())}))
    return PreTrainedTokenizerFast(tokenizer_object=raw, **special)


def _model(shape_name: str, device: str) -> Any:
    """Random weights, the layers' matrices in NF4; never more than one of them in 16 bits at a time."""
    import torch
    from bitsandbytes.nn.modules import Linear4bit, Params4bit
    from transformers import Qwen2Config, Qwen2ForCausalLM
    from transformers.models.qwen2.modeling_qwen2 import Qwen2RotaryEmbedding

    shape, heads = SHAPES[shape_name], HEADS[shape_name]
    number = torch.bfloat16 if device == "cuda" else torch.float32
    config = Qwen2Config(
        vocab_size=shape.vocabulary, hidden_size=shape.hidden, intermediate_size=shape.intermediate,
        num_hidden_layers=shape.layers, num_attention_heads=heads,
        num_key_value_heads=shape.kv_width * heads // shape.hidden, tie_word_embeddings=shape.tied,
        bos_token_id=None, eos_token_id=1, pad_token_id=0, use_cache=False,
    )  # fmt: skip
    with torch.device("meta"):
        model: Any = Qwen2ForCausalLM(config)
        model = model.to(number)
    for name, module in list(model.named_modules()):
        if isinstance(module, torch.nn.Linear) and name != "lm_head":
            parent, _, leaf = name.rpartition(".")
            packed = Linear4bit(
                module.in_features, module.out_features, bias=module.bias is not None,
                compute_dtype=number, compress_statistics=True, quant_type="nf4", device="meta",
            )  # fmt: skip
            weight = torch.randn(module.out_features, module.in_features, dtype=number) * 0.02
            packing: Any = Params4bit(weight, requires_grad=False, quant_type="nf4", compress_statistics=True)
            packed.weight = packing.to(device)
            if module.bias is not None:
                packed.bias = torch.nn.Parameter(
                    torch.zeros(module.out_features, dtype=number, device=device)
                )
            setattr(model.get_submodule(parent), leaf, packed)
    for module in model.modules():
        for key, value in list(module.named_parameters(recurse=False)):
            if value.is_meta:
                # norms are ones; embedding and head are small and random
                filled = torch.ones(value.shape) if value.dim() == 1 else torch.randn(value.shape) * 0.02
                setattr(module, key, torch.nn.Parameter(filled.to(device, number), requires_grad=False))
    model.model.rotary_emb = Qwen2RotaryEmbedding(config).to(device)
    model.requires_grad_(False)
    model.is_loaded_in_4bit = True
    return model


def _line(item: Measured) -> str:
    peak = "" if item.peak_gib is None else f", peak {item.peak_gib:.2f} GiB"
    share = "" if item.floor_share is None else f", {item.floor_share:.0%} of the floor"
    return (
        f"{item.variant}: {item.seconds_per_step:.3f} s a step of {item.tokens_per_step:.0f} tokens, "
        f"{item.tokens_per_second:.0f} tokens/s{peak}{share}"
    )


if __name__ == "__main__":
    sys.exit(main())
