"""The platform's settings with a transcription stage of fixed cost: everything else is real."""

from core.settings import *  # noqa: F403
from core.settings.environment import env
from core.settings.tasks import CELERY_TASK_ROUTES, SESSION_PIPELINE

CELERY_IMPORTS = ["benchmarks.workers.fixed_stage"]
SESSION_PIPELINE = {**SESSION_PIPELINE, "transcription": "benchmarks.workers.fixed_stage.wait"}
CELERY_TASK_ROUTES = {**CELERY_TASK_ROUTES, "benchmarks.workers.fixed_stage.wait": {"queue": "transcription"}}
BENCHMARK_STAGE_SECONDS = env.float("BENCHMARK_STAGE_SECONDS", default=0.5)
"""What the stage costs."""
