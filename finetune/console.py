"""What the commands and `python -m finetune.finetune` share: faults in one sentence, and no noise."""

from __future__ import annotations

import errno
import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

from finetune.errors import FinetuneError, FinetuneErrorCode

_FULL = {errno.ENOSPC, errno.EDQUOT}
_WRITE_FAILED = ("No space left on device", "PytorchStreamWriter failed", "file write failed")
"""How safetensors and torch, which raise no OSError, say that a file could not be written."""


@contextmanager
def faults_told() -> Iterator[None]:
    """Faults of files and of the machine as this package's errors; those of the program as they are.

    Raises:
        FinetuneError: disk_full, file_unusable, or data_invalid for a file that is no text.
    """
    try:
        yield
    except UnicodeDecodeError:
        raise FinetuneError(FinetuneErrorCode.DATA_INVALID, "The file is not UTF-8 text.") from None
    except OSError as error:
        if error.errno in _FULL:
            raise _full() from None
        if error.errno is None or error.filename is None:
            raise
        raise FinetuneError(
            FinetuneErrorCode.FILE_UNUSABLE, f"{error.filename} cannot be used: {error.strerror}."
        ) from None
    except Exception as error:
        if any(words in str(error) for words in _WRITE_FAILED):
            raise _full() from None
        raise


def quieten() -> None:
    """Leave out what the training packages say of each other on every start; faults are still told."""
    logging.getLogger("bitsandbytes.backends.cpu.ops").setLevel(logging.ERROR)
    # peft asks transformers by a name that it has given up
    warnings.filterwarnings("ignore", "`is_gradient_checkpointing` is deprecated", FutureWarning)


def _full() -> FinetuneError:
    return FinetuneError(
        FinetuneErrorCode.DISK_FULL,
        "The disk is full. What was finished is kept: make room, then go on.",
    )
