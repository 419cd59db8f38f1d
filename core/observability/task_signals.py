"""Celery's tasks as they are seen: the request they began with, their ids, their count.

`connect` is called once in each process, after the settings are there. The request's id travels as
a message header; arguments stay what they are, ids.
"""

from __future__ import annotations

import time
from typing import Any

from celery import Task, signals
from django.conf import settings
from structlog.contextvars import bind_contextvars, reset_contextvars

from core.observability import metrics
from core.observability.metrics_page import serve_worker_metrics
from core.observability.request_ids import current_request_id

HEADER = "request_id"
_OURS = "_observed"


def connect() -> None:
    """Listen to this process's tasks, those it sends and those it runs."""
    signals.before_task_publish.connect(_sent, dispatch_uid="observed-sent")
    signals.task_prerun.connect(_begins, dispatch_uid="observed-begins")
    signals.task_postrun.connect(_ended, dispatch_uid="observed-ended")
    signals.worker_ready.connect(_serve_metrics, dispatch_uid="observed-metrics")


def _sent(headers: dict[str, Any], **_: Any) -> None:
    if request_id := current_request_id():
        headers[HEADER] = request_id


def _begins(task_id: str, task: Task, **_: Any) -> None:
    ids = {"task_id": task_id, "task": task.name}
    if request_id := getattr(task.request, HEADER, None):
        ids[HEADER] = request_id
    if queue := (task.request.delivery_info or {}).get("routing_key"):
        ids["queue"] = queue
    setattr(task.request, _OURS, (time.perf_counter(), bind_contextvars(**ids)))


def _ended(task: Task, state: str | None = None, **_: Any) -> None:
    ours = getattr(task.request, _OURS, None)
    if ours is None:
        return
    began, tokens = ours
    metrics.TASKS.labels(task.name, state or "unknown").inc()
    metrics.TASK_SECONDS.labels(task.name).observe(time.perf_counter() - began)
    reset_contextvars(**tokens)


def _serve_metrics(**_: Any) -> None:
    if settings.METRICS and settings.METRICS_WORKER_PORT:
        serve_worker_metrics(settings.METRICS_WORKER_PORT)
