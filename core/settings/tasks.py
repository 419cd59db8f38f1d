"""Celery: the broker carries ids only; the database row is the record of work."""

import hashlib
import ssl
import tempfile
from pathlib import Path

from celery.schedules import schedule
from kombu import Queue

from core.settings.environment import REDIS_CA_CERTS, REDIS_URL, VAR_DIR, env

# A Unix socket's path may hold about 107 bytes; a deep VAR_DIR gets a private folder elsewhere.
BROKER_SOCKET = VAR_DIR / "run" / "broker.sock"
if len(str(BROKER_SOCKET)) > 100:
    _digest = hashlib.sha256(str(VAR_DIR).encode()).hexdigest()[:12]
    BROKER_SOCKET = Path(tempfile.gettempdir()) / f"tap-{_digest}" / "broker.sock"

EMBEDDED_BROKER = not REDIS_URL
CELERY_BROKER_URL = REDIS_URL or f"redis+socket://{BROKER_SOCKET}"
if REDIS_URL.startswith("rediss://"):
    # Left alone, kombu takes any certificate of anybody.
    CELERY_BROKER_USE_SSL = {
        "ssl_cert_reqs": ssl.CERT_REQUIRED,
        **({"ssl_ca_certs": REDIS_CA_CERTS} if REDIS_CA_CERTS else {}),
    }
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = False  # the lease and the reaper decide, not the broker
# Likewise when the broker goes away in the middle: the work goes on under its lease.
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = False
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
WORKER_WARM = env.bool("WORKER_WARM", default=False)
"""Whether a worker loads the models of its queues when it starts instead of with the first session."""
WORKER_WARMUPS = {"transcription": "sessions_app.transcription.warm", "reports": "reports.drafting.warm"}
"""What loads them, by queue."""
# A pool process that does not answer in time is ended; large models take minutes to load.
CELERY_WORKER_PROC_ALIVE_TIMEOUT = 900.0 if WORKER_WARM else 4.0
CELERY_TASK_TIME_LIMIT = env.int("TASK_TIME_LIMIT_SECONDS", default=4 * 3600)
CELERY_BROKER_TRANSPORT_OPTIONS = {
    # Longer than the longest task, else a running one is delivered a second time.
    "visibility_timeout": CELERY_TASK_TIME_LIMIT + 3600,
    "unacked_restore_interval": 5,
    "unacked_restore_throttle": 1,
    "socket_connect_timeout": 3,
    # A broker that takes a connection and says nothing holds up an upload this long, twice.
    "socket_timeout": 5,
    # One list a queue and step, the most urgent (0) first; see sessions_app/priorities.py. The most
    # urgent step of every queue is looked at before the next step of any; at the same step a
    # worker with several queues takes from each in turn.
    "priority_steps": [0, 3, 6, 9],
    "sep": ":",
    "queue_order_strategy": "round_robin",
}
# An upload is answered even when the broker is away; the reaper sends what was not sent.
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0, "interval_step": 0.2}
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_TASK_ROUTES = {
    "sessions_app.tasks.transcribe_session": {"queue": "transcription"},
    "sessions_app.tasks.help_transcribe": {"queue": "transcription"},
    "reports.tasks.generate_report": {"queue": "reports"},
    # There the recognizer is loaded already.
    "reports.tasks.listen_again": {"queue": "transcription"},
    "dataset.tasks.download": {"queue": "dataset_download"},
    "dataset.tasks.standardize": {"queue": "dataset_media"},
    "dataset.tasks.audio": {"queue": "dataset_media"},
    "dataset.tasks.clips": {"queue": "dataset_media"},
    "dataset.tasks.transcribe": {"queue": "dataset_transcribe"},
    "dataset.tasks.annotate_clips": {"queue": "dataset_annotate_video"},
    "dataset.tasks.annotate_words": {"queue": "dataset_annotate_text"},
}
# For each worker process, as Celery counts them.
CELERY_TASK_ANNOTATIONS = {
    "dataset.tasks.download": {"rate_limit": env.str("DATASET_DOWNLOAD_RATE", default="30/m")},
    "dataset.tasks.transcribe": {"rate_limit": env.str("DATASET_TRANSCRIBE_RATE", default="60/m")},
    "dataset.tasks.annotate_clips": {"rate_limit": env.str("DATASET_ANNOTATE_RATE", default="30/m")},
    "dataset.tasks.annotate_words": {"rate_limit": env.str("DATASET_ANNOTATE_RATE", default="30/m")},
}
# All named here, so that a bare `celery -A core worker` takes every queue.
CELERY_TASK_QUEUES = [
    Queue(name)
    for name in (
        "transcription",
        "reports",
        "default",
        "dataset_download",
        "dataset_media",
        "dataset_transcribe",
        "dataset_annotate_video",
        "dataset_annotate_text",
    )
]
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "run" / "beat-schedule")

