"""The two networks in plain numpy, float64: what a converted model must compute."""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]
HEADS = 12


def bert(weights: dict[str, Array], ids: list[int]) -> Array:
    """The last hidden state of MiniLM for one sentence: (tokens, width)."""
    embeddings = [
        weights["embeddings.word_embeddings.weight"][ids],
        weights["embeddings.position_embeddings.weight"][: len(ids)],
        weights["embeddings.token_type_embeddings.weight"][0],
    ]
    state = _norm(weights, "embeddings.LayerNorm", np.sum(np.broadcast_arrays(*embeddings), axis=0), 1e-12)
    query_key_value = ("attention.self.query", "attention.self.key", "attention.self.value")
    names = (*query_key_value, "attention.output.dense", "attention.output.LayerNorm")
    for index in range(6):
        state = _layer(weights, f"encoder.layer.{index}", state, names, epsilon=1e-12)
    return state


def mpnet(weights: dict[str, Array], ids: list[int]) -> Array:
    """The last hidden state of MPNet for one sentence: (tokens, width)."""
    words = weights["embeddings.word_embeddings.weight"][ids]
    places = weights["embeddings.position_embeddings.weight"][2 : 2 + len(ids)]
    state = _norm(weights, "embeddings.LayerNorm", words.astype(np.float64) + places, 1e-5)
    bias = weights["encoder.relative_attention_bias.weight"][_buckets(len(ids))].transpose(2, 0, 1)
    names = (*(f"attention.attn.{name}" for name in "qkvo"), "attention.LayerNorm")
    for index in range(12):
        state = _layer(weights, f"encoder.layer.{index}", state, names, bias=bias, epsilon=1e-5)
    return state


def _buckets(tokens: int) -> Array:
    """Which of 32 biases holds from a token (row) to a token (column), after Raffel et al. 2020."""
    apart = np.arange(tokens)[None] - np.arange(tokens)[:, None]
    far = 8 + (np.log(np.maximum(np.abs(apart), 1) / 8) / np.log(128 / 8) * 8).astype(int)
    return (apart > 0) * 16 + np.where(np.abs(apart) < 8, np.abs(apart), np.minimum(far, 15))


def _layer(
    weights: dict[str, Array],
    prefix: str,
    state: Array,
    names: tuple[str, ...],
    *,
    epsilon: float,
    bias: Array | float = 0.0,
) -> Array:
    query, key, value, projection, norm = (f"{prefix}.{name}" for name in names)
    attended = _attention(weights, (query, key, value), state, bias)
    state = _norm(weights, norm, state + _linear(weights, projection, attended), epsilon)
    inner = _gelu(_linear(weights, f"{prefix}.intermediate.dense", state))
    outer = _linear(weights, f"{prefix}.output.dense", inner)
    return _norm(weights, f"{prefix}.output.LayerNorm", state + outer, epsilon)


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


def _attention(
    weights: dict[str, Array], names: tuple[str, str, str], state: Array, bias: Array | float
) -> Array:
    tokens, width = state.shape
    query, key, value = (
        _linear(weights, name, state).reshape(tokens, HEADS, -1).swapaxes(0, 1) for name in names
    )
    scores = query @ key.swapaxes(1, 2) / np.sqrt(width / HEADS) + bias
    shares = np.exp(scores - scores.max(axis=-1, keepdims=True))
    attended: Array = (shares / shares.sum(axis=-1, keepdims=True)) @ value
    return attended.swapaxes(0, 1).reshape(tokens, width)


def _linear(weights: dict[str, Array], prefix: str, state: Array) -> Array:
    result: Array = state.astype(np.float64) @ weights[f"{prefix}.weight"].T + weights[f"{prefix}.bias"]
    return result


def _norm(weights: dict[str, Array], prefix: str, state: Array, epsilon: float) -> Array:
    centred = state - state.mean(axis=-1, keepdims=True)
    scale = np.sqrt((centred**2).mean(axis=-1, keepdims=True) + epsilon)
    result: Array = centred / scale * weights[f"{prefix}.weight"] + weights[f"{prefix}.bias"]
    return result


def _gelu(x: Array) -> Array:
    from scipy.special import erf

    result: Array = x * 0.5 * (1 + erf(x / np.sqrt(2)))
    return result


def _sigmoid(x: Array) -> Array:
    result: Array = 1 / (1 + np.exp(-x))
    return result
