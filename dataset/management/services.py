"""The project's settings as the records that extraction takes; Django itself stays outside."""

from __future__ import annotations

from pathlib import Path
from typing import Any

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
