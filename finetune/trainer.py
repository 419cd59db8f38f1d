"""The trainer: trl's supervised trainer, with the loss counted only where there is an answer.

On CUDA trl projects the learnt positions through the head in tiles, by its Triton kernels, and
never holds the logits. Without Triton it projects every position; a label is 2 % of its prompt, so
on a CPU most of the work would be thrown away. There the learnt positions are taken out first.
"""

from __future__ import annotations

from typing import Any

import torch
from torch.nn import functional
from torch.utils.checkpoint import checkpoint
from trl.trainer.sft_trainer import SFTTrainer

from finetune.tokens import IGNORED

_READ = ("input_ids", "inputs_embeds", "attention_mask", "position_ids")
ROWS = 1024
"""Positions projected at once: 1,024 x 152,000 float32 logits are 0.6 GB."""


class AnswerTrainer(SFTTrainer):
    """Supervised fine-tuning on tokenized examples."""

    def compute_loss(
        self,
        model: Any,
        inputs: dict[str, Any],
        return_outputs: bool = False,
        num_items_in_batch: Any = None,
    ) -> Any:
        """The mean negative log-likelihood of the learnt tokens of an update."""
        alone = self.accelerator.num_processes == 1
        if self.accelerator.device.type != "cpu" or not alone or return_outputs:
            return super().compute_loss(model, inputs, return_outputs, num_items_in_batch)
        return answer_loss(model, inputs, num_items_in_batch)


def answer_loss(model: Any, inputs: dict[str, Any], learnt_tokens: Any = None) -> Any:
    """The loss of a batch, its head applied to the learnt positions only, some rows at a time.

    Args:
        model: a causal language model of transformers, bare or under peft.
        inputs: `input_ids` (or `inputs_embeds`) and `labels`, rows x tokens, with `attention_mask` or
            `position_ids`.
        learnt_tokens: what the sum is divided by; by default this batch's learnt tokens.
    """
    causal = model.get_base_model() if hasattr(model, "get_base_model") else model
    read = {key: inputs[key] for key in _READ if key in inputs}
    hidden = causal.base_model(**read, use_cache=False).last_hidden_state[:, :-1]
    labels = inputs["labels"][:, 1:]
    learnt = labels != IGNORED
    rows, answers = hidden[learnt], labels[learnt]
    head = causal.get_output_embeddings()
    total = hidden.sum() * 0.0  # keeps a batch without answers differentiable
    for start in range(0, len(answers), ROWS):
        total = total + checkpoint(
            _rows_loss, head, rows[start : start + ROWS], answers[start : start + ROWS], use_reentrant=False
        )
    divisor = learnt.sum() if learnt_tokens is None else torch.as_tensor(learnt_tokens)
    return total / divisor.clamp(min=1)


def _rows_loss(head: Any, rows: Any, answers: Any) -> Any:
    return functional.cross_entropy(head(rows).float(), answers, reduction="sum")
