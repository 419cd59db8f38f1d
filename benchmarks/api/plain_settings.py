"""The peer's settings: the product's database and keys, Django's and DRF's own defaults otherwise."""

from core.settings import *  # noqa: F403
from core.settings import SIMPLE_JWT

from benchmarks.api.plain import MIDDLEWARE as MIDDLEWARE  # noqa: E402

ROOT_URLCONF = "benchmarks.api.plain"
WSGI_APPLICATION = "benchmarks.api.plain_wsgi.application"
REST_FRAMEWORK: dict[str, object] = {}
SIMPLE_JWT = {**SIMPLE_JWT}
LOGGING = {"version": 1, "disable_existing_loggers": False}
