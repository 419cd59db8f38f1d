"""A spoken video, the stand-in services, and an extraction that uses them."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest

from dataset.extraction.pipeline import Extraction
from dataset.manifest import Entry
from dataset.tests.runs import opened, run_all
from dataset.tests.stand_ins import StandIn, serving
from dataset.tests.videos import talk, utterances

SECONDS = 20.0


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """yt-dlp leaves the socket of its first look at a file to the garbage collector."""
    for item in items:
        if "extraction" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning"))


@pytest.fixture(scope="session")
def spoken_video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twenty seconds: a therapist's turn, a client's, and a therapist's of 2.6 s."""
    return talk(tmp_path_factory.mktemp("videos") / "talk.mp4", SECONDS)


@pytest.fixture
def stand_in() -> Iterator[StandIn]:
    """YouTube, a video host and AssemblyAI on one local port."""
    with serving(StandIn(utterances=utterances(SECONDS))) as running:
        yield running


@pytest.fixture
def pauses() -> list[float]:
    """Every pause that was asked for; none is made."""
    return []


@pytest.fixture
def extraction(tmp_path: Path, stand_in: StandIn, pauses: list[float]) -> Iterator[Extraction]:
    """An extraction in an empty workspace."""
    with opened(tmp_path / "root", stand_in, pauses.append) as running:
        yield running
    gc.collect()


@pytest.fixture(scope="module")
def finished(
    tmp_path_factory: pytest.TempPathFactory, spoken_video: Path
) -> Iterator[tuple[Extraction, StandIn, list[Entry]]]:
    """One playlist with the spoken video, extracted once for a whole module that only looks."""
    with serving(StandIn(utterances=utterances(SECONDS))) as running:
        running.add("talk", spoken_video, title="A session")
        with opened(tmp_path_factory.mktemp("finished"), running, lambda _: None) as extraction:
            yield extraction, running, run_all(extraction)
