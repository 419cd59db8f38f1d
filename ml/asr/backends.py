"""The speech recognizers by name."""

from __future__ import annotations

from ml.asr.base import Transcriber
from ml.registry import Registry

TRANSCRIBERS: Registry[Transcriber] = Registry(
    "transcriber",
    {
        "faster_whisper": "ml.asr.faster_whisper.FasterWhisper",
        "openai_whisper": "ml.asr.openai_whisper.OpenAIWhisper",
        "openai_api": "ml.asr.openai_api.OpenAITranscriptions",
        "fake": "ml.asr.fake.FakeTranscriber",
    },
)
"""Every backend takes ``models_dir`` and ``device`` and its own options; `fake` is for unit tests."""
