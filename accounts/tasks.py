"""The Celery tasks of this floor: ids in, nothing out."""

from __future__ import annotations

import uuid

from celery import shared_task

from accounts.services.passwords import password_reset_send
from accounts.services.tokens import tokens_purge


@shared_task(ignore_result=True, autoretry_for=(OSError,), max_retries=3, retry_backoff=30)
def send_password_reset(therapist_id: str) -> None:
    """Send the e-mail that lets a therapist set a new password."""
    password_reset_send(therapist_id=uuid.UUID(therapist_id))


@shared_task(ignore_result=True)
def purge_expired_tokens() -> None:
    """Forget refresh tokens that have expired."""
    tokens_purge()
