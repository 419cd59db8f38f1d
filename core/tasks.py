"""Housekeeping of the ground floor."""

from __future__ import annotations

from celery import shared_task

from core.api.idempotency import idempotency_purge


@shared_task(ignore_result=True)
def purge_idempotency_records() -> None:
    """Forget the stored answers of repeated requests after their time."""
    idempotency_purge()
