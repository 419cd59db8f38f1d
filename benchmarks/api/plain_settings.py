"""The peer's settings: the product's database and keys, Django's and DRF's own defaults otherwise."""

from core.settings import *  # noqa: F403

ROOT_URLCONF = "benchmarks.api.plain"
WSGI_APPLICATION = "benchmarks.api.plain_wsgi.application"
REST_FRAMEWORK = {}
LOGGING = {"version": 1, "disable_existing_loggers": False}
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
"""What `django-admin startproject` writes."""
