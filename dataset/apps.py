from __future__ import annotations

from django.apps import AppConfig


class DatasetConfig(AppConfig):
    """Management commands only; there are no models and nothing here is imported by the product."""

    name = "dataset"
