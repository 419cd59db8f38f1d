"""From a playlist's id to a published data set by the commands alone, and once more for nothing."""

from __future__ import annotations

import gc
import importlib
import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import override_settings

from dataset.manifest import sha256_of
from dataset.publishing.tables import dialogues_in
from dataset.tests.stand_ins import StandIn, serving
from dataset.tests.videos import talk
from dataset.workspace import Workspace
from ml.schemas.dialogue import AnnotatedDialogue, Split
from ml.schemas.transcript import SpeakerRole
from ml.tests.llm.misbehaving_server import Reply
from ml.tests.llm.misbehaving_server import StandIn as TextServer
from ml.tests.llm.misbehaving_server import stand_in as text_server

datasets = pytest.importorskip("datasets", reason="the workbench's packages are not installed")
# What yt-dlp and the text model's client leave to the garbage collector.
pytestmark = pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")

LICENCE = "creativeCommon"
# Rules for therapists, a served model for the rest.
PRESETS = """
mixed:
  text:
    backend: openai_compatible
    options: {base_url: {env: LLM_BASE_URL}, model: small}
  cue_confidence: 0.3
  therapist_neutral: 0.976
"""
ANSWER = (
    '{"emotion": "sadness", "emotion_confidence": 0.8, "rationale": "r",'
    ' "strategy": "Question", "strategy_confidence": 0.6}'
)
TALKS = {
    "bus": [
        ("A", 0.5, 5.0, "Welcome back. How have you been feeling since we met last week?"),
        ("B", 5.5, 10.0, "Tired. I missed the bus twice and I nearly went home again."),
        ("A", 10.4, 12.0, "I see."),
        ("B", 12.5, 16.0, "I keep telling myself that nothing helps me anyway."),
    ],
    "exam": [
        ("A", 0.5, 4.5, "You sat your exam on Monday. What was it like to walk in there?"),
        ("B", 5.0, 9.0, "My heart was racing, and I could not read the first page at all."),
        ("A", 9.5, 13.5, "It sounds as if the fear came first, and the reading came later."),
    ],
    "garden": [
        ("A", 0.5, 4.2, "Last time you told me about your father's garden. Have you been there?"),
        ("B", 4.6, 9.5, "I went on Sunday. The roses were dead, and I cried in the car for an hour."),
    ],
}
"""What the transcription service hears in each video: speaker, start, end (seconds), words."""


def heard(video: str) -> list[dict[str, Any]]:
    """A talk as AssemblyAI would answer it."""
    return [
        {
            "text": text,
            "start": round(start * 1000),
            "end": round(end * 1000),
            "confidence": 0.9,
            "speaker": speaker,
            "words": [],
        }
        for speaker, start, end, text in TALKS[video]
    ]


