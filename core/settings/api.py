"""REST framework, tokens, rates, the OpenAPI document."""

from datetime import timedelta

from core.settings.environment import env

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["accounts.authentication.TherapistAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["core.api.parsers.BoundedJSONParser"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "core.api.negotiation.LenientNegotiation",
    # ?format= belongs to exports (srt, pdf), not to the choice of a renderer.
    "URL_FORMAT_OVERRIDE": None,
    "DEFAULT_THROTTLE_CLASSES": ["core.api.throttling.GeneralThrottle"],
    "NUM_PROXIES": env.int("TRUSTED_PROXIES", default=0),
    "DEFAULT_PAGINATION_CLASS": "core.api.pagination.PageNumberPagination",
    "DEFAULT_FILTER_BACKENDS": [
        "django_filters.rest_framework.DjangoFilterBackend",
        "rest_framework.filters.SearchFilter",
        "core.api.filters.StrictOrderingFilter",
    ],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "core.api.exception_handler.problem_response",
    "DATETIME_FORMAT": "%Y-%m-%dT%H:%M:%S.%fZ",
    "PAGE_SIZE": 25,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}

RATE_LIMITS = {
    "general": env.str("RATE_LIMIT_GENERAL", default="1200/min"),
    "login": env.str("RATE_LIMIT_LOGIN", default="60/min"),
    "login_account": env.str("RATE_LIMIT_LOGIN_ACCOUNT", default="100/hour"),
    "register": env.str("RATE_LIMIT_REGISTER", default="30/min"),
    "password": env.str("RATE_LIMIT_PASSWORD", default="30/hour"),
    "upload": env.str("RATE_LIMIT_UPLOAD", default="600/hour"),
}
"""Calls by scope (`core.api.throttling`); empty switches a limit off."""

IDEMPOTENCY_KEY_HOURS = 24
REQUEST_LEASE_SECONDS = env.int("REQUEST_LEASE_SECONDS", default=30)
"""How soon what a killed request had begun can be asked for again: its key, an upload's completion."""

REFRESH_TOKEN_REMEMBER_DAYS = env.int("REFRESH_TOKEN_REMEMBER_DAYS", default=30)
"""How long a sign-in with `remember` lasts; one without lasts REFRESH_TOKEN_DAYS."""
REFRESH_COOKIE_NAME = "refresh_token"
REFRESH_COOKIE_PATH = "/auth"

SIMPLE_JWT = {
    "ACCESS_TOKEN_LIFETIME": timedelta(minutes=env.int("ACCESS_TOKEN_MINUTES", default=15)),
    "REFRESH_TOKEN_LIFETIME": timedelta(days=env.int("REFRESH_TOKEN_DAYS", default=1)),
    "ROTATE_REFRESH_TOKENS": True,
    "BLACKLIST_AFTER_ROTATION": True,
    "USER_ID_FIELD": "id",
}

SPECTACULAR_SETTINGS = {
    "TITLE": "Therapist AI Platform",
    "DESCRIPTION": "Session recordings become evidence-bound therapy reports.",
    "VERSION": "1.0.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    "SCHEMA_PATH_PREFIX": "/",
    # Names for value sets that several resources share or whose field names collide.
    "ENUM_NAME_OVERRIDES": {
        "NoteFormatEnum": "accounts.models.NOTE_FORMATS",
        "SessionStatusEnum": "sessions_app.models.session.Status",
        "ReportStatusEnum": "reports.serializers.report.REPORT_STATUSES",
        "ReportVersionKindEnum": "reports.serializers.report.VERSION_KINDS",
        "OpenPointKindEnum": "reports.serializers.report.OPEN_POINT_KINDS",
        "RiskCategoryEnum": "reports.serializers.report.RISK_CATEGORIES",
    },
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "core.api.schema.add_problems",
    ],
}
