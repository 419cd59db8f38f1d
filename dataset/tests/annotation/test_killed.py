"""A run that is killed in the middle: nothing finished is asked again, and the labels are the same."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

from dataset.manifest import sha256_of
from dataset.tests.annotation.answers import good_answer, main
from dataset.tests.annotation.media import make_video
from dataset.workspace import VideoFolder
from ml.schemas.transcript import SpeakerRole
from ml.tests.multimodal.gemini_stand_in import Reply, StandIn, gemini_stand_in, user_text

TURNS = [
    (SpeakerRole.THERAPIST if number % 2 else SpeakerRole.CLIENT, f"This is sentence {number}.", "")
    for number in range(6)
]
PROGRAM = [sys.executable, "-m", "dataset.tests.annotation.answers"]


def slow_answer(body: dict[str, Any], number: int) -> Reply:
    answer = good_answer(body)
    return Reply(answer.text, delay_s=0.15)


def asked(server: StandIn) -> list[str]:
    """The turn that each request was about."""
    return [user_text(body).rsplit("\n", 1)[-1] for body in server.requests]


def hashes(folder: VideoFolder) -> dict[str, str]:
    files = [folder.annotated, *sorted((folder.path / "labels").glob("*.json"))]
    return {file.name: sha256_of(file) for file in files}


def test_killed_and_run_again(tmp_path: Path) -> None:
    whole = make_video(tmp_path / "whole", TURNS)
    broken = make_video(tmp_path / "broken", TURNS)
    with gemini_stand_in(slow_answer) as server:
        main(str(tmp_path / "whole"), server.url)
    with gemini_stand_in(slow_answer) as server:
        process = subprocess.Popen(
            [*PROGRAM, str(tmp_path / "broken"), server.url], stdout=subprocess.PIPE, text=True
        )
        assert process.stdout is not None
        finished = [process.stdout.readline().strip() for _ in range(3)]
        process.send_signal(signal.SIGKILL)
        process.communicate(timeout=30)
        assert process.returncode == -signal.SIGKILL
        assert not broken.annotated.exists()
        before = len(server.requests)
        main(str(tmp_path / "broken"), server.url)
        turns = asked(server)
    assert finished == [f"PL/vid#000{number}" for number in range(3)]
    done = {TURNS[number][1] for number in range(3)}
    assert not done & set(turns[before:])
    # At most the call that was under way at the kill was made twice.
    assert len(turns) <= len(TURNS) + 1
    assert set(turns) == {text for _, text, _ in TURNS}
    assert hashes(broken) == hashes(whole)
