"""Logs: one line an event on standard output, ids and counts only."""

from core.settings.environment import env

LOG_LEVEL = env.str("LOG_LEVEL", default="INFO")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            # An exception is written by type and place: its message may quote a patient.
            "()": "core.api.log_lines.PlacesFormatter",
            "format": "%(asctime)s %(levelname)s %(name)s %(message)s",
        }
    },
    "filters": {"query_stripped": {"()": "core.api.log_lines.QueryStripped"}},
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "line",
            # ?search= can hold a patient's name.
            "filters": ["query_stripped"],
        }
    },
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
    "loggers": {
        # Without Django's own handlers: one of them mails whole requests to operators.
        "django": {"handlers": [], "level": LOG_LEVEL, "propagate": True},
        "django.server": {"handlers": ["console"], "level": LOG_LEVEL, "propagate": False},
        # DEBUG would write every statement with its values.
        "django.db.backends": {"level": "WARNING"},
        "httpx": {"level": "WARNING"},
        "faster_whisper": {"level": "WARNING"},
        "axes": {"level": "ERROR"},
    },
}
