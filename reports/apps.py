"""The Django app `reports`."""

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    """`reports` as Django sees it."""

    name = "reports"
