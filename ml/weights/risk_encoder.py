"""The risk encoder: all-mpnet-base-v2 with our low-rank adapters, and a head for risk labels.

``risk_adapter.npz`` beside this file is what `benchmarks/risk/train_encoder.py` made: for each
linear layer a pair ``<name>.down`` (rank, in) and ``<name>.up`` (out, rank), whose product is added to
the layer's weight, the head's weight and bias, and the names of its labels. All else is MPNet.

The result is fed like `ml.weights.mpnet` tells, with ``head.npz`` beside it: the mean and the
largest of the token states, put side by side, times ``weight`` transposed plus ``bias`` are the
log-odds of ``labels``.
"""

from __future__ import annotations

from importlib.resources import as_file, files
from pathlib import Path

from ml.weights.encoder_spec import read_safetensors
from ml.weights.mpnet import write_encoder

ADAPTER = "risk_adapter.npz"


def convert(source: Path, target: Path) -> None:
    """Write encoder and head into `target` from MPNet's files in `source` and our adapter.

    Raises:
        ValueError: MPNet's file is not the expected model.
        KeyError: A weight is missing.
    """
    import numpy as np

    arrays = read_safetensors(source / "model.safetensors")
    with as_file(files("ml.weights").joinpath(ADAPTER)) as path, np.load(path) as adapter:
        for name in [name.removesuffix(".down") for name in adapter.files if name.endswith(".down")]:
            up, down = (adapter[f"{name}.{part}"].astype(np.float32) for part in ("up", "down"))
            arrays[f"{name}.weight"] += up @ down
        np.savez(
            target / "head.npz",
            weight=adapter["head.weight"],
            bias=adapter["head.bias"],
            labels=adapter["labels"],
        )
    write_encoder(arrays, source, target)
