from __future__ import annotations

from django.apps import AppConfig


class FinetuneConfig(AppConfig):
    """Management commands only; there are no models and nothing here is imported by the product."""

    name = "finetune"
