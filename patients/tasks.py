"""The Celery tasks of this floor."""

from __future__ import annotations

from celery import shared_task

from patients.services import patients_purge


@shared_task(ignore_result=True)
def purge_deleted_patients() -> None:
    """Erase the patients whose grace period is over."""
    patients_purge()
