"""Presets, queues and the one place in memory."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from dataset.annotation.config import AnnotationConfig, ModelChoice, load_config, preset_names
from dataset.annotation.preflight import check_gpu_memory
from dataset.annotation.queues import ModelSlot
from dataset.errors import StopRun
from dataset.tests.annotation.answers import ENVIRONMENT, annotating
from dataset.tests.annotation.media import make_clip, make_video
from ml.llm.fake import FakeChatModel
from ml.multimodal.base import Clip
from ml.schemas.chat import ChatMessage, ChatResponse
from ml.schemas.dialogue import AnnotatedDialogue
from ml.schemas.labels import Strategy
from ml.schemas.transcript import SpeakerRole

ANSWER = '{"emotion": "fear", "strategy": "Others"}'


class Watching(FakeChatModel):
    """A model that also takes clips, and can show that another one is in memory."""

    in_memory = 0
    most = 0

    def __init__(self) -> None:
        super().__init__(otherwise=lambda messages: ANSWER)
        Watching.in_memory += 1
        Watching.most = max(Watching.most, Watching.in_memory)
        self.clips: list[Clip | None] = []

    def complete(  # type: ignore[override]
        self, messages: list[ChatMessage], options: object, schema: object, clip: Clip | None = None
    ) -> ChatResponse:
        self.clips.append(clip)
        return super().complete(messages)

    def close(self) -> None:
        Watching.in_memory -= 1


def local_config() -> AnnotationConfig:
    return AnnotationConfig(
        name="test",
        video=ModelChoice(backend="videollama2_local", options={"model_path": "/m/watcher"}, form="brief"),
        text=ModelChoice(backend="transformers_local", options={"model_path": "/m/reader"}, form="brief"),
    )


def test_each_model_is_loaded_once_and_gone_before_the_next(tmp_path: Path) -> None:
    root = tmp_path / "root"
    make_clip(root / "clips" / "a.mp4")
    turns = [
        (SpeakerRole.CLIENT, "Without a clip.", ""),
        (SpeakerRole.CLIENT, "With a clip.", "clips/a.mp4"),
    ]
    for video in ("one", "two", "three"):
        make_video(root, turns, video)
    Watching.most = 0
    with annotating(root, local_config(), lambda choice: Watching()) as (annotation, data_set):
        summary = annotation.run(data_set.workspace.videos())
        assert (summary.turns, summary.written) == ({"done": 6}, 3)
        assert summary.loads == ["watcher", "reader"]
        assert annotation.run(data_set.workspace.videos()).loads == ["watcher", "reader"]
    assert (Watching.most, Watching.in_memory) == (1, 0)


def test_one_queue_alone_leaves_the_dialogue_for_the_other(tmp_path: Path) -> None:
    from dataset.annotation.routing import ModelKind

    root = tmp_path / "root"
    make_clip(root / "clips" / "a.mp4")
    folder = make_video(root, [(SpeakerRole.CLIENT, "A.", ""), (SpeakerRole.CLIENT, "B.", "clips/a.mp4")])
    with annotating(root, local_config(), lambda choice: Watching()) as (annotation, _):
        first = annotation.run([folder], kinds={ModelKind.VIDEO})
        assert (first.turns, first.written, first.loads) == ({"done": 1}, 0, ["watcher"])
        second = annotation.run([folder], kinds={ModelKind.TEXT})
        assert (second.turns, second.written) == ({"done": 1}, 1)


def test_rules_that_are_sure_come_before_the_text_model(tmp_path: Path) -> None:
    folder = make_video(
        tmp_path / "root",
        [(SpeakerRole.THERAPIST, "What happened then?", ""), (SpeakerRole.THERAPIST, "The old house.", "")],
    )
    config = load_config("packaged", environment={})
    with annotating(tmp_path / "root", config, lambda choice: Watching()) as (annotation, data_set):
        annotation.run([folder])
        assert [one.calls for one in data_set.ledger.totals()] == [1]
    dialogue = AnnotatedDialogue.model_validate_json(folder.annotated.read_text(encoding="utf-8"))
    cued, asked = (turn.strategy for turn in dialogue.utterances)
    assert cued is not None
    assert asked is not None
    assert (cued.value, cued.annotator) == (Strategy.OPEN_QUESTION, "rules")
    assert cued.rationale.startswith("cue: ")
    assert (asked.value, asked.annotator) == (Strategy.OTHERS, "qwen2.5-1.5b")
    emotions = [turn.emotion.annotator for turn in dialogue.utterances if turn.emotion]
    assert emotions == ["rules", "rules"]


def test_a_turn_that_fits_no_prompt_is_quarantined_unasked(tmp_path: Path) -> None:
    folder = make_video(tmp_path / "root", [(SpeakerRole.CLIENT, "word " * 2000, "")])
    with annotating(tmp_path / "root", local_config(), lambda choice: Watching()) as (annotation, data_set):
        summary = annotation.run([folder])
        (entry,) = data_set.manifest.entries("label")
    assert (summary.turns, summary.written, summary.loads) == ({"quarantined": 1}, 1, [])
    assert entry.reason.startswith("turn_too_long")


def test_every_preset_is_complete() -> None:
    environment = {**ENVIRONMENT, "LLM_BASE_URL": "http://127.0.0.1:1/v1", "LLM_MODEL": "m"}
    for name in preset_names():
        config = load_config(name, environment=environment)
        for choice in (config.text, config.video):
            if choice is not None:
                assert config.price(choice).usd(1000, 1000) >= 0


def test_a_preset_names_what_it_lacks() -> None:
    with pytest.raises(StopRun, match="PROJECT_ID"):
        load_config("gemini", environment={})
    with pytest.raises(StopRun, match="packaged"):
        load_config("oracle")


def test_a_paid_model_without_a_price_is_not_asked(tmp_path: Path) -> None:
    config = load_config("gemini", environment={**ENVIRONMENT, "MODEL_NAME": "gemini-unknown"})
    make_video(tmp_path / "root", [(SpeakerRole.CLIENT, "Hello.", "")])
    with (
        annotating(tmp_path / "root", config, lambda choice: Watching()) as (annotation, data_set),
        pytest.raises(StopRun, match="gemini-unknown") as caught,
    ):
        annotation.run(data_set.workspace.videos())
    assert caught.value.code == "price_unknown"


def test_prices_come_from_a_file_of_ones_own(tmp_path: Path) -> None:
    prices = tmp_path / "prices.yaml"
    prices.write_text(
        "gemini: {gemini-3.8-flash: {usd_per_million_input_tokens: 2, usd_per_million_output_tokens: 10}}"
    )
    config = load_config("gemini", environment=ENVIRONMENT, prices_file=prices)
    assert config.price(config.text).usd(500_000, 100_000) == Decimal(2)


def test_a_gpu_is_asked_for_before_a_model_is_loaded() -> None:
    torch = pytest.importorskip("torch")
    if torch.cuda.is_available():
        pytest.skip("there is a GPU here")
    with pytest.raises(StopRun) as caught:
        check_gpu_memory(load_config("local", environment={}))
    assert caught.value.code == "gpu_missing"
    check_gpu_memory(load_config("packaged", environment={}))


def test_an_empty_slot_closes_quietly() -> None:
    slot = ModelSlot()
    slot.close()
    slot.close()
    assert slot.loads == []
