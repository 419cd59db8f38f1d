"""An extraction against the stand-ins, in this process or in one that can be killed."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from dataset.extraction.config import ExtractionConfig, Services
from dataset.extraction.pipeline import Extraction
from dataset.extraction.playlists import read_playlist
from dataset.ledger import Ledger
from dataset.manifest import Entry, Manifest, Outcome
from dataset.tests.stand_ins import StandIn
from dataset.workspace import Workspace


@contextmanager
def opened(root: Path, stand_in: StandIn, sleep: Callable[[float], None]) -> Iterator[Extraction]:
    """An extraction whose services are all the stand-in."""
    with opened_at(root, stand_in.url, sleep) as extraction:
        yield extraction


@contextmanager
def opened_at(root: Path, url: str, sleep: Callable[[float], None]) -> Iterator[Extraction]:
    """The same by the stand-in's address."""
    workspace = Workspace(root)
    config = ExtractionConfig(
        watch_url=f"{url}/watch/{{video}}", transcriber="assemblyai", preset="ultrafast", language="en"
    )
    services = Services(
        models_dir=root / "models",
        youtube_api_key="youtube-key",
        youtube_endpoint=url,
        assemblyai_api_key="assemblyai-key",
        assemblyai_base_url=url,
        poll_s=0.01,
        timeout_s=2.0,
        attempts=3,
        backoff_s=0.01,
    )
    with (
        Manifest(workspace.database) as manifest,
        Ledger(workspace.database) as ledger,
        Extraction(workspace, manifest, ledger, config, services, sleep) as extraction,
    ):
        yield extraction


def run_all(extraction: Extraction, playlist: str = "PLtest") -> list[Entry]:
    """Every entry of a playlist's run."""
    entries = [extraction.playlist(playlist)]
    if entries[0].outcome is not Outcome.DONE:
        return entries
    for video in read_playlist(extraction.workspace, playlist).videos:
        entries += extraction.run(playlist, video)
    return entries


def main(root: str, url: str) -> None:
    """Run the playlist and say each stage's end on standard output: the process that tests kill."""
    with opened_at(Path(root), url, lambda _: None) as extraction:
        print(extraction.playlist("PLtest").stage, flush=True)  # noqa: T201
        for video in read_playlist(extraction.workspace, "PLtest").videos:
            for entry in extraction.run("PLtest", video):
                print(entry.stage, flush=True)  # noqa: T201


if __name__ == "__main__":
    main(*sys.argv[1:])
