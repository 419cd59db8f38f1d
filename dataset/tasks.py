"""Extraction and annotation as Celery tasks: the same functions, each on a queue with its own rate.

A task carries ids and the configuration only. When its stage is done it sends the next one. A task
that is delivered twice, or that lost its worker, costs nothing: `run_once` decides. What was lost
for good is sent again by `dataset_extract --celery` and `dataset_annotate --celery`.
"""

from __future__ import annotations

import functools
import json
from decimal import Decimal
from typing import Any

from celery import shared_task
from django.conf import settings

from dataset.annotation.pipeline import Annotation
from dataset.annotation.preflight import check_gpu_memory
from dataset.annotation.queues import ModelSlot
from dataset.annotation.routing import ModelKind
from dataset.extraction.audio_tracks import AUDIO
from dataset.extraction.config import ExtractionConfig
from dataset.extraction.downloads import DOWNLOAD
from dataset.extraction.pipeline import CLIPS, STAGES, Extraction
from dataset.extraction.playlists import read_playlist
from dataset.extraction.standardize import STANDARDIZE
from dataset.extraction.transcripts import TRANSCRIPT
from dataset.ledger import Ledger
from dataset.management.services import annotation_config_from, services_from, work_dir_from
from dataset.manifest import Manifest, Outcome
from dataset.remote import is_remote
from dataset.rooms import DataSet, send_database, workspace_of


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


def send_annotation(root: str, playlist: str, video: str, options: dict[str, Any]) -> None:
    """Queue a video's turns; `options` are those of `annotation_config_from` and "budget_usd"."""
    annotate_clips.delay(root, playlist, video, options)


@shared_task(ignore_result=True)
def annotate_clips(root: str, playlist: str, video: str, options: dict[str, Any]) -> None:
    """Queue dataset_annotate_video: the turns that the video model watches, then the others are sent."""
    _annotate(ModelKind.VIDEO, root, playlist, video, options)
    annotate_words.delay(root, playlist, video, options)


@shared_task(ignore_result=True)
def annotate_words(root: str, playlist: str, video: str, options: dict[str, Any]) -> None:
    """Queue dataset_annotate_text. A worker of its own keeps the text model loaded."""
    _annotate(ModelKind.TEXT, root, playlist, video, options)


def _annotate(kind: ModelKind, root: str, playlist: str, video: str, options: dict[str, Any]) -> None:
    data_set, annotation = _annotation(root, json.dumps(options, sort_keys=True))
    annotation.run([data_set.workspace.video(playlist, video)], kinds={kind})
    send_database(data_set.workspace, data_set.manifest)


@functools.lru_cache(maxsize=1)
def _annotation(root: str, options: str) -> tuple[DataSet, Annotation]:
    """One in a worker process: its model stays loaded."""
    chosen = json.loads(options)
    budget = chosen.pop("budget_usd", None)
    config = annotation_config_from(settings, chosen)
    check_gpu_memory(config)
    workspace = workspace_of(root, work_dir_from(settings))
    data_set = DataSet(
        workspace,
        Manifest(workspace.database),
        Ledger(workspace.database, Decimal(budget) if budget is not None else None),
    )
    clip_uris = root if is_remote(root) else ""
    return data_set, Annotation(data_set, config, ModelSlot(), clip_uris=clip_uris)
