"""How likely a model finds each label as its answer: exact, and quicker than letting it write.

The probability of a label is that of its tokens and of the token that ends the turn. Prompts of one
task begin alike, so that beginning is read once and kept.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from finetune.base_model import Loaded
from finetune.tokens import IGNORED, encode, prompt_ids
from ml.schemas.chat import ChatMessage


class LabelScorer:
    """Scores a fixed set of labels.

    Args:
        loaded: the model, on its device.
        labels: the possible answers.
    """

    def __init__(self, loaded: Loaded, labels: Sequence[str]) -> None:
        import torch

        self._torch = torch
        self._model = loaded.model
        self._tokenizer = loaded.tokenizer
        self.labels = list(labels)
        answers = [self._answer_ids(label) for label in labels]
        longest = max(map(len, answers))
        # one row for each label, filled up behind its end, where nothing looks any more
        self._answers = torch.tensor(
            [ids + [loaded.tokenizer.pad_token_id] * (longest - len(ids)) for ids in answers],
            device=self._model.device,
        )
        lengths = torch.tensor([len(ids) for ids in answers], device=self._model.device)
        self._counts = torch.arange(longest, device=self._model.device)[None] < lengths[:, None]
        self._kept_ids: list[int] = []
        self._kept: Any = None

    def log_probabilities(self, messages: Sequence[ChatMessage]) -> NDArray[np.float64]:
        """The log-probability of each label as the whole answer, in the order of `labels`."""
        torch = self._torch
        ids = prompt_ids(self._tokenizer, messages)
        with torch.inference_mode():
            cache, past = self._beginning(ids, messages)
            read = self._model(
                input_ids=torch.tensor([ids[past:]], device=self._model.device),
                past_key_values=cache,
                use_cache=True,
                logits_to_keep=1,
            )
            first = read.logits[:, -1].float().log_softmax(-1)
            found = first[0, self._answers[:, 0]]
            if self._answers.shape[1] > 1:
                found = found + self._rest(read.past_key_values)
        return np.asarray(found.double().cpu().numpy())

    def _rest(self, cache: Any) -> Any:
        """What the tokens after the first add, for all labels at once."""
        cache.batch_repeat_interleave(len(self.labels))
        logits = self._model(
            input_ids=self._answers[:, :-1], past_key_values=cache, use_cache=True
        ).logits.float()
        wanted = self._answers[:, 1:, None]
        each = logits.log_softmax(-1).gather(-1, wanted)[..., 0]
        return (each * self._counts[:, 1:]).sum(-1)

    def _beginning(self, ids: list[int], messages: Sequence[ChatMessage]) -> tuple[Any, int]:
        """A copy of what the model keeps of the system prompt, and how many tokens that is."""
        if not self._kept_ids or ids[: len(self._kept_ids)] != self._kept_ids:
            other = [messages[0], messages[1].model_copy(update={"content": "\u00a7"})]
            shared = _common(ids, prompt_ids(self._tokenizer, other))
            self._kept_ids = ids[:shared]
            self._kept = self._model(
                input_ids=self._torch.tensor([self._kept_ids], device=self._model.device),
                use_cache=True,
                logits_to_keep=1,
            ).past_key_values
        return copy.deepcopy(self._kept), len(self._kept_ids)

    def _answer_ids(self, label: str) -> list[int]:
        chat = [
            ChatMessage(role="system", content="s"),
            ChatMessage(role="user", content="u"),
            ChatMessage(role="assistant", content=label),
        ]
        encoded = encode(self._tokenizer, chat, 10_000)
        return [label for label in encoded.labels if label != IGNORED]


def _common(one: Sequence[int], other: Sequence[int]) -> int:
    for place, (a, b) in enumerate(zip(one, other, strict=False)):
        if a != b:
            return place
    return min(len(one), len(other))
