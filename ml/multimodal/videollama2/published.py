"""The published models' configurations, to know their sizes without their weights.

From the papers and model cards of VideoLLaMA 2 (arXiv 2406.07476) and of their parts:
Mistral-7B-Instruct-v0.2, Qwen2-7B-Instruct, CLIP ViT-L/14-336, SigLIP so400m-patch14-384,
BEATs_iter3+. `python -m ml.multimodal.videollama2.published` prints parameters and bytes.
"""

from __future__ import annotations

import sys
from typing import Any

from ml.multimodal.videollama2.config import VideoLlama2Config
from ml.multimodal.videollama2.towers import find_tower

_MISTRAL_7B: dict[str, Any] = {
    "model_type": "videollama2_mistral",
    "vocab_size": 32000,
    "hidden_size": 4096,
    "intermediate_size": 14336,
    "num_hidden_layers": 32,
    "num_attention_heads": 32,
    "num_key_value_heads": 8,
    "max_position_embeddings": 32768,
    "rms_norm_eps": 1e-5,
    "rope_theta": 1e6,
    "sliding_window": None,
    "tie_word_embeddings": False,
}
_QWEN2_7B: dict[str, Any] = {
    "model_type": "videollama2_qwen2",
    "vocab_size": 152064,
    "hidden_size": 3584,
    "intermediate_size": 18944,
    "num_hidden_layers": 28,
    "num_attention_heads": 28,
    "num_key_value_heads": 4,
    "max_position_embeddings": 32768,
    "rms_norm_eps": 1e-6,
    "rope_theta": 1e6,
    "use_sliding_window": False,
    "tie_word_embeddings": False,
}
_CLIP_EYES = {
    "mm_vision_tower": "openai/clip-vit-large-patch14-336",
    "mm_projector_type": "stc_connector",
    "mm_hidden_size": 1024,
    "num_frames": 16,
}
_SIGLIP_EYES = {
    "mm_vision_tower": "google/siglip-so400m-patch14-384",
    "mm_projector_type": "stc_connector_v35",
    "mm_hidden_size": 1152,
    "num_frames": 16,
}
_EARS = {
    "mm_audio_tower": "audio_tower.bin",
    "mm_projector_a_type": "mlp2x_gelu",
    "mm_hidden_size_a": 768,
    "hidden_size_a": 3584,
}
PUBLISHED: dict[str, dict[str, Any]] = {
    "VideoLLaMA2-7B-16F": _MISTRAL_7B | _CLIP_EYES,
    "VideoLLaMA2.1-7B-16F": _QWEN2_7B | _SIGLIP_EYES,
    "VideoLLaMA2.1-7B-AV": _QWEN2_7B | _SIGLIP_EYES | _EARS,
}
PARTS = ("language_model", "vision_tower", "connector", "audio_tower", "audio_projector")


def published_model(name: str) -> Any:
    """A published model's shape, its weights on torch's meta device."""
    from ml.multimodal.videollama2.assembly import empty_model

    spec = VideoLlama2Config.from_dict(PUBLISHED[name])
    return empty_model(spec, find_tower(spec.vision_tower))


def parameter_counts(name: str) -> dict[str, int]:
    """Parameters of each part that a published model has."""
    model = published_model(name)
    parts = {part: getattr(model, part) for part in PARTS}
    return {
        part: sum(weight.numel() for weight in module.parameters())
        for part, module in parts.items()
        if module is not None
    }


def main() -> None:
    """Print a table."""
    for name in PUBLISHED:
        counts = parameter_counts(name)
        total = sum(counts.values())
        sys.stdout.write(f"{name}: {total:,} parameters, {2 * total / 1e9:.2f} GB in 16 bits\n")
        for part, count in counts.items():
            sys.stdout.write(f"  {part}: {count:,}\n")


if __name__ == "__main__":
    main()