@dataclass
class World:
    """The stand-ins, the data set, and what each command said in the first run."""

    services: StandIn
    model: TextServer
    root: Path
    presets: Path
    said: dict[str, str] = field(default_factory=dict)

    def command(self, name: str, *arguments: str) -> str:
        out = io.StringIO()
        call_command(f"dataset_{name}", *arguments, "--root", str(self.root), stdout=out, stderr=out)
        return out.getvalue()

    def four(self) -> dict[str, str]:
        """The commands as the README names them."""
        return {
            "extract": self.command("extract", "PLtalks", "--transcriber", "assemblyai", "--language", "en"),
            "annotate": self.command("annotate", "--preset", "mixed", "--presets", str(self.presets)),
            "split": self.command("split"),
            "publish": self.command(
                "publish", "--name", "talks", "--licence", "cc-by-3.0", "--consent", "All speakers signed."
            ),
        }

    @property
    def published(self) -> Path:
        return Workspace(self.root).published / "talks"

    def files(self) -> dict[str, str]:
        """Hashes of everything but the state."""
        return {
            path.relative_to(self.root).as_posix(): sha256_of(path)
            for path in sorted(self.root.rglob("*"))
            if path.is_file() and "state" not in path.relative_to(self.root).parts
        }


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Three short films of one playlist and one private video, taken through all four commands."""
    place = tmp_path_factory.mktemp("four")
    presets = place / "presets.yaml"
    presets.write_text(PRESETS)
    services = StandIn(heard_by_job=[heard(video) for video in TALKS])
    for seconds, video in zip((17, 14, 10), TALKS, strict=True):
        services.add(
            video,
            talk(place / f"{video}.mp4", seconds),
            "PLtalks",
            duration=f"PT{seconds}S",
            title=f"Talk: {video}",
        )
    services.add("hidden", None, "PLtalks", gone="yes", item_privacy="private")
    with (
        pytest.MonkeyPatch.context() as patch,
        serving(services),
        text_server(Reply(ANSWER)) as model,
        override_settings(
            YOUTUBE_API_KEY="key",
            ASSEMBLYAI_API_KEY="key",
            YOUTUBE_ENDPOINT=services.url,
            ASSEMBLYAI_BASE_URL=services.url,
            DATASET_WATCH_URL=f"{services.url}/watch/{{video}}",
        ),
    ):
        patch.setenv("LLM_BASE_URL", model.url)
        patch.setattr(datasets.config, "HF_DATASETS_CACHE", place / "cache")
        patch.setattr(datasets.config, "HF_HUB_OFFLINE", True)
        datasets.disable_progress_bars()
        importlib.import_module("huggingface_hub.utils").disable_progress_bars()
        running = World(services, model, place / "data", presets)
        running.said = running.four()
        yield running
    gc.collect()


@pytest.fixture(scope="module")
def dialogues(world: World) -> dict[str, AnnotatedDialogue]:
    """What a reader of the published folder gets."""
    found: list[AnnotatedDialogue] = dialogues_in(datasets.load_dataset(str(world.published)))
    return {item.id: item for item in found}


def test_every_command_says_what_it_did(world: World) -> None:
    assert "4 videos, 4 to work on: 3 downloads" in world.said["extract"]
    assert "3 videos, 9 turns (1 no_clip, 8 no_video_model)" in world.said["annotate"]
    assert "turns: 9 done; dialogues written: 3" in world.said["annotate"]
    assert re.search(r"^dialogues +1 +1 +1$", world.said["split"], re.MULTILINE)
    assert "3 dialogues, 8 clips: published/talks" in world.said["publish"]


def test_the_words_times_and_clips_arrive(world: World, dialogues: dict[str, AnnotatedDialogue]) -> None:
    assert set(dialogues) == set(TALKS)
    for video, talked in TALKS.items():
        turns = dialogues[video].utterances
        assert [turn.text for turn in turns] == [text for *_, text in talked]
        assert [(turn.start_ms, turn.end_ms) for turn in turns] == [
            (round(start * 1000), round(end * 1000)) for _, start, end, _ in talked
        ]
        assert [bool(turn.clip) for turn in turns] == [end - start > 3 for _, start, end, _ in talked]
        for turn in turns:
            if turn.clip:
                assert sha256_of(world.published / turn.clip) == sha256_of(world.root / turn.clip)


def test_labels_say_who_gave_them(dialogues: dict[str, AnnotatedDialogue]) -> None:
    turns = [turn for item in dialogues.values() for turn in item.utterances]
    for turn in turns:
        assert turn.emotion is not None
        if turn.role is SpeakerRole.THERAPIST:
            assert (turn.emotion.value.value, turn.emotion.annotator) == ("neutral", "rules")
            assert turn.strategy is not None
            assert turn.strategy.annotator in {"rules", "small"}
        else:
            assert (turn.emotion.value.value, turn.emotion.annotator) == ("sadness", "small")
            assert turn.emotion.prompt_version
            assert turn.strategy is None
    assert {turn.role for turn in turns} == {SpeakerRole.THERAPIST, SpeakerRole.CLIENT}


def test_lineage_and_licences_arrive(world: World, dialogues: dict[str, AnnotatedDialogue]) -> None:
    for video, dialogue in dialogues.items():
        source = dialogue.source
        assert (source.dataset, source.source_id, source.playlist) == ("youtube", video, "PLtalks")
        assert (source.title, source.licence) == (f"Talk: {video}", LICENCE)
        assert source.url == f"{world.services.url}/watch/{video}"
        assert source.sha256 == sha256_of(world.services.files[video])
    card = (world.published / "README.md").read_text(encoding="utf-8")
    assert "license: cc-by-3.0" in card
    assert "All speakers signed." in card
    assert LICENCE in card
    assert "private" in card  # what was left out, and why


def test_splits_are_those_of_the_plan(world: World, dialogues: dict[str, AnnotatedDialogue]) -> None:
    plan = json.loads((world.root / "splits.json").read_text(encoding="utf-8"))["dialogues"]
    assert {video: item.split.value for video, item in dialogues.items() if item.split} == plan
    assert sorted(plan.values()) == sorted(split.value for split in Split)


def test_status_and_ledger_agree_with_what_the_services_counted(world: World) -> None:
    status = json.loads(world.command("status", "--json"))
    ends = {one["stage"]: (one["done"], one["failed"], one["quarantined"]) for one in status["stages"]}
    assert ends == {
        "playlist": (1, 0, 0),
        "download": (3, 0, 1),
        "standardize": (3, 0, 0),
        "audio": (3, 0, 0),
        "transcript": (3, 0, 0),
        "clips": (3, 0, 0),
        "annotate": (3, 0, 0),
        "label": (9, 0, 0),
        "publish": (1, 0, 0),
    }
    assert [(one["item"], one["reason"].split(":")[0]) for one in status["not_done"]] == [
        ("PLtalks/hidden", "private")
    ]
    spending = {one["service"]: one for one in status["spending"]}
    counts = world.services.counts
    assert {service: one["calls"] for service, one in spending.items()} == {
        "youtube": counts["items"] + counts["videos"],
        "assemblyai": counts["job"],
        "openai_compatible": len(world.model.requests),
    }
    assert counts["job"] == 3
    seconds = spending["assemblyai"]["input_units"]
    assert 17 + 14 + 10 <= seconds <= 17 + 14 + 10 + 3  # begun seconds of each film are paid
    assert float(status["total_usd"]) == pytest.approx(0.29 * seconds / 3600, rel=1e-4)


def test_the_labels_can_be_compared_with_a_reference(
    world: World, dialogues: dict[str, AnnotatedDialogue], tmp_path: Path
) -> None:
    reference = tmp_path / "people.jsonl"
    reference.write_text("".join(f"{item.model_dump_json()}\n" for item in dialogues.values()))
    report = json.loads(world.command("agreement", "--reference", str(reference), "--json"))
    assert {one["target"]: one["agreement"]["accuracy"] for one in report}
    assert all(one["agreement"]["accuracy"] == 1.0 for one in report)


def test_a_rerun_of_all_four_does_nothing_again(world: World) -> None:
    counts, requests, files = dict(world.services.counts), len(world.model.requests), world.files()
    again = world.four()
    assert dict(world.services.counts) == counts
    assert len(world.model.requests) == requests
    assert world.files() == files
    assert "4 videos, 0 to work on" in again["extract"]
    assert "models loaded: none" in again["annotate"]
    assert again["split"] == world.said["split"]
    assert again["publish"] == world.said["publish"]
