"""System checks: what would otherwise fail at the first use fails at the start."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.utils.module_loading import import_string

from ml.errors import PermanentError

MIN_SECRET_KEY_LENGTH = 32
# By dotted path: the engines have two doors, and a check is none of them.
ENGINE_REGISTRIES: Mapping[str, tuple[str, Sequence[str]]] = {
    "TRANSCRIBER": ("ml.asr.backends.TRANSCRIBERS", ()),
    "DIARIZER": ("ml.diarize.backends.DIARIZERS", ()),
    "REPORT_BACKEND": ("ml.llm.backends.CHAT_MODELS", ("extraction",)),
}
ADAPTER_OPTIONS = "ml.llm.adapters.with_adapter"
DEVICE_WORDS = "ml.device.parse_device"


@register(Tags.compatibility)
def pipeline_paths(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    """Every dotted path of the settings leads to something that can be called."""
    paths = [
        *settings.SESSION_PIPELINE.values(),
        *settings.PATIENT_ERASURE_HOOKS,
        *settings.CONSENT_CHANGED_HOOKS,
        *settings.WORKER_WARMUPS.values(),
    ]
    return [
        Error(f"{path} cannot be imported.", hint="SESSION_PIPELINE or a list of hooks", id="core.E001")
        for path in paths
        if not _callable(path)
    ]


@register(Tags.security)
def secret_key_length(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    """A short SECRET_KEY makes tokens that can be guessed."""
    if len(settings.SECRET_KEY) >= MIN_SECRET_KEY_LENGTH:
        return []
    return [Error(f"SECRET_KEY needs {MIN_SECRET_KEY_LENGTH} characters or more.", id="core.E003")]


@register(Tags.security, deploy=True)
def https(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    """Health data travels over TLS."""
    return (
        [] if settings.HTTPS else [Warning("HTTPS is off.", hint="Set HTTPS=1 behind TLS.", id="core.W001")]
    )


@register(Tags.compatibility)
def engine_names(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    """Every engine that a setting names is known."""
    found: list[CheckMessage] = []
    for setting, (registry, others) in ENGINE_REGISTRIES.items():
        known = [*import_string(registry).names(), *others]
        if getattr(settings, setting) not in known:
            found.append(Error(f"{setting} is not one of {', '.join(sorted(known))}.", id="core.E002"))
    return found


@register(Tags.compatibility)
def report_adapter(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    """The adapter that a setting names is here, was promoted, and the backend takes it."""
    try:
        import_string(ADAPTER_OPTIONS)(
            settings.REPORT_BACKEND, settings.REPORT_OPTIONS, settings.REPORT_ADAPTER, settings.ADAPTERS_DIR
        )
    except PermanentError as error:
        return [Error(str(error), hint="REPORT_ADAPTER", id="core.E004")]
    return []


@register(Tags.compatibility)
def engine_device(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    """ENGINE_DEVICE is one of the words for a device; whether it is there, the worker asks."""
    try:
        import_string(DEVICE_WORDS)(settings.ENGINE_DEVICE)
    except PermanentError as error:
        return [Error(str(error), hint="ENGINE_DEVICE", id="core.E005")]
    return []


def _callable(path: str) -> bool:
    try:
        return callable(import_string(path))
    except ImportError:
        return False
