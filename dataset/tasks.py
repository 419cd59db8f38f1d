"""The extraction's stages as Celery tasks: the same functions, each on a queue with its own rate.

A task carries ids and the configuration only. When its stage is done it sends the next one. A task
that is delivered twice, or that lost its worker, costs nothing: `run_once` decides. What was lost
for good is sent again by `dataset_extract --celery`.
"""

from __future__ import annotations

import functools
import json
from decimal import Decimal
from typing import Any

from celery import shared_task
from django.conf import settings

from dataset.extraction.audio_tracks import AUDIO
from dataset.extraction.config import ExtractionConfig
from dataset.extraction.downloads import DOWNLOAD
from dataset.extraction.pipeline import CLIPS, STAGES, Extraction
from dataset.extraction.playlists import read_playlist
from dataset.extraction.standardize import STANDARDIZE
from dataset.extraction.transcripts import TRANSCRIPT
from dataset.ledger import Ledger
from dataset.management.services import services_from, work_dir_from
from dataset.manifest import Manifest, Outcome
from dataset.rooms import send_database, workspace_of


def send(stage: str, root: str, playlist: str, video: str, options: dict[str, Any]) -> None:
    """Queue a stage of a video; `options` are `ExtractionConfig`'s fields and "budget_usd"."""
    TASKS[stage].delay(root, playlist, video, options)


@shared_task(ignore_result=True)
def download(root: str, playlist: str, video: str, options: dict[str, Any]) -> None:
    """Queue dataset_download."""
    _work(DOWNLOAD, root, playlist, video, options)


@shared_task(ignore_result=True)
def standardize(root: str, playlist: str, video: str, options: dict[str, Any]) -> None:
    """Queue dataset_media."""
    _work(STANDARDIZE, root, playlist, video, options)


@shared_task(ignore_result=True)
def audio(root: str, playlist: str, video: str, options: dict[str, Any]) -> None:
    """Queue dataset_media."""
    _work(AUDIO, root, playlist, video, options)


@shared_task(ignore_result=True)
def transcribe(root: str, playlist: str, video: str, options: dict[str, Any]) -> None:
    """Queue dataset_transcribe."""
    _work(TRANSCRIPT, root, playlist, video, options)


@shared_task(ignore_result=True)
def clips(root: str, playlist: str, video: str, options: dict[str, Any]) -> None:
    """Queue dataset_media."""
    _work(CLIPS, root, playlist, video, options)


TASKS = {DOWNLOAD: download, STANDARDIZE: standardize, AUDIO: audio, TRANSCRIPT: transcribe, CLIPS: clips}


def _work(stage: str, root: str, playlist: str, video: str, options: dict[str, Any]) -> None:
    extraction = _extraction(root, json.dumps(options, sort_keys=True))
    listed = next(one for one in read_playlist(extraction.workspace, playlist).videos if one.id == video)
    entry = extraction.stage(stage, playlist, listed)
    following = STAGES[STAGES.index(stage) + 1 :]
    if entry.outcome is Outcome.DONE and following:
        send(following[0], root, playlist, video, options)
    else:
        send_database(extraction.workspace, extraction.manifest)


@functools.lru_cache(maxsize=1)
def _extraction(root: str, options: str) -> Extraction:
    """One in a worker process: the engines stay loaded."""
    fields = json.loads(options)
    budget = fields.pop("budget_usd", None)
    workspace = workspace_of(root, work_dir_from(settings))
    return Extraction(
        workspace,
        Manifest(workspace.database),
        Ledger(workspace.database, Decimal(budget) if budget is not None else None),
        ExtractionConfig(**fields),
        services_from(settings),
    )
