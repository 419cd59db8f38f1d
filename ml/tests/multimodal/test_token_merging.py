"""Placeholders give way to what is seen and heard; masks and labels follow."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from ml.errors import PermanentError
from ml.multimodal.videollama2.token_merging import merge_tokens

VIDEO, IMAGE, AUDIO = -201, -200, -202


def embed(ids: Tensor) -> Tensor:
    return ids.unsqueeze(-1).float().expand(*ids.shape, 2)


def feature(value: float, tokens: int) -> Tensor:
    return torch.full((tokens, 2), value)


def test_a_clip_stands_where_its_placeholder_stood() -> None:
    ids = torch.tensor([[5, VIDEO, 6]])
    merged = merge_tokens(embed, ids, [feature(0.5, 3)], labels=torch.tensor([[5, VIDEO, 6]]))
    assert merged.embeddings[0, :, 0].tolist() == [5, 0.5, 0.5, 0.5, 6]
    assert merged.attention_mask.tolist() == [[1, 1, 1, 1, 1]]
    assert merged.labels is not None
    assert merged.labels.tolist() == [[5, -100, -100, -100, 6]]


def test_a_ragged_batch_is_padded_on_the_right() -> None:
    ids = torch.tensor([[5, VIDEO, 6, 7], [IMAGE, 8, 0, 0], [9, 9, 9, 0]])
    mask = torch.tensor([[1, 1, 1, 1], [1, 1, 0, 0], [1, 1, 1, 0]])
    labels = ids.masked_fill(mask == 0, -100)
    merged = merge_tokens(
        embed, ids, [feature(0.5, 2), feature(0.25, 1), None], attention_mask=mask, labels=labels
    )
    assert merged.embeddings[:, :, 0].tolist() == [
        [5, 0.5, 0.5, 6, 7],
        [0.25, 8, 0, 0, 0],
        [9, 9, 9, 0, 0],
    ]
    assert merged.attention_mask.tolist() == [[1, 1, 1, 1, 1], [1, 1, 0, 0, 0], [1, 1, 1, 0, 0]]
    assert merged.labels is not None
    assert merged.labels.tolist() == [
        [5, -100, -100, 6, 7],
        [-100, 8, -100, -100, -100],
        [9, 9, 9, -100, -100],
    ]


def test_a_ragged_batch_needs_no_labels() -> None:
    """The reference stops with an unbound name here."""
    ids = torch.tensor([[5, VIDEO], [6, 7]])
    merged = merge_tokens(embed, ids, [feature(0.5, 3), feature(9.0, 3)], attention_mask=torch.ones_like(ids))
    assert merged.labels is None
    assert merged.attention_mask.tolist() == [[1, 1, 1, 1], [1, 1, 0, 0]]


def test_generation_pads_on_the_left_and_drops_masked_places() -> None:
    ids = torch.tensor([[5, VIDEO, 6], [7, 8, 0]])
    mask = torch.tensor([[1, 1, 1], [1, 1, 0]])
    merged = merge_tokens(embed, ids, [feature(0.5, 2), None], attention_mask=mask, padding_side="left")
    assert merged.embeddings[:, :, 0].tolist() == [[5, 0.5, 0.5, 6], [0, 0, 7, 8]]
    assert merged.attention_mask.tolist() == [[1, 1, 1, 1], [0, 0, 1, 1]]


def test_two_media_and_sound_in_one_row_keep_their_order() -> None:
    ids = torch.tensor([[VIDEO, 5, AUDIO]])
    merged = merge_tokens(embed, ids, [feature(0.5, 1), feature(0.25, 2)])
    assert merged.embeddings[0, :, 0].tolist() == [0.5, 5, 0.25, 0.25]


def test_a_left_padded_mask_grows_at_the_clip_not_at_the_edge() -> None:
    ids = torch.tensor([[0, 0, VIDEO, 6], [5, VIDEO, 6, 7]])
    mask = torch.tensor([[0, 0, 1, 1], [1, 1, 1, 1]])
    merged = merge_tokens(embed, ids, [feature(0.5, 2), feature(0.5, 2)], attention_mask=mask)
    assert merged.attention_mask.tolist() == [[0, 0, 1, 1, 1], [1, 1, 1, 1, 1]]


def test_text_alone_takes_no_features_when_none_are_given() -> None:
    ids = torch.tensor([[5, 6]])
    assert merge_tokens(embed, ids, []).embeddings[0, :, 0].tolist() == [5, 6]


@pytest.mark.parametrize(
    "features",
    [[], [None], [torch.ones(1, 2), torch.ones(1, 2)]],
    ids=["none", "an empty place", "one too many"],
)
def test_features_must_match_the_placeholders(features: list[Tensor | None]) -> None:
    with pytest.raises(PermanentError, match="cannot be put together"):
        merge_tokens(embed, torch.tensor([[5, VIDEO]]), features)


def test_labels_of_another_shape_are_refused() -> None:
    with pytest.raises(PermanentError, match="labels has the shape"):
        merge_tokens(embed, torch.tensor([[5, 6]]), [], labels=torch.tensor([[5]]))
