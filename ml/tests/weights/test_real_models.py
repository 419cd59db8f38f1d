"""The fetched models do what they are for."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ml.weights.catalogue import CATALOGUE
from ml.weights.store import WeightStore

pytestmark = pytest.mark.weights

ASSETS = Path(__file__).resolve().parents[3] / "assets"
RATE = 16_000
Array = np.ndarray[Any, np.dtype[np.float32]]


def folder_or_skip(store: WeightStore, name: str) -> Path:
    if not store.has(name):
        pytest.skip(f"The model {name} is not on this machine: python manage.py fetch_models {name}")
    return store.path(name)


@pytest.mark.parametrize("name", list(CATALOGUE))
def test_what_is_stored_is_what_the_catalogue_pins(real_store: WeightStore, name: str) -> None:
    folder = folder_or_skip(real_store, name)
    receipt = json.loads((folder / "COMPLETE.json").read_text())
    spec = CATALOGUE[name]
    if spec.conversion is None:
        assert receipt["files"] == {
            file.name: {"size": file.size, "sha256": file.sha256} for file in spec.files
        }
    else:
        size = sum(file["size"] for file in receipt["files"].values())
        assert size == pytest.approx(spec.converted_size, rel=0.05)


def sentence_vectors(folder: Path, sentences: list[str]) -> Array:
    import ctranslate2
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(256)
    encoder = ctranslate2.Encoder(str(folder), device="cpu", compute_type="float32", intra_threads=1)
    ids = [encoding.ids for encoding in tokenizer.encode_batch(sentences)]
    output = np.array(encoder.forward_batch(ids).last_hidden_state)
    vectors = np.stack([row[: len(tokens)].mean(axis=0) for row, tokens in zip(output, ids, strict=True)])
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), dtype=np.float32)


def test_paraphrases_are_closer_than_other_sentences(real_store: WeightStore) -> None:
    pairs = [
        ("I have not been sleeping well.", "My sleep has been poor."),
        ("Let us write down your thoughts every day.", "Please keep a daily thought record."),
        ("I had a quarrel with my sister.", "My sister and I argued."),
        ("The train was late again.", "Once more the train had a delay."),
    ]
    vectors = sentence_vectors(
        folder_or_skip(real_store, "minilm"), [text for pair in pairs for text in pair]
    )
    cosines = vectors @ vectors.T
    same = [cosines[2 * n, 2 * n + 1] for n in range(len(pairs))]
    other = [cosines[a, b] for a in range(8) for b in range(8) if a // 2 != b // 2]
    assert min(same) > 0.5
    assert min(same) > max(other) + 0.1


def test_a_sentence_has_the_same_vector_in_any_batch(real_store: WeightStore) -> None:
    folder = folder_or_skip(real_store, "minilm")
    alone = sentence_vectors(folder, ["I sleep badly."])[0]
    among = sentence_vectors(folder, ["I sleep badly.", "A much longer sentence stands beside it, " * 6])[0]
    assert alone @ among > 0.9999


def decode(path: Path) -> Array:
    import av

    with av.open(str(path)) as container:
        resampler = av.AudioResampler(format="flt", layout="mono", rate=RATE)
        frames = [part for frame in container.decode(audio=0) for part in resampler.resample(frame)]
        frames += resampler.resample(None)
    return np.concatenate([frame.to_ndarray().reshape(-1) for frame in frames]).astype(np.float32)


def mel_windows(audio: Array) -> Array:
    """Windows of 1.6 s every 0.8 s, as the voice encoder takes them."""
    audio = audio * np.float32(10 ** (-30 / 20) / np.sqrt(np.mean(audio**2)))
    padded = np.pad(audio, 200)
    count = 1 + len(audio) // 160
    starts = 160 * np.arange(count)[:, None] + np.arange(400)[None]
    hann = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(400) / 400)
    power = np.abs(np.fft.rfft(padded[starts] * hann, axis=1)) ** 2
    mel = (power @ mel_filters().T).astype(np.float32)
    return np.stack([mel[start : start + 160] for start in range(0, len(mel) - 160, 80)])


def mel_filters() -> Array:
    """40 Slaney bands from 0 to 8,000 Hz, each of area one, over 201 bins."""
    top = 15 + np.log(8_000 / 1_000) / (np.log(6.4) / 27)
    steps = np.linspace(0, top, 42)
    edges = np.where(steps < 15, steps * 200 / 3, 1_000 * np.exp(np.log(6.4) / 27 * (steps - 15)))
    bins = np.linspace(0, 8_000, 201)
    rising = (bins - edges[:-2, None]) / np.diff(edges)[:-1, None]
    falling = (edges[2:, None] - bins) / np.diff(edges)[1:, None]
    triangles = np.maximum(0, np.minimum(rising, falling))
    return np.asarray(triangles * (2 / (edges[2:] - edges[:-2]))[:, None], dtype=np.float32)


def test_one_voice_is_closer_to_itself_than_to_the_other(real_store: WeightStore) -> None:
    import onnxruntime

    model = folder_or_skip(real_store, "voice-encoder") / "model.onnx"
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    audio = decode(ASSETS / "session_short.ogg")
    turns = json.loads((ASSETS / "session_short.json").read_text())["turns"]
    vectors = []
    for turn in turns:
        windows = mel_windows(audio[int(turn["start"] * RATE) : int(turn["end"] * RATE)])
        (found,) = session.run(["embedding"], {"mel": windows})
        mean = found.mean(axis=0)
        vectors.append(mean / np.linalg.norm(mean))
    cosines = np.stack(vectors) @ np.stack(vectors).T
    pairs = [(a, b) for a in range(len(turns)) for b in range(a)]
    same = [cosines[a, b] for a, b in pairs if turns[a]["speaker"] == turns[b]["speaker"]]
    other = [cosines[a, b] for a, b in pairs if turns[a]["speaker"] != turns[b]["speaker"]]
    assert min(same) > 0.75
    assert min(same) > max(other) + 0.1
