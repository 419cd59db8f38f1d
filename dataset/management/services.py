"""The project's settings as the records that extraction takes; Django itself stays outside."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dataset.annotation.config import PRESETS, AnnotationConfig, load_config
from dataset.extraction.config import Services


def services_from(settings: Any) -> Services:
    """Keys, addresses and engines of the settings object."""
    return Services(
        models_dir=Path(settings.MODELS_DIR),
        youtube_api_key=settings.YOUTUBE_API_KEY,
        youtube_endpoint=settings.YOUTUBE_ENDPOINT,
        youtube_daily_units=settings.YOUTUBE_DAILY_UNITS,
        assemblyai_api_key=settings.ASSEMBLYAI_API_KEY,
        assemblyai_base_url=settings.ASSEMBLYAI_BASE_URL,
        assemblyai_model=settings.ASSEMBLYAI_MODEL,
        engine_options={
            "transcriber": settings.TRANSCRIBER,
            "transcriber_options": settings.TRANSCRIBER_OPTIONS,
            "diarizer": settings.DIARIZER,
            "device": settings.ENGINE_DEVICE,
        },
    )


def work_dir_from(settings: Any) -> Path:
    """Where the working folders of buckets lie."""
    return Path(settings.VAR_DIR) / "dataset-work"


def annotation_config_from(settings: Any, chosen: Mapping[str, Any]) -> AnnotationConfig:
    """The configuration of a preset; `chosen` is what a command line says or a task carries."""
    return load_config(
        chosen["preset"],
        presets=Path(chosen["presets"] or PRESETS),
        environment={**os.environ, "MODELS_DIR": str(settings.MODELS_DIR)},
        prices_file=chosen["prices"],
        window_turns=chosen["window_turns"],
    )
