"""Clips beside the words: VideoLLaMA2's eyes before the language model that is tuned.

Eyes and connector are frozen; the adapter on the language model learns to use what they tell. So a
run's adapter is an ordinary one, and checkpoints hold nothing but it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import torch

from finetune.config import VisionConfig
from finetune.errors import FinetuneError, FinetuneErrorCode
from finetune.examples import Example
from finetune.inference import Sampling, streamed
from finetune.tokens import IGNORED, Encoded
from finetune.trainer import AnswerTrainer
from ml.errors import MLError
from ml.multimodal.videollama2.assembly import compose
from ml.multimodal.videollama2.chat import tokenize
from ml.multimodal.videollama2.inference import VideoLlama2
from ml.schemas.chat import ChatMessage

PLACEHOLDER = "<video>"


def with_eyes(language_model: Any, tokenizer: Any, vision: VisionConfig) -> VideoLlama2:
    """The language model behind the frozen eyes of a VideoLLaMA2 checkpoint.

    Raises:
        FinetuneError: model_not_available: the checkpoint lacks a part, or is made for another width.
    """
    try:
        model = compose(
            language_model,
            Path(vision.path),
            vision_folder=Path(vision.tower) if vision.tower else None,
            dtype=language_model.get_input_embeddings().weight.dtype,
        )
    except MLError as error:
        raise FinetuneError(FinetuneErrorCode.MODEL_NOT_AVAILABLE, str(error)) from error
    for part in (model.vision_tower, model.connector):
        part.requires_grad_(False)
        part.eval()
    return VideoLlama2(model, tokenizer)


def encode_with_clip(tokenizer: Any, messages: Sequence[ChatMessage], max_tokens: int) -> Encoded:
    """Ids and labels of a chat whose first question is about a clip; -201 stands for the clip.

    As at inference, what is asked and what is answered are tokenized apart.

    Raises:
        FinetuneError: data_invalid: it does not fit into `max_tokens`.
    """
    shown = with_placeholder(messages)
    ids: list[int] = []
    labels: list[int] = []
    done = 0
    for place, message in enumerate(shown):
        if message.role != "assistant":
            continue
        before = _text(tokenizer, shown[:place], add_generation_prompt=True)
        until = _text(tokenizer, shown[: place + 1])
        asked = tokenize(tokenizer, before[done:])
        end = until.rfind(tokenizer.eos_token) + len(tokenizer.eos_token)
        answered = tokenize(tokenizer, until[len(before) : end])
        ids += asked + answered
        labels += [IGNORED] * len(asked) + answered
        done = end
    if len(ids) > max_tokens:
        raise FinetuneError(
            FinetuneErrorCode.DATA_INVALID,
            f"A chat about a clip has {len(ids)} tokens of text, and {max_tokens} are left beside the clip.",
        )
    return Encoded(ids, labels)


def with_placeholder(messages: Sequence[ChatMessage]) -> list[ChatMessage]:
    """The chat with the clip before its first question; the same words said by somebody are text."""
    said = [
        message.model_copy(update={"content": message.content.replace(PLACEHOLDER, "(video)")})
        for message in messages
    ]
    first = next(place for place, message in enumerate(said) if message.role == "user")
    said[first] = said[first].model_copy(update={"content": f"{PLACEHOLDER}\n{said[first].content}"})
    return said


def check_clips(examples: Sequence[Example], root: Path) -> None:
    """Every clip is a file inside the data set.

    Raises:
        FinetuneError: data_invalid, naming the first that is not.
    """
    inside = root.resolve()
    for example in examples:
        if not example.clip:
            continue
        path = (root / example.clip).resolve()
        if not path.is_relative_to(inside) or not path.is_file():
            raise FinetuneError(
                FinetuneErrorCode.DATA_INVALID,
                f"{example.lineage.dialogue_id}: the clip {example.clip} is not in {root.name}.",
            )


class ClipCollator:
    """Batches of texts and, read when they are needed, the frames of their clips.

    Args:
        eyes: reads a clip's frames as its model wants them.
        root: where the clips' paths begin.
        pad: the id that fills up shorter rows.
    """

    def __init__(self, eyes: VideoLlama2, root: Path, pad: int) -> None:
        self._eyes = eyes
        self._root = root
        self._pad = pad

    def __call__(self, rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
        """`input_ids`, `labels`, `attention_mask` (rows x tokens), and `media`, one entry a row."""
        longest = max(len(row["input_ids"]) for row in rows)

        def filled(key: str, value: int) -> Any:
            return torch.tensor([row[key] + [value] * (longest - len(row[key])) for row in rows])

        return {
            "input_ids": filled("input_ids", self._pad),
            "labels": filled("labels", IGNORED),
            "attention_mask": torch.tensor(
                [[1] * len(row["input_ids"]) + [0] * (longest - len(row["input_ids"])) for row in rows]
            ),
            "media": [self._eyes.medium(self._root / row["clip"]) if row["clip"] else None for row in rows],
        }


class ClipTrainer(AnswerTrainer):
    """The trainer of texts, to which each batch comes with its clips seen.

    Args:
        eyes: what sees; the trainer's own model is the language model in it.
        options: as for trl's trainer.
    """

    def __init__(self, *, eyes: VideoLlama2, **options: Any) -> None:
        super().__init__(**options)
        self.eyes = eyes

    def compute_loss(
        self,
        model: Any,
        inputs: dict[str, Any],
        return_outputs: bool = False,
        num_items_in_batch: Any = None,
    ) -> Any:
        """The loss of `AnswerTrainer`, over words and what the frozen eyes tell of the clips."""
        with torch.no_grad():
            merged = self.eyes.model.merge(
                inputs["input_ids"],
                attention_mask=inputs["attention_mask"],
                labels=inputs["labels"],
                media=inputs["media"],
            )
        seen = {
            "inputs_embeds": merged.embeddings,
            "attention_mask": merged.attention_mask,
            "labels": merged.labels,
        }
        return super().compute_loss(model, seen, return_outputs, num_items_in_batch)


def stream_about(
    eyes: VideoLlama2, clip: Path, messages: Sequence[ChatMessage], sampling: Sampling
) -> Iterator[str]:
    """Pieces of the answer to a chat about a clip, as they are written.

    Raises:
        MLError: the clip cannot be read.
    """
    medium = eyes.medium(clip)
    text = _text(eyes.tokenizer, with_placeholder(messages), add_generation_prompt=True)
    ids = torch.tensor([tokenize(eyes.tokenizer, text)], device=eyes.model.device)

    def generate(**options: Any) -> Any:
        return eyes.model.generate(ids, media=[medium], **options)

    return streamed(eyes.tokenizer, generate, sampling)


def _text(tokenizer: Any, messages: Sequence[ChatMessage], **options: bool) -> str:
    dumped = [message.model_dump() for message in messages]
    return str(tokenizer.apply_chat_template(dumped, tokenize=False, **options))
