"""The one place that decides whether a stage's work is skipped, done, recorded or quarantined."""

from __future__ import annotations

import errno
import hashlib
import logging
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

from filelock import FileLock

from dataset.errors import Quarantine, ServiceRefused, StopRun, TransientService
from dataset.manifest import Entry, Manifest, Outcome
from dataset.workspace import Workspace
from ml.errors import ErrorCode, MLError, PermanentError

log = logging.getLogger(__name__)

# The input is at fault, and will be at the next try.
_UNFIT = {
    ErrorCode.UNSUPPORTED_MEDIA,
    ErrorCode.NO_AUDIO_STREAM,
    ErrorCode.EMPTY_AUDIO,
    ErrorCode.CORRUPTED_AUDIO,
    ErrorCode.NO_SPEECH,
    ErrorCode.MODEL_OUTPUT_INVALID,
}


@dataclass(frozen=True, slots=True)
class Result:
    """What a stage's work made: whole files inside ROOT, and what it cost."""

    outputs: Sequence[Path] = ()
    cost_usd: Decimal = Decimal(0)
    reason: str = ""


def run_once(  # noqa: PLR0917 - the order of the sentence: whose truth, where, what, how
    manifest: Manifest,
    workspace: Workspace,
    item: str,
    stage: str,
    key: str,
    work: Callable[[], Result],
) -> Entry:
    """Do a stage's work for an item unless it is finished under this key, and record how it ended.

    The item's stage is locked for all processes meanwhile; a process that dies frees it. Nothing is
    recorded for work that was stopped, so the next run does it.

    Returns:
        The finished entry: done, quarantined (`Quarantine`, or a medium the engines refuse) or failed
        (a service was away, or a fault of ours, which is also logged).

    Raises:
        StopRun: no item can be worked on now.
        MLError: `model_not_available` or `cancelled`.
        OSError: the disk is full.
    """
    workspace.locks.mkdir(parents=True, exist_ok=True)
    name = hashlib.sha256(f"{stage}\n{item}".encode()).hexdigest()[:32]
    with FileLock(workspace.locks / f"{name}.lock"):
        entry = _finished(manifest, workspace, item, stage, key)
        if entry is not None:
            return entry
        entry = _work(workspace, manifest, Entry(item, stage, key, Outcome.FAILED), work)
        manifest.record(entry)
    return entry


def _finished(manifest: Manifest, workspace: Workspace, item: str, stage: str, key: str) -> Entry | None:
    entry = manifest.finished(item, stage, key)
    if entry is not None or workspace.mirror is None:
        return entry
    before = manifest.latest(item, stage)
    if before is None or before.key != key or before.outcome is not Outcome.DONE:
        return None
    for path in before.outputs:
        workspace.present(workspace.root / path)
    return manifest.finished(item, stage, key)


def _work(workspace: Workspace, manifest: Manifest, blank: Entry, work: Callable[[], Result]) -> Entry:
    try:
        result = work()
        outputs = _digests(workspace, manifest, result.outputs)
        if workspace.mirror is not None:
            for path in outputs:
                workspace.mirror.upload(path)
    except Quarantine as error:
        return replace(blank, outcome=Outcome.QUARANTINED, reason=f"{error.code}: {error}")
    except (TransientService, ServiceRefused) as error:
        return replace(blank, reason=f"{error.code}: {error}")
    except StopRun:
        raise
    except MLError as error:
        return _engine_entry(blank, error)
    except Exception as error:
        if isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise
        return _fault_entry(blank, error)
    return replace(
        blank, outcome=Outcome.DONE, reason=result.reason, outputs=outputs, cost_usd=result.cost_usd
    )


def _digests(workspace: Workspace, manifest: Manifest, paths: Sequence[Path]) -> dict[str, str]:
    digests: dict[str, str] = {}
    for path in paths:
        relative = workspace.relative(path)
        digest = manifest.sha256(relative)
        if digest is None:
            raise FileNotFoundError(errno.ENOENT, "an output is missing", relative)
        digests[relative] = digest
    return digests


def _engine_entry(blank: Entry, error: MLError) -> Entry:
    if error.code in {ErrorCode.MODEL_NOT_AVAILABLE, ErrorCode.CANCELLED}:
        raise error
    unfit = isinstance(error, PermanentError) and error.code in _UNFIT
    outcome = Outcome.QUARANTINED if unfit else Outcome.FAILED
    return replace(blank, outcome=outcome, reason=f"{error.code.value}: {error}")


def _fault_entry(blank: Entry, error: Exception) -> Entry:
    # The message may hold words of a transcript; its type and place are enough to find the fault.
    frame = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{type(error).__name__} at {Path(frame.filename).name}:{frame.lineno}"
    log.error("stage %s failed for %s: %s", blank.stage, blank.item, place)
    return replace(blank, reason=f"fault: {place}")
