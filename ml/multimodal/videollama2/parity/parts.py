"""The parts one by one: frames, pixels, connectors, filterbank, BEATs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from ml.multimodal.videollama2.beats import Beats, BeatsConfig
from ml.multimodal.videollama2.checkpoint import StrictLoader
from ml.multimodal.videollama2.filterbank import log_mel_filterbank
from ml.multimodal.videollama2.frame_sampling import frames_each_second, uniform_frames
from ml.multimodal.videollama2.parity.fixtures import Arrays, FixtureFolder
from ml.multimodal.videollama2.parity.rows import EXACT, Row, compared, failed, names_compared, skipped
from ml.multimodal.videollama2.preprocessing import Picture, PictureProcessor
from ml.multimodal.videollama2.stc_connector import CONNECTORS, Connector

_CONNECTOR_TOLERANCE = 1e-5
_PIXEL_TOLERANCE = 1e-5
_SOUND_TOLERANCE = 1e-3


def frame_rows(folder: FixtureFolder) -> Iterator[Row]:
    """`uniform_<wanted>_<available>` and `fps_<fps>_<available>`."""
    for key, theirs in folder.arrays("frame_sample").items():
        mode, _, rest = key.partition("_")
        first, _, available = rest.rpartition("_")
        if mode == "uniform":
            ours = uniform_frames(int(first), int(available))
        elif mode == "fps":
            ours = frames_each_second(float(first), int(available))
        else:
            yield skipped(f"frame_sample {key}", "no sampling of this name")
            continue
        yield compared(f"frame_sample {key}", "frame numbers", ours, theirs, EXACT)


def pixel_rows(folder: FixtureFolder) -> Iterator[Row]:
    """`<clip|siglip>_<None|pad>` of `frames`."""
    arrays = folder.arrays("preprocess")
    frames = list(arrays["frames"])
    for key, theirs in arrays.items():
        if not (named := re.fullmatch(r"(clip|siglip)_(None|pad)", key)):
            if key != "frames":
                yield skipped(f"preprocess {key}", "no preparation of this name")
            continue
        towers = [tower for tower in folder.towers() if tower.kind == named[1]]
        fitting = [tower for tower in towers if tower.network["image_size"] == theirs.shape[-1]]
        if not fitting:
            yield failed(f"preprocess {key}", f"no {named[1]} folder for {theirs.shape[-1]} pixels")
            continue
        processor = PictureProcessor(fitting[0], pad_to_square=named[2] == "pad")
        pictures = _as_the_reference_fills(frames, len(theirs))
        yield compared(f"preprocess {key}", "pixels", processor.pixels(pictures), theirs, _PIXEL_TOLERANCE)


def _as_the_reference_fills(frames: list[Any], wanted: int) -> list[Picture]:
    """A short clip filled up with black frames whose width and height are swapped, as the reference does."""
    height, width = frames[-1].shape[:2]
    black = [Image.new("RGB", (height, width))] * (wanted - len(frames))
    return [*frames, *black]


def connector_rows(folder: FixtureFolder) -> Iterator[Row]:
    """`<type>.input`, `.s1_out` and `.output`; weights of the type's own name or of stc_connector."""
    arrays = folder.arrays("connectors")
    for kind in sorted({key.rpartition(".")[0] for key in arrays}):
        if kind not in CONNECTORS or f"{kind}.input" not in arrays:
            yield skipped(f"connectors {kind}", "no connector of this name, or no input")
            continue
        weights = folder.weights(kind)
        if weights is None and CONNECTORS[kind].depth:
            weights = folder.needed_weights("stc_connector")
        if weights is None:
            yield skipped(f"connectors {kind}", f"no {kind}.safetensors here")
            continue
        yield from _connector_rows(kind, arrays, weights, folder.case(kind).get("keys"))


def _connector_rows(kind: str, arrays: Arrays, weights: Mapping[str, Tensor], stated: Any) -> Iterator[Row]:
    features = torch.from_numpy(arrays[f"{kind}.input"])
    connector = Connector(kind, features.shape[-1], weights["readout.0.weight"].shape[0])
    loader = StrictLoader(connector)
    loader.take(weights.items())
    loader.finish(f"The weights of {kind}")
    if stated:
        yield names_compared(
            f"connectors {kind}",
            {name: tensor.shape for name, tensor in connector.state_dict().items()},
            stated,
        )
    with torch.no_grad():
        if (staged := arrays.get(f"{kind}.s1_out")) is not None:
            ours = connector.first_stage(features)[: len(staged)]
            yield compared(f"connectors {kind}", "after s1", ours, staged, _CONNECTOR_TOLERANCE)
        if (output := arrays.get(f"{kind}.output")) is not None:
            yield compared(f"connectors {kind}", "output", connector(features), output, _CONNECTOR_TOLERANCE)


def filterbank_rows(folder: FixtureFolder) -> Iterator[Row]:
    """`fbank` of `wav`."""
    arrays = folder.arrays("fbank")
    ours = log_mel_filterbank(np.atleast_1d(arrays["wav"].squeeze()))
    yield compared("fbank", "filterbank", ours, arrays["fbank"].reshape(ours.shape), _SOUND_TOLERANCE)


def beats_rows(folder: FixtureFolder) -> Iterator[Row]:
    """`features`, `T` and `F` of `fbank`."""
    arrays, weights = folder.arrays("beats"), folder.needed_weights("beats")
    beats = Beats(_beats_config(weights, folder.case("beats").get("cfg", {})))
    loader = StrictLoader(torch.nn.ModuleDict({"audio_tower": beats}))
    loader.take((f"model.audio_tower.{name}", weight) for name, weight in weights.items())
    loader.finish("The weights of beats")
    if stated := folder.case("beats").get("keys"):
        yield names_compared("beats", {name: tensor.shape for name, tensor in weights.items()}, stated)
    filterbank = torch.from_numpy(arrays["fbank"])
    with torch.no_grad():
        features = beats(filterbank)
    yield compared("beats", "features", features, arrays["features"], _SOUND_TOLERANCE)
    for key, ours in (("T", filterbank.shape[-2] // 16), ("F", filterbank.shape[-1] // 16)):
        if key in arrays:
            yield compared("beats", f"patches {key}", ours, arrays[key], EXACT)


def _beats_config(weights: Mapping[str, Tensor], stated: Mapping[str, Any]) -> BeatsConfig:
    """The shape as the weights show it; only `max_distance` shows nowhere and must be stated."""
    taps = weights["encoder.pos_conv.0.weight_v"].shape
    embed_dim, width = weights["layer_norm.weight"].shape[0], weights["encoder.layer_norm.weight"].shape[0]
    buckets, heads = weights["encoder.layers.0.self_attn.relative_attention_bias.weight"].shape
    shown = {
        "embed_dim": embed_dim,
        "encoder_layers": 1 + max(int(name.split(".")[2]) for name in weights if ".layers." in name),
        "encoder_embed_dim": width,
        "encoder_ffn_embed_dim": weights["encoder.layers.0.fc1.weight"].shape[0],
        "encoder_attention_heads": heads,
        "conv_pos": taps[2],
        "conv_pos_groups": width // taps[1],
        "num_buckets": buckets,
        "predictor_class": weights["predictor.weight"].shape[0],
    }
    known = {field.name for field in fields(BeatsConfig)}
    return BeatsConfig(**(shown | {name: value for name, value in stated.items() if name in known}))
