"""dataset_extract and dataset_status on the terminal, in process and as tasks."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from dataset.errors import StopRun
from dataset.extraction import plan as planning
from dataset.management.commands.dataset_extract import _playlist_id
from dataset.tests.stand_ins import Scripted, StandIn

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")


@pytest.fixture
def listed(stand_in: StandIn, spoken_video: Path, settings: Any, tmp_path: Path) -> StandIn:
    """A playlist of one video that is fine, one that is private and one that is gone."""
    stand_in.add("talk", spoken_video, duration="PT20S")
    stand_in.add("hidden", None, gone="yes", item_privacy="private")
    stand_in.add("lost", None, duration="PT1H")
    settings.YOUTUBE_API_KEY = settings.ASSEMBLYAI_API_KEY = "key"
    settings.YOUTUBE_ENDPOINT = settings.ASSEMBLYAI_BASE_URL = stand_in.url
    settings.DATASET_WATCH_URL = f"{stand_in.url}/watch/{{video}}"
    settings.DATASET_ROOT = str(tmp_path / "data")
    return stand_in


def extract(*arguments: str) -> str:
    out = io.StringIO()
    call_command(
        "dataset_extract",
        "PLtest",
        "--transcriber",
        "assemblyai",
        "--root",
        os.environ["TEST_ROOT"],
        *arguments,
        stdout=out,
        stderr=out,
    )
    return out.getvalue()


@pytest.fixture(autouse=True)
def _root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEST_ROOT", str(tmp_path / "data"))


def status() -> dict[str, Any]:
    out = io.StringIO()
    call_command("dataset_status", "--root", os.environ["TEST_ROOT"], "--json", stdout=out)
    answer: dict[str, Any] = json.loads(out.getvalue())
    return answer


def stages(of: dict[str, Any]) -> dict[str, tuple[int, int | None, int, int]]:
    return {
        one["stage"]: (one["done"], one["waiting"], one["failed"], one["quarantined"]) for one in of["stages"]
    }


def test_a_dry_run_names_items_and_cost_and_fetches_nothing(listed: StandIn) -> None:
    said = extract("--dry-run")
    assert "3 videos, 3 to work on: 2 downloads, 1.0 h" in said
    # (3600 + 20) s at 0.29 USD an hour
    assert "transcription 0.29 USD" in said
    assert "PLtest/talk: download, standardize, audio, transcript, clips" in said
    assert "PLtest/hidden: private" in said
    assert set(listed.counts) == {"items", "videos"}
    assert stages(status())["download"] == (0, 3, 0, 0)


def test_a_run_then_its_status_then_nothing_left_to_do(listed: StandIn) -> None:
    said = extract()
    assert "PLtest/talk clips: done" in said
    assert "PLtest/lost download: quarantined (deleted: The server answered 404.)" in said
    now = status()
    assert stages(now) == {
        "playlist": (1, None, 0, 0),
        "download": (1, 0, 0, 2),
        "standardize": (1, 0, 0, 0),
        "audio": (1, 0, 0, 0),
        "transcript": (1, 0, 0, 0),
        "clips": (1, 0, 0, 0),
    }
    assert {one["item"] for one in now["not_done"]} == {"PLtest/hidden", "PLtest/lost"}
    assert float(now["total_usd"]) == pytest.approx(0.29 * 20 / 3600, rel=0.06)
    table = io.StringIO()
    call_command("dataset_status", "--root", os.environ["TEST_ROOT"], stdout=table)
    assert "assemblyai universal (transcript): 1 calls" in table.getvalue()
    assert "3 videos, 0 to work on: 0 downloads, 0.0 h" in extract()
    assert listed.counts["job"] == 1


def test_failures_and_stops_have_their_exit_status(listed: StandIn, settings: Any) -> None:
    settings.ASSEMBLYAI_API_KEY = ""
    with pytest.raises(CommandError, match="ASSEMBLYAI_API_KEY is not set") as stopped:
        extract()
    assert stopped.value.returncode == 2
    assert listed.counts["file talk"] == 0  # found out before the download
    settings.ASSEMBLYAI_API_KEY = "key"
    with pytest.raises(CommandError, match="budget_reached") as stopped:
        extract("--budget", "0.0001", "--video", "talk")
    assert stopped.value.returncode == 2
    assert stages(status())["audio"][0] == 1
    assert stages(status())["transcript"][0] == 0
    listed.script["file lost"] = [Scripted(403)]
    with pytest.raises(CommandError, match="1 failed; run it again") as failed:
        extract()
    assert failed.value.returncode == 1
    assert stages(status())["download"] == (1, 0, 1, 1)
    extract()
    assert stages(status())["download"] == (1, 0, 0, 2)


def test_a_disk_without_room_is_found_before_the_first_download(
    listed: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(planning, "RESERVE_BYTES", 10**18)
    with pytest.raises(CommandError, match="disk_full"):
        extract()
    assert listed.counts["file talk"] == 0
    with pytest.raises(StopRun, match="are needed"):
        planning.check_disk(Path("/"), 1)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--budget", "much"], "'much' is no amount of US dollars"),
        (["--budget=-1"], "'-1' is no amount of US dollars"),
        (["--limit", "0"], "'0' is no whole number from 1 on"),
        (["--speakers", "9"], "invalid choice"),
        (["--root", "gs://"], "gs://"),
    ],
)
def test_wrong_arguments_are_refused(listed: StandIn, arguments: list[str], told: str) -> None:
    with pytest.raises(CommandError, match=told):
        extract(*arguments)


def test_the_status_of_nothing_makes_nothing(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="no_data_set"):
        call_command("dataset_status", "--root", str(tmp_path / "typo"))
    assert not (tmp_path / "typo").exists()


def test_what_is_no_playlist_is_refused() -> None:
    with pytest.raises(CommandError, match=r"'\.\./PLx' is neither a playlist's id nor its address"):
        call_command("dataset_extract", "../PLx")


@pytest.mark.parametrize(
    ("text", "playlist"),
    [("PLx-1", "PLx-1"), ("https://www.youtube.com/playlist?list=PLx-1&si=3", "PLx-1")],
)
def test_a_playlist_is_an_id_or_an_address(text: str, playlist: str) -> None:
    assert _playlist_id(text) == playlist


def test_the_stages_run_as_tasks_with_the_same_functions(listed: StandIn) -> None:
    from core.celery import app

    # The settings of the tests run tasks at once.
    assert "3 videos queued" in extract("--celery")
    assert stages(status())["clips"] == (1, 0, 0, 0)
    assert stages(status())["download"] == (1, 0, 0, 2)
    before = dict(listed.counts)
    assert "0 videos queued" in extract("--celery")
    assert dict(listed.counts) == before
    app.finalize()
    names = {"download", "standardize", "audio", "transcribe", "clips"}
    routes = {name: app.amqp.router.route({}, f"dataset.tasks.{name}")["queue"].name for name in names}
    assert routes == {
        "download": "dataset_download",
        "standardize": "dataset_media",
        "audio": "dataset_media",
        "clips": "dataset_media",
        "transcribe": "dataset_transcribe",
    }
    assert app.tasks["dataset.tasks.download"].rate_limit == "30/m"


def test_the_products_worker_finds_the_tasks_without_the_workbench(tmp_path: Path) -> None:
    program = """
import sys
for name in ("tenacity", "yt_dlp", "googleapiclient", "google.cloud", "assemblyai", "imageio_ffmpeg"):
    sys.modules[name] = None
import django
django.setup()
import dataset.tasks
import dataset.management.commands.dataset_status
"""
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "core.settings", "VAR_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]


def test_the_module_runs_the_same_command(listed: StandIn, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "dataset.extraction.extract", "PLtest", "--dry-run", "--root", tmp_path / "m"],
        cwd=ROOT,
        env=os.environ
        | {"YOUTUBE_API_KEY": "key", "YOUTUBE_ENDPOINT": listed.url, "VAR_DIR": str(tmp_path / "var")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "3 videos, 3 to work on" in done.stdout
