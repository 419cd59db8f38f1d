"""Keys, passwords, lockout and headers."""

import secrets
from datetime import timedelta

from corsheaders.defaults import default_headers
from csp.constants import NONE, SELF

from core.settings.environment import VAR_DIR, env


def _secret_key() -> str:
    """SECRET_KEY, or for the embedded default one made at the first start and kept in VAR_DIR."""
    if key := env.str("SECRET_KEY", default=""):
        return key
    path = VAR_DIR / "secret_key"
    if not path.is_file():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(48))
    return path.read_text().strip()


SECRET_KEY = _secret_key()
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
CORS_ALLOWED_ORIGINS = env.list("CORS_ALLOWED_ORIGINS", default=[])
CORS_ALLOW_CREDENTIALS = True
CORS_ALLOW_HEADERS = [
    *default_headers,
    "idempotency-key",
    "if-match",
    "range",
    "x-refresh-cookie",
    "x-request-id",
]
CORS_EXPOSE_HEADERS = [
    "Content-Disposition",
    "Content-Range",
    "ETag",
    "Idempotency-Replayed",
    "Location",
    "RateLimit-Limit",
    "RateLimit-Remaining",
    "RateLimit-Reset",
    "Retry-After",
    "X-Request-ID",
]

PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AXES_FAILURE_LIMIT = env.int("LOGIN_FAILURE_LIMIT", default=5)
AXES_COOLOFF_TIME = timedelta(minutes=env.int("LOGIN_COOLOFF_MINUTES", default=15))
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address", "password"]
AXES_VERBOSE = False
# Its default is the model's field (email), but Django passes it on as username: nothing would lock.
AXES_USERNAME_FORM_FIELD = "username"
# Else somebody who goes on guessing would keep the owner out for ever.
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_CLIENT_IP_CALLABLE = "core.api.throttling.client_address"
AXES_DISABLE_ACCESS_LOG = True
# The lockout is answered by the sign-in call itself, as problem+json.
SILENCED_SYSTEM_CHECKS = ["axes.W002"]

CSRF_FAILURE_VIEW = "core.api.exception_handler.csrf_failure"
PASSWORD_RESET_TIMEOUT = 3600
PASSWORD_RESET_URL = env.str("PASSWORD_RESET_URL", default="")
"""Page of the web UI that takes `?uid=&token=`; without it the e-mail holds the two values alone."""

PATIENT_ERASURE_GRACE_DAYS = 7
PATIENT_ERASURE_HOOKS: list[str] = ["sessions_app.services.erasure.erase_patient_media"]
"""Dotted paths of functions that remove what a patient left outside the database's own cascade
(media); each is called with the patient's id before the rows go, and must bear being called twice."""

CONSENT_DEFAULTS: list[str] = env.list("CONSENT_DEFAULTS", default=["record", "ai_processing"])
"""What a new patient counts as having agreed to until somebody records an answer."""
CONSENT_CHANGED_HOOKS: list[str] = ["sessions_app.services.consent_changes.consent_changed"]
"""`f(patient_id)`, within the transaction: answers changed; stop what they no longer allow."""

# HTTPS=1 behind a TLS proxy switches on what only makes sense there.
HTTPS = env.bool("HTTPS", default=False)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^health"]  # probes come from inside, without TLS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_SAMESITE = "Strict"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "media-src": [SELF, "blob:"],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
    }
}
