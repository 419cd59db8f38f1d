"""The ground and the roof of the product; `celery -A core` finds the Celery app here."""

from core.celery import app as celery_app

__all__ = ["celery_app"]
