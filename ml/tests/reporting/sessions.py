"""Sessions for the tests of drafting, and drafters over fake models."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from ml.llm.fake import FakeChatModel
from ml.reporting.draft import Drafter, build_drafter
from ml.reporting.engines import Engines
from ml.reporting.options import DraftingOptions
from ml.schemas.chat import ChatMessage
from ml.schemas.transcript import Transcript
from ml.schemas.transcript_reading import read_transcript

ROOT = Path(__file__).parents[3]
MODELS_DIR = Path(os.environ.get("MODELS_DIR", ROOT / "var" / "models"))


def sample() -> Transcript:
    """The session that comes with the repository."""
    body = json.loads((ROOT / "assets" / "session_short.json").read_text(encoding="utf-8"))
    segments = [
        {
            "id": f"seg-{n}",
            "role": turn["speaker"],
            "text": turn["text"],
            "start_ms": round(turn["start"] * 1000),
            "end_ms": round(turn["end"] * 1000),
        }
        for n, turn in enumerate(body["turns"])
    ]
    return read_transcript({"segments": segments})


def spoken(*turns: tuple[str, str], language: str = "en") -> Transcript:
    """A typed session: (role, text) in order."""
    return read_transcript(
        {"language": language, "segments": [{"role": role, "text": text} for role, text in turns]}
    )


def by_rules(tmp_path: Path) -> Drafter:
    """Extraction on a machine without any weights."""
    return build_drafter(DraftingOptions(models_dir=tmp_path))


def with_model(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    model: FakeChatModel,
    *,
    fallback: bool = True,
    max_wordings: int = 14,
) -> Drafter:
    """A drafter whose chat model is `model`."""
    monkeypatch.setattr(Engines, "chat_model", lambda _self: model)
    return build_drafter(
        DraftingOptions(
            models_dir=tmp_path,
            backend="openai_compatible",
            fallback_to_extraction=fallback,
            max_wordings=max_wordings,
        )
    )


def answering(word: Callable[[str], str]) -> FakeChatModel:
    """A model that words each quote by `word` and finds no risk."""

    def otherwise(messages: Sequence[ChatMessage]) -> str:
        if "findings" in messages[0].content:
            return '{"findings": []}'
        return json.dumps({"text": word(messages[-1].content)})

    return FakeChatModel(otherwise=otherwise)
