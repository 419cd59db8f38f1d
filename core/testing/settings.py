"""Settings of the test run: quick hashing, eager tasks, a throw-away VAR_DIR for each process.

Not inside `core.settings`: importing a module imports its package first, which would read the
environment, and with it the real VAR_DIR, before a line here could change it.
"""

import os
import tempfile
from pathlib import Path

_real_var = Path(os.environ.get("VAR_DIR", Path(__file__).resolve().parents[2] / "var")).resolve()
os.environ.setdefault("MODELS_DIR", str(_real_var / "models"))
os.environ["VAR_DIR"] = tempfile.mkdtemp(prefix="tap-test-")
os.environ.setdefault("SECRET_KEY", "only-for-tests-" + "x" * 40)

from core.settings import *  # noqa: E402, F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
CELERY_TASK_ALWAYS_EAGER = True
# With propagation a retry raises in the caller and never runs.
CELERY_TASK_EAGER_PROPAGATES = False
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}  # noqa: F405

CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
# Rates are tested where they are the subject (`settings.RATE_LIMITS`), and off elsewhere.
RATE_LIMITS = {}
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
MIDDLEWARE = [name for name in MIDDLEWARE if not name.startswith("whitenoise.")]  # noqa: F405
