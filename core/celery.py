"""The Celery app: settings come from Django, tasks from each app's tasks.py."""

import os

from celery import Celery
from kombu.transport import TRANSPORT_ALIASES

from core.observability.worker_alive import AliveFile

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "core.settings")

TRANSPORT_ALIASES.update(redis="core.broker:Transport", rediss="core.broker:Transport")

app = Celery("core")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.autodiscover_tasks(["core"], related_name="worker_warmup")
app.steps["consumer"].add(AliveFile)
