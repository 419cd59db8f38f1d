"""The two networks in plain numpy, float64: what a converted model must compute."""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]
LAYERS, HEADS = 6, 12


def bert(weights: dict[str, Array], ids: list[int]) -> Array:
    """The last hidden state of a BERT encoder for one sentence: (tokens, width)."""
    embeddings = [
        weights["embeddings.word_embeddings.weight"][ids],
        weights["embeddings.position_embeddings.weight"][: len(ids)],
        weights["embeddings.token_type_embeddings.weight"][0],
    ]
    state = _norm(weights, "embeddings.LayerNorm", np.sum(np.broadcast_arrays(*embeddings), axis=0))
    for index in range(LAYERS):
        prefix = f"encoder.layer.{index}"
        attended = _attention(weights, f"{prefix}.attention.self", state)
        projected = _linear(weights, f"{prefix}.attention.output.dense", attended)
        state = _norm(weights, f"{prefix}.attention.output.LayerNorm", state + projected)
        inner = _gelu(_linear(weights, f"{prefix}.intermediate.dense", state))
        outer = _linear(weights, f"{prefix}.output.dense", inner)
        state = _norm(weights, f"{prefix}.output.LayerNorm", state + outer)
    return state


def voice_encoder(weights: dict[str, Array], mel: Array) -> Array:
    """The embedding of one window (frames, 40): three LSTM layers, linear, ReLU, L2 norm."""
    sequence = mel.astype(np.float64)
    for layer in range(3):
        sequence = _lstm(weights, layer, sequence)
    projected = np.maximum(_linear(weights, "linear", sequence[-1]), 0)
    return projected / np.linalg.norm(projected)


def _lstm(weights: dict[str, Array], layer: int, sequence: Array) -> Array:
    w_ih, w_hh = weights[f"lstm.weight_ih_l{layer}"], weights[f"lstm.weight_hh_l{layer}"]
    bias = weights[f"lstm.bias_ih_l{layer}"].astype(np.float64) + weights[f"lstm.bias_hh_l{layer}"]
    hidden = cell = np.zeros(w_hh.shape[1])
    states = []
    for frame in sequence:
        i, f, g, o = np.split(w_ih @ frame + w_hh @ hidden + bias, 4)
        cell = _sigmoid(f) * cell + _sigmoid(i) * np.tanh(g)
        hidden = _sigmoid(o) * np.tanh(cell)
        states.append(hidden)
    return np.stack(states)


def _attention(weights: dict[str, Array], prefix: str, state: Array) -> Array:
    tokens, width = state.shape
    query, key, value = (
        _linear(weights, f"{prefix}.{name}", state).reshape(tokens, HEADS, -1).swapaxes(0, 1)
        for name in ("query", "key", "value")
    )
    scores = query @ key.swapaxes(1, 2) / np.sqrt(width / HEADS)
    shares = np.exp(scores - scores.max(axis=-1, keepdims=True))
    attended: Array = (shares / shares.sum(axis=-1, keepdims=True)) @ value
    return attended.swapaxes(0, 1).reshape(tokens, width)


def _linear(weights: dict[str, Array], prefix: str, state: Array) -> Array:
    result: Array = state.astype(np.float64) @ weights[f"{prefix}.weight"].T + weights[f"{prefix}.bias"]
    return result


def _norm(weights: dict[str, Array], prefix: str, state: Array) -> Array:
    centred = state - state.mean(axis=-1, keepdims=True)
    scale = np.sqrt((centred**2).mean(axis=-1, keepdims=True) + 1e-12)
    result: Array = centred / scale * weights[f"{prefix}.weight"] + weights[f"{prefix}.bias"]
    return result


def _gelu(x: Array) -> Array:
    from scipy.special import erf

    result: Array = x * 0.5 * (1 + erf(x / np.sqrt(2)))
    return result


def _sigmoid(x: Array) -> Array:
    result: Array = 1 / (1 + np.exp(-x))
    return result
