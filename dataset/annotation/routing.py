"""Which model labels a turn, and why."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from dataset.annotation.media_checks import MediaFault, check
from dataset.manifest import Manifest, Outcome, work_key
from dataset.stages import Result, run_once
from dataset.workspace import Workspace

CHECK_STAGE = "check_clip"
_RULES = "1"
"""Counts up when the checks change, so that clips are looked at again."""


class ModelKind(StrEnum):
    """The two queues."""

    VIDEO = "video"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Route:
    """`reason` is "clip" for the video model; for the text model it says what speaks against the clip."""

    kind: ModelKind
    reason: str
    clip: Path | None = None


def route(
    clip: str,
    *,
    workspace: Workspace,
    manifest: Manifest,
    item: str,
    min_clip_ms: int,
    watches: bool,
) -> Route:
    """The route of a turn whose clip has this path inside the data set, empty for none.

    A clip is decoded once; what was found is kept in the manifest under its sha256.
    """
    if not clip:
        return Route(ModelKind.TEXT, "no_clip")
    if not watches:
        return Route(ModelKind.TEXT, "no_video_model")
    path = workspace.root / clip
    if not workspace.present(path):
        return Route(ModelKind.TEXT, MediaFault.MISSING.value)

    def look() -> Result:
        fault = check(path, min_clip_ms)
        return Result(reason=fault.value if fault else "")

    key = work_key(clip=manifest.sha256(clip), min_clip_ms=min_clip_ms, rules=_RULES)
    entry = run_once(manifest, workspace, item, CHECK_STAGE, key, look)
    if entry.outcome is not Outcome.DONE:
        return Route(ModelKind.TEXT, MediaFault.UNREADABLE.value)
    return Route(ModelKind.TEXT, entry.reason) if entry.reason else Route(ModelKind.VIDEO, "clip", path)
