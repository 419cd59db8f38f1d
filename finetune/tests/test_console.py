"""Faults of files and of the machine end in a sentence, and a run is one process's."""

from __future__ import annotations

import errno
import json
from pathlib import Path

import pytest

from finetune import finetune
from finetune.config import load_config
from finetune.console import faults_told
from finetune.errors import FinetuneError
from finetune.inference import answer_file
from finetune.run_folder import RunFolder
from finetune.tests.made import made_file


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (OSError(errno.ENOSPC, "No space left on device", "/data/x"), "disk_full"),
        (RuntimeError("[enforce fail] . PytorchStreamWriter failed writing file data/3"), "disk_full"),
        (PermissionError(errno.EACCES, "Permission denied", "/data/x"), "file_unusable"),
        (UnicodeDecodeError("utf-8", b"\xff", 0, 1, "invalid start byte"), "data_invalid"),
    ],
)
def test_faults_of_files_have_a_code(fault: Exception, code: str) -> None:
    with pytest.raises(FinetuneError) as caught, faults_told():
        raise fault
    assert caught.value.code == code


def test_faults_of_the_program_stay_what_they_are() -> None:
    for fault in (RuntimeError("a shape is wrong"), OSError("no such model"), KeyError("x")):
        with pytest.raises(type(fault)), faults_told():
            raise fault


def test_a_run_is_one_processs(tmp_path: Path) -> None:
    folder = RunFolder(tmp_path / "run")
    with folder.held(), pytest.raises(FinetuneError, match="Another process") as caught, folder.held():
        pass
    assert caught.value.code == "run_busy"
    with folder.held():
        pass


def test_a_line_of_figures_that_a_kill_cut_off_is_passed_over(tmp_path: Path) -> None:
    folder = RunFolder(tmp_path)
    (tmp_path / "metrics.jsonl").write_text(
        '{"step": 1, "loss": 3.0}\n{"step": 2, "lo\n{"step": 2, "loss": 2}\n'
    )
    assert [entry["loss"] for entry in folder.history()] == [3.0, 2]


def test_what_stops_before_the_first_step_leaves_no_run_behind(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("torch")
    wish = ["--config", "tiny_cpu", "--set", f"data.sources=[{{kind: jsonl, path: {made_file(tmp_path)}}}]"]
    out = tmp_path / "run"
    assert finetune.main([*wish, "--set", f"model.path={tmp_path / 'none'}", "--out", str(out)]) == 2
    assert capsys.readouterr().err.startswith("model_not_available: ")
    assert not out.exists()
    with pytest.raises(FinetuneError, match=r"optim\.max_steps is not YAML"):
        load_config("tiny_cpu", ["optim.max_steps=["])


def test_answers_of_something_else_are_not_written_over(tmp_path: Path) -> None:
    asked, answers = tmp_path / "asked.jsonl", tmp_path / "answers.jsonl"
    asked.write_text(json.dumps({"id": "a", "messages": [{"role": "user", "content": "Hello"}]}))
    answers.write_text("{}\n")
    with pytest.raises(FinetuneError, match="no file of answers"):
        answer_file(None, asked, answers, None, print)  # type: ignore[arg-type]
    assert answers.read_text() == "{}\n"
