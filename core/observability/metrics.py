"""What is counted. Labels hold names that this code made: routes, stages, codes; never ids or words.

Every process counts for itself; with metrics switched on, in files that `metrics_page` adds up.
What the database and the broker know is not counted but asked, in `state_metrics`.
"""

from __future__ import annotations

from prometheus_client import Counter, Histogram

REQUESTS = Counter("platform_requests", "Answered requests.", ["method", "route", "status"])
REQUEST_SECONDS = Histogram(
    "platform_request_seconds",
    "Time from the request's first byte in Python to its answer.",
    ["method", "route"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 120),
)
API_ERRORS = Counter("platform_api_errors", "Refused or failed requests by code.", ["route", "code"])
UPLOAD_BYTES = Histogram(
    "platform_upload_bytes",
    "Stored recordings by size.",
    buckets=tuple(float(mib * 1024**2) for mib in (1, 8, 32, 128, 512, 2048)),
)

STAGE_SECONDS = Histogram(
    "platform_stage_seconds",
    "One attempt at a stage, from its claim to its end.",
    ["stage", "outcome"],
    buckets=(1, 5, 15, 30, 60, 120, 300, 600, 1200, 2400, 4800, 9600),
)
STAGE_ERRORS = Counter(
    "platform_stage_errors", "Attempts that ended with an error, by code.", ["stage", "code"]
)
REAL_TIME_FACTOR = Histogram(
    "platform_transcription_real_time_factor",
    "Seconds of work for a second of sound.",
    buckets=(0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1, 2, 4),
)
LLM_TOKENS = Counter("platform_llm_tokens", "Tokens of the language model.", ["kind"])
LLM_SECONDS = Counter("platform_llm_seconds", "Time spent waiting for the language model.")

TASKS = Counter("platform_tasks", "Celery tasks that ended, by how.", ["task", "state"])
TASK_SECONDS = Histogram(
    "platform_task_seconds", "A Celery task.", ["task"], buckets=(0.01, 0.1, 1, 10, 60, 300, 1200, 4800)
)
