"""What happens beside the updates: figures are written down, checkpoints are sealed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from transformers import TrainerCallback

from finetune.checkpoints import PREFIX, seal
from finetune.run_folder import RunFolder

SAY_EVERY = 10


class LogLines(TrainerCallback):
    """Appends the trainer's figures to metrics.jsonl and says some of them."""

    def __init__(self, folder: RunFolder, say: Any) -> None:
        self._folder = folder
        self._say = say

    def on_log(self, args: Any, state: Any, control: Any, logs: Any = None, **kwargs: Any) -> None:
        """Write a line for each logged step; the summary at the end has no loss of a step."""
        if not state.is_world_process_zero or "train_runtime" in (logs or {}):
            return
        self._folder.log({"step": state.global_step, **(logs or {})})
        if "loss" in logs and state.global_step % SAY_EVERY == 0:
            self._say(f"step {state.global_step}/{state.max_steps}: loss {float(logs['loss']):.4f}")


class SealCheckpoints(TrainerCallback):
    """Writes a checkpoint's receipt once all its files are there."""

    def on_save(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        """Seal the checkpoint of this step."""
        if state.is_world_process_zero:
            seal(Path(args.output_dir) / f"{PREFIX}{state.global_step}")
