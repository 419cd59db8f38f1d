"""The conversions against the same networks in numpy, with random weights and without a network."""

from __future__ import annotations

import os
import pickle
from pathlib import Path

import numpy as np
import pytest

from ml.tests.weights import random_checkpoints, reference_networks
from ml.weights import legacy_checkpoint, minilm, mpnet, voice_encoder
from ml.weights.encoder_spec import read_safetensors

VOCABULARY = {"[PAD]": 0, "[UNK]": 1, "[CLS]": 2, "[SEP]": 3} | {f"word{n}": n for n in range(4, 80)}


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    for name in ("source", "target"):
        (tmp_path / name).mkdir()
    return tmp_path / "source", tmp_path / "target"


def test_the_sentence_encoder_computes_what_bert_computes(folders: tuple[Path, Path]) -> None:
    import ctranslate2

    source, target = folders
    weights = random_checkpoints.sentence_encoder(source, VOCABULARY)
    minilm.convert(source, target)
    assert {path.name for path in target.iterdir()} == {
        "model.bin",
        "config.json",
        "vocabulary.json",
        "tokenizer.json",
    }
    encoder = ctranslate2.Encoder(str(target), device="cpu", compute_type="float32", intra_threads=1)
    sentences = [[2, 10, 40, 33, 21, 3], [2, 79, 4, 3]]
    output = np.array(encoder.forward_batch(sentences).last_hidden_state)
    assert output.shape == (2, 6, 384)
    for row, ids in enumerate(sentences):
        expected = reference_networks.bert(weights, ids).mean(axis=0)
        found = output[row, : len(ids)].mean(axis=0)
        cosine = found @ expected / np.linalg.norm(found) / np.linalg.norm(expected)
        assert cosine > 0.999  # the rest is the int8 storage of the weights


def test_the_risk_encoder_computes_what_mpnet_computes(folders: tuple[Path, Path]) -> None:
    import ctranslate2

    source, target = folders
    weights = random_checkpoints.mpnet(source, VOCABULARY)
    mpnet.write_encoder(read_safetensors(source / "model.safetensors"), source, target)
    encoder = ctranslate2.Encoder(str(target), device="cpu", compute_type="float32", intra_threads=1)
    sentences = [[2, *(4 + n % 70 for n in range(40)), 3], [2, 79, 4, 3]]
    places = [mpnet.positions_of(ids) for ids in sentences]
    output = np.array(encoder.forward_batch(sentences, token_type_ids=places).last_hidden_state)
    for row, ids in enumerate(sentences):
        expected = reference_networks.mpnet(weights, ids)
        found = output[row, : len(ids)]
        cosine = (found * expected).sum() / np.linalg.norm(found) / np.linalg.norm(expected)
        assert cosine > 0.999  # the rest is the int8 storage of the weights


def test_a_sentence_encoder_without_a_weight_is_refused(folders: tuple[Path, Path]) -> None:
    source, target = folders
    random_checkpoints.sentence_encoder(source, VOCABULARY)
    path = source / "model.safetensors"
    path.write_bytes(
        path.read_bytes().replace(b"encoder.layer.5.output.dense.bias", b"encoder.layer.5.output.dense.bass")
    )
    with pytest.raises(KeyError, match=r"layer\.5\.output\.dense\.bias"):
        minilm.convert(source, target)


def test_the_voice_encoder_computes_what_the_lstm_computes(
    folders: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    import onnxruntime

    source, target = folders
    weights = random_checkpoints.voice_encoder_weights()
    random_checkpoints.legacy_checkpoint(source / "pretrained.pt", weights, monkeypatch)
    voice_encoder.convert(source, target)
    assert [path.name for path in target.iterdir()] == ["model.onnx"]
    session = onnxruntime.InferenceSession(target / "model.onnx", providers=["CPUExecutionProvider"])
    mel = np.random.default_rng(1).random((2, 160, 40), dtype=np.float32)
    (found,) = session.run(["embedding"], {"mel": mel})
    assert found.shape == (2, 256)
    for row in range(2):
        expected = reference_networks.voice_encoder(weights, mel[row])
        np.testing.assert_allclose(found[row], expected, atol=2e-5)
        assert np.linalg.norm(found[row]) == pytest.approx(1, abs=1e-5)


def test_a_checkpoint_gives_back_its_arrays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    weights = random_checkpoints.voice_encoder_weights()
    random_checkpoints.legacy_checkpoint(tmp_path / "x.pt", weights, monkeypatch)
    state = legacy_checkpoint.read_state(tmp_path / "x.pt", "model_state")
    assert state.keys() == weights.keys()
    for name, array in weights.items():
        np.testing.assert_array_equal(state[name], array)


class Attack:
    """What a hostile checkpoint would hold."""

    def __reduce__(self) -> tuple[object, ...]:
        return os.mkdir, ("owned",)


def test_a_hostile_checkpoint_runs_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("x.pt").write_bytes(pickle.dumps(Attack()))
    with pytest.raises(ValueError, match="asks for"):
        legacy_checkpoint.read_state(Path("x.pt"), "model_state")
    assert not Path("owned").exists()


@pytest.mark.parametrize("keep", [0, 10, 5_000, 1_000_000])
def test_a_cut_checkpoint_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, keep: int) -> None:
    weights = random_checkpoints.voice_encoder_weights()
    random_checkpoints.legacy_checkpoint(tmp_path / "x.pt", weights, monkeypatch)
    with (tmp_path / "x.pt").open("r+b") as stream:
        stream.truncate(keep)
    with pytest.raises(ValueError, match="checkpoint"):
        legacy_checkpoint.read_state(tmp_path / "x.pt", "model_state")
