"""A data set opened for work: its folder, its manifest and its ledger, local or with a bucket behind."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from dataset.errors import StopRun
from dataset.ledger import Ledger
from dataset.manifest import Manifest
from dataset.remote import GcsMirror, bucket_and_prefix, is_remote
from dataset.workspace import Workspace


@dataclass(frozen=True, slots=True)
class DataSet:
    """What every command works with."""

    workspace: Workspace
    manifest: Manifest
    ledger: Ledger


@contextmanager
def open_data_set(
    root: str, work_dir: Path, budget_usd: Decimal | None = None, *, make: bool = True
) -> Iterator[DataSet]:
    """Open a data set, and make it where there is none (unless `make` is off).

    A bucket's manifest is fetched when the working folder has none, and sent there at the end, also
    after an error. Files of one data set may be worked on by many processes of one machine, not by
    several machines at once.

    Args:
        root: a folder or gs://bucket/prefix.
        work_dir: where working folders of buckets lie.
        budget_usd: see `Ledger`.

    Raises:
        ValueError: `root` names no bucket.
        StopRun: `bucket_refused`, `no_data_set`.
    """
    workspace = workspace_of(root, work_dir)
    mirror = workspace.mirror
    if mirror is not None and not workspace.database.exists():
        mirror.fetch(workspace.relative(workspace.database))
    if not make and not workspace.database.exists():
        raise StopRun(f"There is no data set in {root}.", "no_data_set")
    with Manifest(workspace.database) as manifest, Ledger(workspace.database, budget_usd) as ledger:
        try:
            yield DataSet(workspace, manifest, ledger)
        finally:
            send_database(workspace, manifest)


def workspace_of(root: str, work_dir: Path) -> Workspace:
    """The workspace of a root; see `open_data_set`."""
    if not is_remote(root):
        return Workspace(Path(root).expanduser().resolve())
    bucket, prefix = bucket_and_prefix(root)
    local = work_dir.joinpath(bucket, *prefix.split("/")) if prefix else work_dir / bucket
    return Workspace(local, GcsMirror(local, bucket, prefix))


def send_database(workspace: Workspace, manifest: Manifest) -> None:
    """Bring the bucket's manifest up to date; nothing to do for a local data set."""
    if workspace.mirror is None:
        return
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / workspace.database.name
        manifest.snapshot(copy)
        workspace.mirror.upload(workspace.relative(workspace.database), copy)
