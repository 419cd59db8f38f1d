"""Resemblyzer's GE2E voice encoder from its torch checkpoint to ONNX, without torch.

How the result is fed (folder file: ``model.onnx``):

- Input ``mel``: float32, (batch, frames, 40); a window has 160 frames (1.6 s). Output ``embedding``:
  float32, (batch, 256), of L2 norm 1 and never negative (a ReLU precedes the norm).
- Mono at 16 kHz. Bring the loudness of what is compared to -30 dBFS (RMS), upwards and downwards:
  the mel has no logarithm, so a tenth of the gain changes the voice's cosine to .43.
- Mel: n_fft and window 400 (25 ms), hop 160 (10 ms), periodic Hann window, centred frames with zero
  padding of 200 samples on both sides, power spectrum (exponent 2), 40 Slaney mel bands with
  Slaney area normalisation from 0 to 8,000 Hz, **no logarithm**.
- A longer utterance: windows of 160 frames at a regular step, the mean of their embeddings, then
  divided by its L2 norm. The dot product of two such vectors is the cosine; the values of same
  and different speakers overlap, so cluster, don't threshold.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

    FloatArray = np.ndarray[Any, np.dtype[np.float32]]

HIDDEN = 256
LAYERS = 3
MEL_BANDS = 40
FRAMES = 160
OPSET = 17
IR_VERSION = 8  # readable by every ONNX Runtime since 1.14


def convert(source: Path, target: Path) -> None:
    """Write ``model.onnx`` into `target` from ``pretrained.pt`` in `source`.

    Raises:
        ValueError: The checkpoint is not the expected one, or asks for more than tensors.
        KeyError: A weight is missing.
    """
    import onnx

    from ml.weights.legacy_checkpoint import read_state

    model = _model(read_state(source / "pretrained.pt", "model_state"))
    onnx.checker.check_model(model, full_check=True)
    onnx.save_model(model, str(target / "model.onnx"))


def _model(state: dict[str, FloatArray]) -> Any:
    import numpy as np
    from onnx import TensorProto, helper, numpy_helper

    weights: list[Any] = []
    nodes: list[Any] = [helper.make_node("Transpose", ["mel"], ["layer_0"], perm=[1, 0, 2])]

    def constant(name: str, array: FloatArray | np.ndarray[Any, np.dtype[np.int64]]) -> str:
        weights.append(numpy_helper.from_array(np.ascontiguousarray(array), name))
        return name

    axis = constant("direction_axis", np.array([1], dtype=np.int64))
    for layer in range(LAYERS):
        w = constant(f"w_{layer}", _gates(state[f"lstm.weight_ih_l{layer}"])[None])
        r = constant(f"r_{layer}", _gates(state[f"lstm.weight_hh_l{layer}"])[None])
        biases = [_gates(state[f"lstm.bias_{kind}_l{layer}"]) for kind in ("ih", "hh")]
        b = constant(f"b_{layer}", np.concatenate(biases)[None])
        outputs = [f"sequence_{layer}", f"last_{layer}"]
        nodes.append(helper.make_node("LSTM", [f"layer_{layer}", w, r, b], outputs, hidden_size=HIDDEN))
        # (frames, directions, batch, hidden) -> (frames, batch, hidden)
        nodes.append(helper.make_node("Squeeze", [outputs[0], axis], [f"layer_{layer + 1}"]))
    first_axis = constant("first_axis", np.array([0], dtype=np.int64))
    nodes += [
        helper.make_node("Squeeze", [f"last_{LAYERS - 1}", first_axis], ["hidden"]),
        helper.make_node(
            "Gemm",
            [
                "hidden",
                constant("linear_w", state["linear.weight"]),
                constant("linear_b", state["linear.bias"]),
            ],
            ["projected"],
            transB=1,
        ),
        helper.make_node("Relu", ["projected"], ["rectified"]),
        helper.make_node("LpNormalization", ["rectified"], ["embedding"], axis=1, p=2),
    ]
    graph = helper.make_graph(
        nodes,
        "voice_encoder",
        [helper.make_tensor_value_info("mel", TensorProto.FLOAT, ["batch", "frames", MEL_BANDS])],
        [helper.make_tensor_value_info("embedding", TensorProto.FLOAT, ["batch", HIDDEN])],
        weights,
    )
    opset = [helper.make_opsetid("", OPSET)]
    return helper.make_model(graph, opset_imports=opset, ir_version=IR_VERSION, producer_name="therapist-ai")


def _gates(array: FloatArray) -> FloatArray:
    """Reorder an LSTM's stacked gates: torch has input, forget, cell, output; ONNX wants i, o, f, c."""
    import numpy as np

    if array.shape[0] != 4 * HIDDEN:
        raise ValueError("The checkpoint's LSTM has an unexpected size.")
    i, f, g, o = np.split(array, 4)
    return np.concatenate([i, o, f, g])
