"""Logs: one line an event on standard output, ids and counts only."""

from core.settings.environment import env

LOG_LEVEL = env.str("LOG_LEVEL", default="INFO")
LOG_FORMAT = env.str("LOG_FORMAT", default="line")
"""`line` for people, `json` for a log collector; anything else fails at the start."""
ACCESS_LOG = env.bool("ACCESS_LOG", default=LOG_FORMAT == "json")
"""A line for each answered request."""
# The supervisor names each process, so that lines of several on one terminal can be told apart.
_PROCESS = env.str("PROCESS_NAME", default="").replace("%", "")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        # In both an exception is written by type and place: its message may quote a patient.
        "line": {
            "()": "core.observability.log_formats.ReadableFormatter",
            "format": f"%(asctime)s {_PROCESS} %(levelname)s %(name)s %(message)s",
        },
        "json": {"()": "core.observability.log_formats.json_formatter", "process": _PROCESS},
    },
    "filters": {"words_stripped": {"()": "core.api.log_lines.WordsStripped"}},
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": LOG_FORMAT,
            # ?search= can hold a patient's name, and so can a database's complaint.
            "filters": ["words_stripped"],
        }
    },
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
    "loggers": {
        # Without Django's own handlers: one of them mails whole requests to operators.
        "django": {"handlers": [], "level": LOG_LEVEL, "propagate": True},
        "django.server": {"handlers": ["console"], "level": LOG_LEVEL, "propagate": False},
        # Its own handler would write an address whole, and with it a pass to hear a recording.
        "gunicorn.error": {"handlers": ["console"], "propagate": False},
        # DEBUG would write every statement with its values.
        "django.db.backends": {"level": "WARNING"},
        "httpx": {"level": "WARNING"},
        "faster_whisper": {"level": "WARNING"},
        # Exports: these would write letters of a note that a font lacks or a subset keeps.
        "fpdf": {"level": "ERROR"},
        "fontTools": {"level": "ERROR"},
        # It tells of every text it reads, and at DEBUG what it found there.
        "presidio-analyzer": {"level": "ERROR"},
        # Celery tells of every message; `sessions_app.stage` says what became of the work.
        "celery.worker.strategy": {"level": "WARNING"},
        "celery.app.trace": {"level": "WARNING"},
        "axes": {"level": "ERROR"},
    },
}
