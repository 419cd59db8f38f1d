"""One training run, top to bottom: setup, train, save.

Several GPUs: start this under torchrun or accelerate launch with `parallel.strategy` ddp or fsdp;
each process runs this file, and the first one writes the folder.
"""

from __future__ import annotations

import math
import os
import time
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from finetune import checkpoints
from finetune.base_model import Loaded, attach_adapter, load_base
from finetune.config import FinetuneConfig
from finetune.errors import FinetuneError, FinetuneErrorCode
from finetune.examples import Example
from finetune.figures import draw_loss
from finetune.model_card import write_card
from finetune.preflight import Data, check_disk, check_memory, choose_device, read_data
from finetune.run_folder import RunFolder, write_json
from finetune.tokens import Encoded, encode, encode_examples

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class TrainResult:
    """Where the adapter is, and the run's figures."""

    folder: RunFolder
    metrics: dict[str, Any]


def train(
    config: FinetuneConfig,
    out: Path,
    *,
    resume: bool = False,
    say: Say = lambda _: None,
    callbacks: Sequence[Any] = (),
) -> TrainResult:
    """Train an adapter, or go on with a run that was interrupted.

    A finished run that is to go on is left as it is. A resumed run makes the same updates as an
    unbroken one: data order, random state, optimizer and schedule come from the checkpoint.

    Args:
        config: the whole run.
        out: the run's folder.
        resume: go on from the last whole checkpoint in it.
        say: gets a line of news now and then.
        callbacks: further callbacks for transformers' trainer.

    Raises:
        FinetuneError: see `finetune.preflight`, `finetune.run_folder`, `checkpoints.last_whole`.
    """
    return _Run(config, RunFolder(out), say).perform(resume=resume, callbacks=callbacks)


