"""Put the tokens of clips, pictures and sound where their placeholders stand in a prompt."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor

from ml.errors import ErrorCode, PermanentError

IMAGE_TOKEN_ID = -200
VIDEO_TOKEN_ID = -201
AUDIO_TOKEN_ID = -202
IGNORED_LABEL = -100
PLACEHOLDERS = {"<image>": IMAGE_TOKEN_ID, "<video>": VIDEO_TOKEN_ID, "<audio>": AUDIO_TOKEN_ID}


@dataclass(frozen=True, slots=True)
class MergedInputs:
    """What the language model reads: (rows, length, width), and masks and labels of (rows, length)."""

    embeddings: Tensor
    attention_mask: Tensor
    labels: Tensor | None


@dataclass(frozen=True, slots=True)
class _Row:
    embeddings: Tensor
    mask: Tensor
    labels: Tensor | None


def is_placeholder(input_ids: Tensor) -> Tensor:
    """Where a placeholder stands, as booleans of the same shape."""
    return (input_ids <= IMAGE_TOKEN_ID) & (input_ids >= AUDIO_TOKEN_ID)


def merge_tokens(
    embed: Callable[[Tensor], Tensor],
    input_ids: Tensor,
    features: Sequence[Tensor | None],
    *,
    attention_mask: Tensor | None = None,
    labels: Tensor | None = None,
    padding_side: Literal["right", "left"] = "right",
) -> MergedInputs:
    """Replace each placeholder by its feature and pad the rows to one length.

    Features are taken in order over the rows. A row of text alone takes one as well (it may be
    None), as long as the batch has any: that is the reference's order of a mixed batch. The mask
    and the labels grow with their row; features are attended to and never learnt (-100). With
    `padding_side` "left", for generation, masked places are taken out before padding.

    Args:
        embed: the language model's input embedding.
        input_ids: (rows, length), with placeholders.
        features: one (tokens, width) for each placeholder, one entry for each row without any.
        attention_mask: (rows, length); absent, every place counts.
        labels: (rows, length).

    Raises:
        PermanentError: `validation_error`; features are missing or left over, or the shapes of
            ids, mask and labels differ.
    """
    for name, other in (("attention_mask", attention_mask), ("labels", labels)):
        if other is not None and other.shape != input_ids.shape:
            raise _invalid(f"{name} has the shape {tuple(other.shape)}, input_ids {tuple(input_ids.shape)}")
    placeholders = is_placeholder(input_ids)
    mask = torch.ones_like(input_ids) if attention_mask is None else attention_mask
    text = embed(input_ids.masked_fill(placeholders, 0))
    taken = 0
    rows = []
    for number in range(input_ids.shape[0]):
        count = int(placeholders[number].sum())
        needed = max(count, 1) if features else count
        own = features[taken : taken + needed]
        if len(own) < needed or (count and any(feature is None for feature in own)):
            raise _invalid(
                f"row {number} lacks a picture, clip or sound: {len(features)} given (a row of text alone "
                "takes one entry, None, in a batch that has any)"
            )
        taken += needed
        whole = _Row(text[number], mask[number], None if labels is None else labels[number])
        rows.append(
            _spliced(whole, placeholders[number], [feature for feature in own if feature is not None])
        )
    if taken != len(features):
        raise _invalid(f"{len(features)} pictures, clips and sounds given, but the rows take {taken}")
    if padding_side == "left":
        rows = [_without_masked(row) for row in rows]
    return _padded(rows, padding_side)


def _spliced(row: _Row, placeholders: Tensor, features: Sequence[Tensor]) -> _Row:
    embeddings, masks, labels = [], [], []
    start = 0
    for place, feature in zip(placeholders.nonzero().flatten().tolist(), features, strict=False):
        embeddings += [row.embeddings[start:place], feature.to(row.embeddings)]
        masks += [row.mask[start:place], row.mask.new_ones(len(feature))]
        if row.labels is not None:
            labels += [row.labels[start:place], row.labels.new_full((len(feature),), IGNORED_LABEL)]
        start = place + 1
    embeddings.append(row.embeddings[start:])
    masks.append(row.mask[start:])
    if row.labels is not None:
        labels.append(row.labels[start:])
    return _Row(torch.cat(embeddings), torch.cat(masks), torch.cat(labels) if labels else None)


def _without_masked(row: _Row) -> _Row:
    kept = row.mask.bool()
    return _Row(row.embeddings[kept], row.mask[kept], None if row.labels is None else row.labels[kept])


def _padded(rows: Sequence[_Row], side: str) -> MergedInputs:
    def stack(parts: Sequence[Tensor], value: float) -> Tensor:
        return torch.nn.utils.rnn.pad_sequence(
            list(parts), batch_first=True, padding_value=value, padding_side=side
        )

    labels = [row.labels for row in rows if row.labels is not None]
    return MergedInputs(
        embeddings=stack([row.embeddings for row in rows], 0.0),
        attention_mask=stack([row.mask for row in rows], 0),
        labels=stack(labels, IGNORED_LABEL) if labels else None,
    )


def _invalid(why: str) -> PermanentError:
    return PermanentError(ErrorCode.VALIDATION_ERROR, f"The batch cannot be put together: {why}.")
