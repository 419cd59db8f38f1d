"""What can go wrong in fine-tuning, each with a stable code and a sentence for the operator."""

from __future__ import annotations

from enum import StrEnum


class FinetuneErrorCode(StrEnum):
    """Codes the commands print; messages never hold a dialogue's words."""

    CONFIG_INVALID = "config_invalid"
    DATA_INVALID = "data_invalid"
    LABEL_UNKNOWN = "label_unknown"
    SPLIT_EMPTY = "split_empty"
    SPLIT_LEAKS = "split_leaks"
    GPU_MISSING = "gpu_missing"
    MEMORY_TOO_SMALL = "memory_too_small"
    MODEL_NOT_AVAILABLE = "model_not_available"
    CHECKPOINT_BROKEN = "checkpoint_broken"
    RUN_EXISTS = "run_exists"
    RUN_BUSY = "run_busy"
    DISK_FULL = "disk_full"
    FILE_UNUSABLE = "file_unusable"
    HUB_UNREACHABLE = "hub_unreachable"


class FinetuneError(Exception):
    """Base of this package's errors: nothing was changed that a repeated call cannot take up."""

    def __init__(self, code: FinetuneErrorCode, message: str) -> None:
        super().__init__(message)
        self.code = code
