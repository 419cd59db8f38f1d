"""What the eyes of a multimodal run hold, from their configuration alone."""

from __future__ import annotations

from pathlib import Path

from finetune.config import VisionConfig
from finetune.errors import FinetuneError, FinetuneErrorCode
from finetune.memory import EyesShape
from ml.errors import MLError


def shape_of_eyes(vision: VisionConfig) -> EyesShape:
    """Weights of tower and connector, counted on torch's meta device, and what is alive for one clip.

    While a clip is seen, every layer's output for each patch of each frame is kept, and beside it five of
    the connector's maps at the frames' full resolution.

    Raises:
        FinetuneError: model_not_available: the checkpoint is missing or is no VideoLLaMA2.
    """
    from accelerate import init_empty_weights

    from ml.multimodal.videollama2.assembly import tower_of
    from ml.multimodal.videollama2.config import VideoLlama2Config
    from ml.multimodal.videollama2.stc_connector import Connector
    from ml.multimodal.videollama2.vision_tower import VisionTower

    folder = Path(vision.path)
    try:
        spec = VideoLlama2Config.from_folder(folder)
        tower = tower_of(spec, folder, Path(vision.tower) if vision.tower else None)
    except MLError as error:
        raise FinetuneError(FinetuneErrorCode.MODEL_NOT_AVAILABLE, str(error)) from None
    with init_empty_weights(include_buffers=False):
        eyes = VisionTower(tower, spec.select_layer)
        connector = Connector(spec.connector_type, spec.vision_size, spec.hidden_size)
    weights = sum(weight.numel() for part in (eyes, connector) for weight in part.parameters())
    layers = eyes.encoder.config.num_hidden_layers + 1
    patches = spec.num_frames * (eyes.encoder.config.image_size // eyes.encoder.config.patch_size) ** 2
    return EyesShape(weights, patches * (layers * tower.width + 5 * spec.hidden_size))
