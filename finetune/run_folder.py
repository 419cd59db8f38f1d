"""The folder of a run: all that is needed to say what was trained, on what, with what, and how it went.

config.yaml, environment.json, data.json, lineage.jsonl are written at the start; metrics.jsonl and
tensorboard/ grow; checkpoints/ holds what a resume needs; adapter/, metrics.json, loss.png and
README.md (the model card) are there when the run is finished.
"""

from __future__ import annotations

import hashlib
import json
import platform
import subprocess
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from finetune.config import FinetuneConfig
from finetune.errors import FinetuneError, FinetuneErrorCode
from finetune.examples import Example
from finetune.preflight import Data

PACKAGES = (
    "torch", "transformers", "peft", "trl", "accelerate", "bitsandbytes", "datasets", "tokenizers",
    "safetensors",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class RunFolder:
    """Paths of a run; see the module for what lies in them."""

    root: Path

    @property
    def config(self) -> Path:
        return self.root / "config.yaml"

    @property
    def adapter(self) -> Path:
        return self.root / "adapter"

    @property
    def checkpoints(self) -> Path:
        return self.root / "checkpoints"

    @property
    def tensorboard(self) -> Path:
        return self.root / "tensorboard"

    @property
    def metrics(self) -> Path:
        return self.root / "metrics.json"

    @property
    def card(self) -> Path:
        return self.root / "README.md"

    @property
    def finished(self) -> bool:
        """Whether the run reached its end; the metrics are written last."""
        return self.metrics.is_file()

    def check_free(self, *, resume: bool) -> None:
        """Refuse to begin where a run is.

        Raises:
            FinetuneError: run_exists: there is a run here and it is not to go on.
        """
        if self.config.exists() and not resume:
            raise FinetuneError(
                FinetuneErrorCode.RUN_EXISTS,
                f"There is a run in {self.root}: go on with --resume, or name another folder with --out.",
            )

    @contextmanager
    def held(self) -> Iterator[None]:
        """The folder for this process alone; a process that dies frees it.

        Raises:
            FinetuneError: run_busy: another process works on this run.
        """
        self.root.mkdir(parents=True, exist_ok=True)
        try:
            with FileLock(self.root / ".lock", timeout=0):
                yield
        except Timeout:
            raise FinetuneError(
                FinetuneErrorCode.RUN_BUSY,
                f"Another process works on the run in {self.root}: wait for it, or name another folder with "
                "--out.",
            ) from None

    def begin(self, config: FinetuneConfig, data: Data, *, resume: bool) -> None:
        """Write what is known before the first step, or compare it where a run goes on.

        Raises:
            FinetuneError: as `check_free`; config_invalid: it is to go on with another configuration or
                other data; checkpoint_broken: the run's own files are damaged.
        """
        stated = {"examples_sha256": data_hash(data.train), "validation_sha256": data_hash(data.validation)}
        self.check_free(resume=resume)
        if self.config.exists():
            self._go_on(config, stated)
            return
        self.root.mkdir(parents=True, exist_ok=True)
        write_json(self.root / "environment.json", environment())
        write_json(self.root / "data.json", {**stated, **_describe(data), "notes": data.notes})
        lines = (example.lineage.model_dump_json() for example in data.train)
        _write(self.root / "lineage.jsonl", "".join(f"{line}\n" for line in lines))
        _write(self.config, dump_yaml(config))

    def log(self, entry: Mapping[str, Any]) -> None:
        """Append one line of figures."""
        with (self.root / "metrics.jsonl").open("a", encoding="utf-8") as file:
            file.write(json.dumps(entry) + "\n")

    def history(self) -> list[dict[str, Any]]:
        """The logged lines by step; of a step that was made again after a resume, the last."""
        path = self.root / "metrics.jsonl"
        if not path.is_file():
            return []
        merged: dict[int, dict[str, Any]] = {}
        for line in path.read_text(encoding="utf-8").splitlines():
            try:
                entry = json.loads(line)
            except ValueError:  # a kill in the middle of a line; the step was made again
                continue
            merged[entry["step"]] = {**merged.get(entry["step"], {}), **entry}
        return [merged[step] for step in sorted(merged)]

    def _go_on(self, config: FinetuneConfig, stated: Mapping[str, str]) -> None:
        if self.config.read_text(encoding="utf-8") != dump_yaml(config):
            raise FinetuneError(
                FinetuneErrorCode.CONFIG_INVALID,
                "The run in this folder was begun with another configuration, and can only go on with that.",
            )
        try:
            begun = json.loads((self.root / "data.json").read_text(encoding="utf-8"))
            changed = any(begun[key] != value for key, value in stated.items())
        except (OSError, ValueError, KeyError):
            raise FinetuneError(
                FinetuneErrorCode.CHECKPOINT_BROKEN,
                f"data.json of the run in {self.root.name} is missing or damaged. Start the run again in "
                "another folder.",
            ) from None
        self._end_last_line()
        if changed:
            raise FinetuneError(
                FinetuneErrorCode.CONFIG_INVALID,
                "The data of this run has changed since it was begun; it can only go on with the same.",
            )

    def _end_last_line(self) -> None:
        """A line of metrics.jsonl that a kill cut off stays alone, so that the next one can be read."""
        path = self.root / "metrics.jsonl"
        if path.is_file() and not path.read_bytes().endswith(b"\n"):
            with path.open("a", encoding="utf-8") as file:
                file.write("\n")


def data_hash(examples: Sequence[Example]) -> str:
    """The sha256 of the examples in their order, words and lineage included."""
    whole = hashlib.sha256()
    for example in examples:
        whole.update(example.model_dump_json().encode())
        whole.update(b"\n")
    return whole.hexdigest()


def environment() -> dict[str, Any]:
    """The git revision, the packages and the machine's kind; no paths, no names."""
    import torch

    packages = {}
    for name in PACKAGES:
        try:
            packages[name] = version(name)
        except PackageNotFoundError:
            packages[name] = "not installed"
    gpus = [torch.cuda.get_device_name(place) for place in range(torch.cuda.device_count())]
    return {
        "git_revision": git_revision(),
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "gpus": gpus,
        "threads": torch.get_num_threads(),
        "packages": packages,
    }


def git_revision() -> str:
    """The commit this code is at, with "-dirty" where files differ from it; "unknown" outside git."""
    folder = Path(__file__).parent
    try:
        asked = subprocess.run(
            ["git", "describe", "--always", "--dirty", "--abbrev=40", "--exclude=*"],
            cwd=folder, capture_output=True, text=True, timeout=30, check=True,
        )  # fmt: skip
    except (OSError, subprocess.SubprocessError):
        return "unknown"
    return asked.stdout.strip()


def dump_yaml(config: FinetuneConfig) -> str:
    """The configuration with every default written out."""
    import yaml

    return str(yaml.safe_dump(config.model_dump(mode="json"), sort_keys=False, allow_unicode=True))


def write_json(path: Path, value: Any) -> None:
    """A JSON file that is either whole or not there."""
    _write(path, json.dumps(value, indent=2, ensure_ascii=False) + "\n")


def _describe(data: Data) -> dict[str, Any]:
    return {
        "train_examples": len(data.train),
        "validation_examples": len(data.validation),
        "train_tasks": dict(Counter(example.task.value for example in data.train)),
        "train_datasets": dict(Counter(example.lineage.dataset for example in data.train)),
        "licences": sorted({example.lineage.licence for example in data.train if example.lineage.licence}),
    }


def _write(path: Path, text: str) -> None:
    staged = path.with_name(f".{path.name}")
    staged.write_text(text, encoding="utf-8")
    staged.replace(path)
