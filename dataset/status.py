"""What is done, waiting, quarantined and spent: read from the manifest, the ledger and the playlists."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from dataset.extraction.pipeline import STAGES
from dataset.extraction.playlists import PLAYLIST, Playlist
from dataset.ledger import Ledger, Spending
from dataset.manifest import Entry, Manifest, Outcome
from dataset.workspace import Workspace


@dataclass(frozen=True, slots=True)
class StageStatus:
    """Items of one stage by how they ended. `waiting` items are listed and not yet worked on, with no
    stage before that stopped them; None where only the manifest knows the stage's items."""

    stage: str
    done: int
    failed: int
    quarantined: int
    waiting: int | None
    usd: Decimal


@dataclass(frozen=True, slots=True)
class Status:
    """The whole data set; `troubles` are the latest entries that are quarantined or failed."""

    stages: tuple[StageStatus, ...]
    troubles: tuple[Entry, ...]
    spending: tuple[Spending, ...]
    total_usd: Decimal


def status_of(workspace: Workspace, manifest: Manifest, ledger: Ledger) -> Status:
    """Count. Outputs are not read again: that is what a run does."""
    entries = manifest.entries()
    spending = tuple(ledger.totals())
    videos = _listed(workspace)
    waiting = _waiting(videos, entries)
    names = [PLAYLIST, *STAGES]
    names += sorted({entry.stage for entry in entries} - set(names))
    return Status(
        stages=tuple(
            StageStatus(
                stage=name,
                done=_count(entries, name, Outcome.DONE),
                failed=_count(entries, name, Outcome.FAILED),
                quarantined=_count(entries, name, Outcome.QUARANTINED),
                waiting=waiting.get(name),
                usd=sum((one.usd for one in spending if one.stage == name), start=Decimal(0)),
            )
            for name in names
        ),
        troubles=tuple(entry for entry in entries if entry.outcome is not Outcome.DONE),
        spending=spending,
        total_usd=ledger.total_usd(),
    )


def _listed(workspace: Workspace) -> list[str]:
    items: list[str] = []
    for path in sorted((workspace.root / "playlists").glob("*.json")):
        playlist = Playlist.model_validate_json(path.read_text(encoding="utf-8"))
        items += [f"{playlist.id}/{video.id}" for video in playlist.videos]
    return items


def _waiting(videos: Sequence[str], entries: Sequence[Entry]) -> dict[str, int]:
    ended = {(entry.item, entry.stage): entry.outcome for entry in entries}
    waiting = dict.fromkeys(STAGES, 0)
    for item in videos:
        for stage in STAGES:
            outcome = ended.get((item, stage))
            if outcome is None:
                waiting[stage] += 1
            elif outcome is not Outcome.DONE:
                break
    return waiting


def _count(entries: Sequence[Entry], stage: str, outcome: Outcome) -> int:
    return sum(entry.stage == stage and entry.outcome is outcome for entry in entries)
