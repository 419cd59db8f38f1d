"""The Django app `sessions_app`."""

from django.apps import AppConfig


class SessionsConfig(AppConfig):
    """`sessions_app` as Django sees it."""

    name = "sessions_app"