SESSION_PIPELINE = {
    "transcription": "sessions_app.tasks.transcribe_session",
    "report": "reports.tasks.generate_report",
}
"""The stages of a session in order; the step upwards from sessions_app to reports is this path."""

# Further steps upwards, each a dotted path; most take a session's id.
SESSION_LOCK = "reports.locks.session_is_signed"
"""Whether the session's report is signed, `f(session_id) -> bool`; empty for never."""
SESSION_SUMMARY = "reports.dashboard.described"
"""`f(sessions) -> sessions` with report_status and the counts of open points, in the same query."""
PATIENT_SUMMARIES = "reports.patient_summaries.summaries_get"
"""`f(patient_ids, today) -> {id: PatientSummary}`: what the patient list says of sessions and reports."""
SESSION_CONTENT_REPLACED_HOOKS = ["reports.rechecks.content_replaced"]
"""`f(session_id)`: recording and transcript are replaced; drop what was drawn from them."""
TRANSCRIPT_CHANGED_HOOKS = ["reports.rechecks.transcript_changed"]
"""`f(session_id, segment_ids)`: segments were corrected; check what rests on them again."""

STAGE_LEASE_SECONDS = env.int("STAGE_LEASE_SECONDS", default=30)
STAGE_HEARTBEAT_SECONDS = env.int("STAGE_HEARTBEAT_SECONDS", default=5)
STAGE_MAX_ATTEMPTS = env.int("STAGE_MAX_ATTEMPTS", default=5)
STAGE_BACKOFF_SECONDS = env.float("STAGE_BACKOFF_SECONDS", default=5.0)
STAGE_RESEND_AFTER_SECONDS = env.int("STAGE_RESEND_AFTER_SECONDS", default=600)
REAPER_INTERVAL_SECONDS = env.float("REAPER_INTERVAL_SECONDS", default=5.0)

QUEUE_LIMITS = {
    "transcription": env.int("TRANSCRIPTION_QUEUE_LIMIT", default=500),
    "report": env.int("REPORT_QUEUE_LIMIT", default=500),
}
"""Sessions that may wait for a stage before new work is answered with 429 `queue_full`; 0: any."""
QUEUE_LIMIT_PER_THERAPIST = env.int("QUEUE_LIMIT_PER_THERAPIST", default=0)
"""The same for what one therapist may have waiting, so that nobody fills the queue for all."""
QUEUE_RETRY_AFTER_SECONDS = env.int("QUEUE_RETRY_AFTER_SECONDS", default=60)

SHORT_RECORDING_SECONDS = env.int("SHORT_RECORDING_SECONDS", default=15 * 60)
"""Recordings up to this length are transcribed before longer ones that wait."""

SPREAD_FROM_SECONDS = env.int("SPREAD_FROM_SECONDS", default=0)
"""Recordings of at least this length are divided and transcribed by several workers; 0: none is.

On one machine all workers share its cores, and dividing brings nothing.
"""
SPREAD_PIECE_SECONDS = env.int("SPREAD_PIECE_SECONDS", default=120)
SPREAD_MOST_PIECES = env.int("SPREAD_MOST_PIECES", default=64)

CELERY_BEAT_SCHEDULE = {
    "resume-stalled-sessions": {
        "task": "sessions_app.tasks.resume_stalled_sessions",
        "schedule": schedule(REAPER_INTERVAL_SECONDS),
        # A beat that was away must not leave a heap of these behind.
        "options": {"expires": REAPER_INTERVAL_SECONDS * 2},
    },
    "purge-uploads": {
        "task": "sessions_app.tasks.purge_uploads",
        "schedule": schedule(900),
        "options": {"expires": 900},
    },
    "purge-deleted-patients": {
        "task": "patients.tasks.purge_deleted_patients",
        "schedule": schedule(3600),
        "options": {"expires": 3600},
    },
    "purge-expired-tokens": {
        "task": "accounts.tasks.purge_expired_tokens",
        "schedule": schedule(3600),
        "options": {"expires": 3600},
    },
    "purge-idempotency-records": {
        "task": "core.tasks.purge_idempotency_records",
        "schedule": schedule(3600),
        "options": {"expires": 3600},
    },
}
