"""Publishing with the real client of the hub, against a hub on this machine; no torch needed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from finetune.errors import FinetuneError
from finetune.publish import files_of, publish_to_folder
from finetune.tests.hub import UploadHub, serving

SCRIPT = """
import sys
from pathlib import Path
from typing import Any
from finetune.errors import FinetuneError
from finetune.publish import publish_to_hub
try:
    print(publish_to_hub(Path(sys.argv[1]), "org/adapter", private=True, say=print))
except FinetuneError as error:
    print(error.code.value, error)
    sys.exit(2)
"""


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """A finished run's files; their content does not matter here."""
    root = tmp_path / "run"
    (root / "adapter").mkdir(parents=True)
    (root / "adapter" / "adapter_model.safetensors").write_bytes(os.urandom(20_000))
    (root / "adapter" / "adapter_config.json").write_text('{"r": 16}')
    (root / "adapter" / "training_args.bin").write_bytes(b"pickle")
    (root / "adapter" / "README.md").write_text("peft's own")
    for name in ("README.md", "metrics.json", "config.yaml", "lineage.jsonl"):
        (root / name).write_text(f"the run's {name}")
    return root


def upload(run: Path, address: str) -> subprocess.CompletedProcess[str]:
    """In a process of its own: the client reads HF_ENDPOINT once, at import."""
    env = {**os.environ, "HF_ENDPOINT": address, "HF_TOKEN": "hf_test", "HF_HUB_OFFLINE": "0",
           "HF_HUB_DISABLE_TELEMETRY": "1", "HF_HUB_DISABLE_XET": "1"}  # fmt: skip
    return subprocess.run(
        [sys.executable, "-c", SCRIPT, str(run)], env=env, capture_output=True, text=True, timeout=120,
        check=False, cwd=Path(__file__).resolve().parents[2],
    )  # fmt: skip


def test_what_goes_out_is_the_adapter_its_card_and_its_figures(run: Path) -> None:
    files = files_of(run)
    assert sorted(files) == [
        "README.md", "adapter_config.json", "adapter_model.safetensors", "config.yaml", "metrics.json",
    ]  # fmt: skip
    assert files["README.md"].read_text() == "the run's README.md"
    (run / "metrics.json").unlink()
    with pytest.raises(FinetuneError, match="not finished"):
        files_of(run)


def test_a_folder_is_filled_once_and_mended(run: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert publish_to_folder(run, out, lambda _: None) == 5
    assert publish_to_folder(run, out, lambda _: None) == 0
    (out / "adapter_model.safetensors").write_bytes(b"half")
    assert publish_to_folder(run, out, lambda _: None) == 1
    hashes = json.loads((out / "sha256.json").read_text())
    assert set(hashes) == set(files_of(run))


def test_an_upload_that_broke_off_sends_only_what_is_missing(run: Path) -> None:
    pytest.importorskip("huggingface_hub")
    hub = UploadHub(refuse=True)
    with serving(hub):
        refused = upload(run, hub.address)
        assert refused.returncode == 2
        assert "hub_unreachable The hub refused (403)" in refused.stdout
        hub.refuse, hub.fail_commits = False, 99
        broken = upload(run, hub.address)
        assert broken.returncode == 2, broken.stderr
        assert len(hub.received) == 1
        assert hub.files == {}
        hub.fail_commits = 0
        done = upload(run, hub.address)
        assert done.returncode == 0, done.stderr
        assert len(hub.received) == 1, "the large file was there already"
    assert hub.files == {name: file.read_bytes() for name, file in files_of(run).items()}
    gone = upload(run, hub.address)
    assert gone.returncode == 2
    assert "hub_unreachable The hub does not answer" in gone.stdout


def test_without_a_place_the_command_asks_for_one(run: Path, settings: Any) -> None:
    settings.MODEL_REPO_NAME = ""
    with pytest.raises(CommandError, match="MODEL_REPO_NAME") as caught:
        call_command("finetune_publish", str(run))
    assert caught.value.returncode == 2