class _Run:
    def __init__(self, config: FinetuneConfig, folder: RunFolder, say: Say) -> None:
        self.config = config
        self.folder = folder
        self.say = say

    def perform(self, *, resume: bool, callbacks: Sequence[Any]) -> TrainResult:
        if resume and self.folder.finished:
            self.say("The run is finished; nothing to do.")
            return TrainResult(self.folder, _read_json(self.folder.metrics))
        self.folder.check_free(resume=resume)
        device = choose_device(self.config)
        data = read_data(self.config)
        for note in data.notes:
            self.say(note)
        memory = check_memory(self.config, device)
        check_disk(self.folder.root, 3 * memory.adapter * self.config.logging.keep_checkpoints)
        self.say(f"Memory: {memory.sentence()}.")
        first = int(os.environ.get("RANK", "0")) == 0
        with self.folder.held() if first else nullcontext():
            if first:
                self.folder.begin(self.config, data, resume=resume)
            checkpoint = self._checkpoint() if resume else None
            loaded, trainer = self._setup(data, device, callbacks)
            began = time.monotonic()
            self._train(trainer, checkpoint)
            return self._save(trainer, loaded, data, time.monotonic() - began)

    def _checkpoint(self) -> Path | None:
        whole, broken = checkpoints.last_whole(self.folder.checkpoints)
        for path in broken:
            self.say(f"{path.name} is not whole and is passed over.")
        self.say(f"Going on from {whole.name}." if whole else "No checkpoint yet: from the beginning.")
        return whole

    def _setup(self, data: Data, device: str, callbacks: Sequence[Any]) -> tuple[Loaded, Any]:
        import torch
        from transformers import PrinterCallback, set_seed
        from transformers.integrations.integration_utils import TensorBoardCallback

        from finetune.callbacks import LogLines, SealCheckpoints

        if self.config.threads is not None:
            torch.set_num_threads(self.config.threads)
        set_seed(self.config.seed)
        loaded = load_base(self.config, device=device)
        train_rows = self._rows(loaded, data.train)
        self.say(f"{len(train_rows)} examples, {sum(map(len, train_rows['input_ids']))} tokens.")
        model = attach_adapter(loaded.model, self.config)
        if device != "cpu":
            torch.cuda.reset_peak_memory_stats(device)
        kind, more = self._sight(model, loaded)
        board = TensorBoardCallback()
        board.logging_dir = str(self.folder.tensorboard)
        trainer = kind(
            model=model,
            args=self._arguments(device),
            train_dataset=train_rows,
            eval_dataset=self._rows(loaded, data.validation),
            processing_class=loaded.tokenizer,
            **more,
            callbacks=[
                board,
                LogLines(self.folder, self.say),
                SealCheckpoints(),
                *callbacks,
            ],
        )
        trainer.remove_callback(PrinterCallback)
        if self.config.parallel.strategy != "fsdp":
            _keep_adapter_in_float32(model)
        return loaded, trainer

    def _rows(self, loaded: Loaded, examples: Sequence[Example]) -> Any:
        """The examples as a table of token ids and labels, with their clips in a multimodal run."""
        import datasets

        vision, limit = self.config.vision, self.config.sequence.max_tokens
        if vision is None:
            rows = encode_examples(loaded.tokenizer, examples, limit)
            return datasets.Dataset.from_dict(_columns(rows))
        from finetune.clips import check_clips, encode_with_clip

        check_clips(examples, self._clip_root())
        left = limit - vision.clip_tokens
        rows = [
            encode_with_clip(loaded.tokenizer, example.messages, left)
            if example.clip
            else encode(loaded.tokenizer, example.messages, limit)
            for example in examples
        ]
        clips = [example.clip for example in examples]
        return datasets.Dataset.from_dict({**_columns(rows), "clip": clips})

    def _sight(self, model: Any, loaded: Loaded) -> tuple[Any, dict[str, Any]]:
        """The trainer's class, and what it takes beside the rest: with clips, what reads them."""
        from finetune.trainer import AnswerTrainer

        if self.config.vision is None:
            return AnswerTrainer, {}
        from finetune.clips import ClipCollator, ClipTrainer, with_eyes

        eyes = with_eyes(model, loaded.tokenizer, self.config.vision)
        collator = ClipCollator(eyes, self._clip_root(), loaded.tokenizer.pad_token_id)
        return partial(ClipTrainer, eyes=eyes), {"data_collator": collator}

    def _clip_root(self) -> Path:
        return Path(self.config.data.clip_root or ".")

    def _arguments(self, device: str) -> Any:
        from trl.trainer.sft_config import SFTConfig

        from finetune.base_model import compute_dtype

        config, optim, log = self.config, self.config.optim, self.config.logging
        bf16 = device != "cpu" and compute_dtype(config.model, device).itemsize == 2
        sharded = config.parallel.strategy == "fsdp"
        return SFTConfig(
            output_dir=str(self.folder.checkpoints),
            seed=config.seed,
            data_seed=config.seed,
            use_cpu=device == "cpu",
            bf16=bf16,
            tf32=bf16 or None,
            max_steps=optim.max_steps,
            per_device_train_batch_size=optim.batch_size,
            per_device_eval_batch_size=optim.batch_size,
            gradient_accumulation_steps=optim.gradient_accumulation,
            activation_checkpointing=config.sequence.gradient_checkpointing and not sharded,
            activation_checkpointing_kwargs={"use_reentrant": False},
            optim=optim.name,
            learning_rate=optim.learning_rate,
            lr_scheduler_type=optim.schedule,
            warmup_steps=optim.warmup_steps,
            weight_decay=optim.weight_decay,
            max_grad_norm=optim.max_grad_norm,
            max_length=config.sequence.max_tokens,
            packing=config.sequence.packing,
            eval_packing=False,
            # rows come tokenized and short enough; only packing has something left to do
            dataset_kwargs=None if config.sequence.packing else {"skip_prepare_dataset": True},
            ddp_find_unused_parameters=False,
            logging_steps=log.log_every,
            save_strategy="steps",
            save_steps=log.checkpoint_every,
            save_total_limit=log.keep_checkpoints,
            eval_strategy="steps" if log.evaluate_every else "no",
            eval_steps=log.evaluate_every,
            remove_unused_columns=config.vision is None,
            report_to="none",
            disable_tqdm=True,
            dataloader_pin_memory=device != "cpu",
            **_sharding(config) if sharded else {},
        )

    def _train(self, trainer: Any, checkpoint: Path | None) -> None:
        import torch

        try:
            trainer.train(resume_from_checkpoint=str(checkpoint) if checkpoint else None)
        except torch.OutOfMemoryError:
            raise FinetuneError(
                FinetuneErrorCode.MEMORY_TOO_SMALL,
                "The GPU's memory ran out. The last checkpoint is kept; less: optim.batch_size, "
                "sequence.max_tokens, or sequence.gradient_checkpointing=true.",
            ) from None

    def _save(self, trainer: Any, loaded: Loaded, data: Data, seconds: float) -> TrainResult:
        import torch

        trainer.save_model(str(self.folder.adapter))
        metrics: dict[str, Any] = {
            "steps": trainer.state.global_step,
            "train_loss_last": _last(self.folder.history(), "loss"),
            **_held_out(trainer),
            "seconds_this_session": round(seconds, 1),
        }
        if torch.cuda.is_available():
            metrics["peak_gpu_bytes"] = torch.cuda.max_memory_allocated()
        if trainer.is_world_process_zero():
            loaded.tokenizer.save_pretrained(self.folder.adapter)
            draw_loss(self.folder.history(), self.folder.root / "loss.png")
            write_card(
                self.folder.card,
                self.config,
                data=_read_json(self.folder.root / "data.json"),
                environment=_read_json(self.folder.root / "environment.json"),
                metrics=metrics,
            )
            write_json(self.folder.metrics, metrics)
        self.say(f"The adapter is in {self.folder.adapter}.")
        return TrainResult(self.folder, metrics)


def _sharding(config: FinetuneConfig) -> dict[str, Any]:
    return {
        "fsdp": True,
        "fsdp_config": {"activation_checkpointing": config.sequence.gradient_checkpointing},
    }


def _keep_adapter_in_float32(model: Any) -> None:
    """Undo trl's cast of an adapter on a 4-bit base to bfloat16.

    An update of 2e-4 times a small step is below bfloat16's resolution and would be lost; and peft reads
    a checkpoint back as float32, so that a resumed run would differ from an unbroken one. On a GPU
    autocast computes in bfloat16 all the same.
    """
    for weight in model.parameters():
        if weight.requires_grad:
            weight.data = weight.data.float()


def _held_out(trainer: Any) -> dict[str, float]:
    """Held-out loss with the adapter and, switched off, without it: what the training changed."""
    after = trainer.evaluate()["eval_loss"]
    figures = {"validation_loss": after, "validation_perplexity": math.exp(min(after, 700.0))}
    model = trainer.accelerator.unwrap_model(trainer.model)
    with model.disable_adapter():
        before = trainer.evaluate(metric_key_prefix="base")["base_loss"]
    return {**figures, "base_validation_loss": before}


def _columns(rows: Sequence[Encoded]) -> dict[str, list[list[int]]]:
    return {"input_ids": [row.input_ids for row in rows], "labels": [row.labels for row in rows]}


def _last(history: Sequence[dict[str, Any]], key: str) -> float | None:
    return next((entry[key] for entry in reversed(history) if key in entry), None)


def _read_json(path: Path) -> dict[str, Any]:
    import json

    return dict(json.loads(path.read_text(encoding="utf-8")))
