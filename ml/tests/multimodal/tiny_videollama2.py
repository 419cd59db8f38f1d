"""Tiny VideoLLaMA2 checkpoints with random weights, laid out as the published ones."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file

from ml.multimodal.videollama2.assembly import _language_model
from ml.multimodal.videollama2.beats import BeatsConfig
from ml.multimodal.videollama2.checkpoint import published_name
from ml.multimodal.videollama2.config import VideoLlama2Config
from ml.multimodal.videollama2.model import VideoLlama2Model
from ml.multimodal.videollama2.towers import find_tower

TINY_BEATS = BeatsConfig(16, 2, 32, 48, 4, conv_pos=8, conv_pos_groups=4, num_buckets=8, max_distance=16)
"""For the audio branch; tests put it in the place of the published shape, which is 90 million parameters."""
WORDS = (
    "<pad> <s> </s> <|im_start|> <|im_end|> [INST] [/INST] system user assistant you see hear what clip ( )"
)
_CLIP = {
    "model_type": "clip_vision_model",
    "hidden_size": 16,
    "intermediate_size": 32,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "image_size": 56,
    "patch_size": 14,
    "hidden_act": "quick_gelu",
}
_CLIP_PICTURES = {
    "size": {"shortest_edge": 56},
    "crop_size": {"height": 56, "width": 56},
    "resample": 3,
    "image_mean": [0.5, 0.4, 0.3],
    "image_std": [0.3, 0.3, 0.3],
}
_SIGLIP = _CLIP | {"model_type": "siglip_vision_model", "image_size": 70, "hidden_act": "gelu_pytorch_tanh"}
_SIGLIP_PICTURES = {
    "size": {"height": 70, "width": 70},
    "resample": 3,
    "image_mean": [0.5, 0.5, 0.5],
    "image_std": [0.5, 0.5, 0.5],
}
LANGUAGE = {
    "vocab_size": 64,
    "hidden_size": 32,
    "intermediate_size": 48,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "max_position_embeddings": 4096,
    "rope_theta": 10000.0,
    "tie_word_embeddings": False,
    "bos_token_id": 1,
    "eos_token_id": 2,
    "pad_token_id": 0,
}


def write_towers(folder: Path) -> None:
    """Folders of a tiny CLIP and a tiny SigLIP beside the checkpoint."""
    for name, network, pictures in (
        ("tiny-clip", _CLIP, _CLIP_PICTURES),
        ("tiny-siglip", _SIGLIP, _SIGLIP_PICTURES),
    ):
        (folder / name).mkdir(parents=True, exist_ok=True)
        (folder / name / "config.json").write_text(json.dumps(network))
        (folder / name / "preprocessor_config.json").write_text(json.dumps(pictures))


def config(kind: str = "qwen2", *, audio: bool = False) -> dict[str, Any]:
    """A `config.json` of the 2.1 kind ("qwen2": SigLIP, v35) or of the first kind ("mistral": CLIP)."""
    siglip = kind == "qwen2"
    heard = {
        "mm_audio_tower": "audio_tower.bin",
        "mm_projector_a_type": "mlp2x_gelu",
        "mm_hidden_size_a": TINY_BEATS.encoder_embed_dim,
        "hidden_size_a": 32,
    }
    return (
        LANGUAGE
        | {
            "model_type": f"videollama2_{kind}",
            "mm_vision_tower": f"google/tiny-{'siglip' if siglip else 'clip'}",
            "mm_projector_type": "stc_connector_v35" if siglip else "stc_connector",
            "mm_hidden_size": 16,
            "mm_vision_select_layer": -2,
            "num_frames": 4,
        }
        | (heard if audio else {})
    )


def random_model(folder: Path, raw: dict[str, Any]) -> VideoLlama2Model:
    """A model with random weights that are large enough to tell answers apart."""
    write_towers(folder)
    spec = VideoLlama2Config.from_dict(raw)
    torch.manual_seed(3)
    model = VideoLlama2Model(spec, find_tower(spec.vision_tower, folder), _language_model(spec))
    with torch.no_grad():
        for weight in model.parameters():
            if weight.ndim > 1:
                weight.normal_(std=0.2)
    return model.eval()


def published_tensors(model: VideoLlama2Model) -> dict[str, torch.Tensor]:
    """The weights under their published names."""
    return {published_name(name): weight.detach().clone() for name, weight in model.named_parameters()}


def write_checkpoint(folder: Path, raw: dict[str, Any], tensors: dict[str, torch.Tensor]) -> Path:
    """A checkpoint in two shards with its index, as the published ones come."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.json").write_text(json.dumps(raw))
    names = sorted(tensors)
    weight_map: dict[str, str] = {}
    for number, part in enumerate((names[::2], names[1::2]), start=1):
        file = f"model-{number:05}-of-00002.safetensors"
        save_file({name: tensors[name].contiguous() for name in part}, str(folder / file))
        weight_map |= dict.fromkeys(part, file)
    (folder / "model.safetensors.index.json").write_text(json.dumps({"weight_map": weight_map}))
    return folder


def write_tokenizer(folder: Path) -> None:
    """A tokenizer of a few words, without a chat template."""
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    words = {word: number for number, word in enumerate(WORDS.split())}
    inner = Tokenizer(models.WordLevel(words, unk_token="<pad>"))
    inner.pre_tokenizer = pre_tokenizers.Whitespace()
    special = ["<|im_start|>", "<|im_end|>", "[INST]", "[/INST]"]
    PreTrainedTokenizerFast(
        tokenizer_object=inner,
        bos_token="<s>",
        eos_token="</s>",
        pad_token="<pad>",
        additional_special_tokens=special,
    ).save_pretrained(str(folder))
