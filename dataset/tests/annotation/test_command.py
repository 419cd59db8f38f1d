"""dataset_annotate on the terminal, as a module and as tasks, with an OpenAI-compatible server."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from dataset.tests.annotation.media import make_video
from ml.schemas.dialogue import AnnotatedDialogue
from ml.schemas.transcript import SpeakerRole
from ml.tests.llm.misbehaving_server import Reply, StandIn, stand_in

ROOT = Path(__file__).resolve().parents[3]
MODULE = "dataset.annotation.annotation_engine"
GOOD = (
    '{"emotion": "joy", "emotion_confidence": 0.9, "rationale": "r",'
    ' "strategy": "Approval", "strategy_confidence": 0.8}'
)
TURNS = [(SpeakerRole.CLIENT, "I passed.", ""), (SpeakerRole.THERAPIST, "How good.", "clips/absent.mp4")]
# Eager tasks keep their data set and client in the process, as a worker does.
pytestmark = pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[StandIn]:
    with stand_in(Reply(GOOD)) as running:
        monkeypatch.setenv("LLM_BASE_URL", running.url)
        monkeypatch.setenv("LLM_MODEL", "m")
        yield running


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for video in ("one", "two"):
        make_video(tmp_path / "data", TURNS, video)
    return tmp_path / "data"


def annotate(root: Path, *arguments: str) -> str:
    out = io.StringIO()
    call_command(
        "dataset_annotate", "--root", str(root), "--preset", "server", *arguments, stdout=out, stderr=out
    )
    return out.getvalue()


def labelled(root: Path, video: str) -> list[str]:
    path = root / "videos" / "PL" / video / "annotated.json"
    dialogue = AnnotatedDialogue.model_validate_json(path.read_text(encoding="utf-8"))
    return [turn.emotion.value.value for turn in dialogue.utterances if turn.emotion]


def test_it_tells_what_it_would_do_and_then_does_it(server: StandIn, root: Path) -> None:
    told = annotate(root, "--dry-run")
    assert "2 videos, 4 turns (2 no_clip, 2 no_video_model)" in told
    assert "m: 4 turns to ask" in told
    assert server.requests == []
    done = annotate(root)
    assert "turns: 4 done; dialogues written: 2" in done
    assert "models loaded: m; spent 0.0000 USD" in done
    assert labelled(root, "one") == ["joy", "joy"]
    assert "turns: 4 done; dialogues written: 2\nmodels loaded: none" in annotate(root)
    assert len(server.requests) == 4


def test_one_video_alone(server: StandIn, root: Path) -> None:
    assert "1 videos, 2 turns" in annotate(root, "--video", "two")
    assert labelled(root, "two") == ["joy", "joy"]
    assert not (root / "videos" / "PL" / "one" / "annotated.json").exists()


def test_quarantined_turns_are_told(server: StandIn, root: Path) -> None:
    server.script = [Reply("No.")]
    told = annotate(root, "--video", "one")
    assert "PL/one#0000 label: quarantined (answer_invalid: After one repair" in told
    assert "turns: 2 quarantined; dialogues written: 1" in told
    assert labelled(root, "one") == []


def test_what_stops_a_run_has_a_code_and_a_status(
    server: StandIn, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.script = [Reply(status=401)]
    with pytest.raises(CommandError, match=r"model_not_available: .*401") as caught:
        annotate(root)
    assert caught.value.returncode == 2
    assert len(server.requests) == 1
    monkeypatch.delenv("LLM_MODEL")
    with pytest.raises(CommandError, match=r"setting_missing: .*LLM_MODEL"):
        annotate(root)
    with pytest.raises(CommandError, match="preset_unknown"):
        call_command("dataset_annotate", "--root", str(root), "--preset", "oracle")


def test_a_data_set_without_dialogues_says_what_comes_first(server: StandIn, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"nothing_to_annotate: .*dataset_extract") as caught:
        annotate(tmp_path / "empty")
    assert caught.value.returncode == 2


@pytest.mark.parametrize("content", ["server: [", "[server]", "server: secret-key"])
def test_a_file_that_holds_no_presets_is_refused_unquoted(root: Path, tmp_path: Path, content: str) -> None:
    presets = tmp_path / "presets.yaml"
    presets.write_text(content)
    with pytest.raises(CommandError, match=r"preset_invalid: presets\.yaml") as caught:
        annotate(root, "--presets", str(presets))
    assert "secret-key" not in str(caught.value)


def test_a_broken_dialogue_is_named_without_its_words(server: StandIn, root: Path) -> None:
    path = root / "videos" / "PL" / "one" / "dialogue.json"
    path.write_text(path.read_text(encoding="utf-8").replace('"role": "client"', '"role": "I passed"'))
    with pytest.raises(CommandError) as caught:
        annotate(root)
    assert "dialogue_invalid: videos/PL/one/dialogue.json" in str(caught.value)
    assert "passed" not in str(caught.value)


def test_a_preset_of_ones_own_is_checked_without_showing_its_keys(root: Path, tmp_path: Path) -> None:
    presets = tmp_path / "presets.yaml"
    presets.write_text("server: {text: {backend: openai_compatible, options: secret-key}}")
    with pytest.raises(CommandError) as caught:
        annotate(root, "--presets", str(presets))
    assert "preset_invalid: " in str(caught.value)
    assert "text.options" in str(caught.value)
    assert "secret-key" not in str(caught.value)


def test_the_same_functions_run_as_tasks(server: StandIn, root: Path) -> None:
    from core.celery import app
    from dataset import tasks

    try:
        assert "2 videos queued" in annotate(root, "--celery")
    finally:
        tasks._annotation.cache_clear()
    assert labelled(root, "one") == labelled(root, "two") == ["joy", "joy"]
    assert len(server.requests) == 4
    app.finalize()
    routes = {
        name: app.amqp.router.route({}, f"dataset.tasks.{name}")["queue"].name
        for name in ("annotate_clips", "annotate_words")
    }
    assert routes == {"annotate_clips": "dataset_annotate_video", "annotate_words": "dataset_annotate_text"}
    assert app.tasks["dataset.tasks.annotate_clips"].rate_limit == "30/m"


def test_the_module_is_the_command(server: StandIn, root: Path) -> None:
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "dataset.annotation.annotation_engine",
            "--root",
            str(root),
            "--preset",
            "server",
        ],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "core.testing.settings"},
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "turns: 4 done; dialogues written: 2" in done.stdout
    assert labelled(root, "two") == ["joy", "joy"]
