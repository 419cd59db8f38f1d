"""What a run would do, before it does it: videos, hours, bytes, dollars, and whether the disk has room."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from dataset.errors import StopRun
from dataset.extraction.assemblyai_speech import AssemblyAISpeech
from dataset.extraction.audio_tracks import AUDIO
from dataset.extraction.downloads import DOWNLOAD
from dataset.extraction.pipeline import CLIPS, Extraction
from dataset.extraction.playlists import Availability, PlaylistVideo
from dataset.extraction.standardize import STANDARDIZE
from dataset.extraction.transcripts import TRANSCRIPT

# Rough guesses for 720p, not measured; only the sound is exact.
BYTES_A_SECOND = {DOWNLOAD: 220_000, STANDARDIZE: 150_000, AUDIO: 32_000, TRANSCRIPT: 200, CLIPS: 150_000}
RESERVE_BYTES = 1_000_000_000
_UNKNOWN_S = 3_600


@dataclass(frozen=True, slots=True)
class Planned:
    """A video with the stages it still needs. `hidden` videos are private or deleted: they end without
    a download."""

    playlist: str
    video: PlaylistVideo
    stages: tuple[str, ...]

    @property
    def hidden(self) -> bool:
        return self.video.availability in {Availability.PRIVATE, Availability.DELETED}

    @property
    def seconds(self) -> int:
        return self.video.duration_s or _UNKNOWN_S


@dataclass(frozen=True, slots=True)
class Plan:
    """The sum: `usd` is what transcription would cost, 0 for the platform's own engines."""

    videos: tuple[Planned, ...]
    downloads: int
    seconds: int
    disk_bytes: int
    usd: Decimal


def plan_of(extraction: Extraction, wanted: Iterable[tuple[str, PlaylistVideo]]) -> Plan:
    """Look at what is done already; nothing is fetched."""
    videos = [Planned(playlist, video, extraction.pending(playlist, video)) for playlist, video in wanted]
    open_ones = [one for one in videos if one.stages and not one.hidden]
    speech = extraction.speech
    usd = (
        sum(
            (speech.estimate(one.seconds) for one in open_ones if TRANSCRIPT in one.stages),
            start=Decimal(0),
        )
        if isinstance(speech, AssemblyAISpeech)
        else Decimal(0)
    )
    return Plan(
        tuple(videos),
        downloads=sum(DOWNLOAD in one.stages for one in open_ones),
        seconds=sum(one.seconds for one in open_ones),
        disk_bytes=sum(one.seconds * BYTES_A_SECOND[stage] for one in open_ones for stage in one.stages),
        usd=usd,
    )


def check_disk(root: Path, needed_bytes: int) -> None:
    """Pass when the disk under `root` has room and a gigabyte to spare.

    Raises:
        StopRun: `disk_full`.
    """
    place = next(folder for folder in (root, *root.parents) if folder.exists())
    free = shutil.disk_usage(place).free
    if free < needed_bytes + RESERVE_BYTES:
        raise StopRun(
            f"About {needed_bytes / 1e9:.1f} GB are needed and 1 GB to spare; {free / 1e9:.1f} GB are free.",
            "disk_full",
        )
