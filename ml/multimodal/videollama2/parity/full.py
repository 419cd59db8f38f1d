"""Whole models: `full_*.npz` with its `.config.json` and `.safetensors`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor

from ml.multimodal.videollama2.assembly import empty_model
from ml.multimodal.videollama2.checkpoint import StrictLoader
from ml.multimodal.videollama2.config import VideoLlama2Config, read_json
from ml.multimodal.videollama2.media import Medium
from ml.multimodal.videollama2.model import VideoLlama2Model
from ml.multimodal.videollama2.parity.fixtures import Arrays, FixtureFolder
from ml.multimodal.videollama2.parity.rows import EXACT, Row, compared, failed, skipped
from ml.multimodal.videollama2.token_merging import IMAGE_TOKEN_ID, VIDEO_TOKEN_ID, is_placeholder
from ml.multimodal.videollama2.towers import find_tower

_EMBEDDING_TOLERANCE = 5e-5
_LOGIT_TOLERANCE = 1e-4
_LOSS_TOLERANCE = 1e-5
_CASE = re.compile(r"^(\w+)\.input_ids$")
_CASE_ARRAYS = (
    "input_ids labels attention_mask merged_mask merged_embeds merged_labels logits loss generated".split()
)
_MEDIA_ARRAYS = ("video", "image", "vision_features", "mm_features_video", "mm_features_image")


def full_rows(folder: FixtureFolder, name: str) -> Iterator[Row]:
    """Towers, connector, merging, logits, loss and greedy tokens of one model."""
    spec = VideoLlama2Config.from_dict(read_json(folder.path / f"{name}.config.json"))
    model = empty_model(spec, find_tower(spec.vision_tower, folder.path))
    loader = StrictLoader(model, dtype=torch.float32)
    loader.take(folder.needed_weights(name).items())
    loader.finish(f"The weights of {name}")
    model.eval()
    if stated := folder.case(name).get("n_params"):
        count = sum(weight.numel() for weight in model.parameters())
        yield compared(name, "number of parameters in meta.json", count, np.asarray(stated), EXACT)
    arrays = folder.arrays(name)
    media = _Media(arrays)
    with torch.no_grad():
        yield from _feature_rows(name, model, arrays, media)
        for key in arrays:
            if found := _CASE.match(key):
                yield from _case_rows(name, found[1], model, arrays, media)
    for key in sorted(set(arrays) - _known(arrays) - media.used):
        yield skipped(f"{name} {key}", "no array of this name is understood")


class _Media:
    """The fixture's pictures and clips; a row's second clip is `video2` or `video_2` where there is one."""

    def __init__(self, arrays: Arrays) -> None:
        self._arrays = arrays
        self.used: set[str] = set()

    def get(self, kind: str, number: int = 1) -> Medium | None:
        names = [kind] if number == 1 else [f"{kind}{number}", f"{kind}_{number}"]
        for name in names:
            if name in self._arrays:
                self.used.add(name)
                pixels = torch.from_numpy(self._arrays[name]).float()
                return Medium("image" if kind == "image" else "video", pixels=pixels)
        return None

    def of_row(self, ids: Sequence[int]) -> list[Medium | None]:
        """One per placeholder; a row of text alone takes one place."""
        seen: dict[str, int] = {}
        media: list[Medium | None] = []
        for token in ids:
            kind = {VIDEO_TOKEN_ID: "video", IMAGE_TOKEN_ID: "image"}.get(token)
            if kind is not None:
                seen[kind] = seen.get(kind, 0) + 1
                media.append(self.get(kind, seen[kind]))
        return media or [None]


def _feature_rows(name: str, model: VideoLlama2Model, arrays: Arrays, media: _Media) -> Iterator[Row]:
    video = media.get("video")
    if "vision_features" in arrays and video is not None and video.pixels is not None:
        features = model.frame_features(video.pixels)
        yield compared(name, "vision features", features, arrays["vision_features"], _EMBEDDING_TOLERANCE)
    for kind in ("video", "image"):
        theirs, medium = arrays.get(f"mm_features_{kind}"), media.get(kind)
        if theirs is None:
            continue
        if medium is None:
            yield failed(name, f"{kind} tokens: the array {kind} is missing")
            continue
        tokens = torch.stack([token for token in model.encode([medium]) if token is not None])
        yield compared(name, f"{kind} tokens", tokens, theirs, _EMBEDDING_TOLERANCE)


def _case_rows(name: str, case: str, model: VideoLlama2Model, arrays: Arrays, media: _Media) -> Iterator[Row]:
    title = f"{name} {case}"
    ids = torch.from_numpy(arrays[f"{case}.input_ids"])
    rows = [media.of_row(row) for row in ids.tolist()]
    with_media = is_placeholder(ids).any(dim=1).tolist()
    if any(medium is None for own, has in zip(rows, with_media, strict=True) if has for medium in own):
        if len(ids) > 1 or (theirs := arrays.get(f"{case}.logits")) is None:
            yield failed(title, "the pixels of a clip or picture are missing")
        else:
            yield _row_before_the_unknown(title, model, ids, rows[0], theirs)
        return
    batch = [medium for own in rows for medium in own] if any(with_media) else []
    given: dict[str, Any] = {key: _tensor(arrays, f"{case}.{key}") for key in ("attention_mask", "labels")}
    merged = model.merge(ids, media=batch, **given)
    for key, ours, tolerance in (
        ("merged_mask", merged.attention_mask, EXACT),
        ("merged_embeds", merged.embeddings, _EMBEDDING_TOLERANCE),
        ("merged_labels", merged.labels, EXACT),
    ):
        if (theirs := arrays.get(f"{case}.{key}")) is not None:
            yield compared(title, key.replace("_", " "), _given(ours, key), theirs, tolerance)
    output = model(ids, media=batch, **given)
    if (theirs := arrays.get(f"{case}.logits")) is not None:
        yield compared(title, "logits", output.logits, theirs, _LOGIT_TOLERANCE)
    if (theirs := arrays.get(f"{case}.loss")) is not None:
        yield compared(title, "loss", _given(output.loss, "loss"), theirs, _LOSS_TOLERANCE)
    if (theirs := arrays.get(f"{case}.generated")) is not None:
        mask = given["attention_mask"]
        tokens = model.generate(ids, mask, batch, max_new_tokens=theirs.shape[1], do_sample=False)
        yield compared(title, "greedy tokens", tokens, theirs, EXACT)


def _row_before_the_unknown(
    title: str, model: VideoLlama2Model, ids: Tensor, media: Sequence[Medium | None], logits: Any
) -> Row:
    """A clip whose pixels the folder lacks: what stands before it sees nothing of it and is compared."""
    known = media[: media.index(None)]
    stop = int(is_placeholder(ids[0]).nonzero()[len(known)])
    ours = model(ids[:, :stop], media=known).logits
    what = f"logits before clip {len(known) + 1} (its pixels are not in the folder)"
    return compared(title, what, ours, logits[:, : ours.shape[1]], _LOGIT_TOLERANCE)


def _given(ours: Tensor | None, what: str) -> Tensor:
    if ours is None:
        raise ValueError(f"{what} is there, but the labels it comes from are not")
    return ours


def _tensor(arrays: Arrays, key: str) -> Tensor | None:
    return torch.from_numpy(arrays[key]) if key in arrays else None


def _known(arrays: Arrays) -> set[str]:
    cases = {found[1] for key in arrays if (found := _CASE.match(key))}
    return {*_MEDIA_ARRAYS, *(f"{case}.{key}" for case in cases for key in _CASE_ARRAYS)}
