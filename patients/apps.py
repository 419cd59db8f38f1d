"""The Django app `patients`."""

from django.apps import AppConfig


class PatientsConfig(AppConfig):
    """`patients` as Django sees it."""

    name = "patients"
