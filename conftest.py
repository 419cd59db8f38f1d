"""What every test may use: three standing people and their API clients, and the spans of a test."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest
from django.conf import settings as django_settings

if TYPE_CHECKING:
    from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
    from rest_framework.test import APIClient

    from accounts.models import Therapist

Api = Callable[["Therapist"], "APIClient"]


@pytest.hookimpl(tryfirst=True)  # xdist reads the groups in the same hook
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """With `-n 2 --dist loadgroup` one process has the live platform, the other the engines.

    Tests of parallel writers are for `make test-postgres`: SQLite has one writer at a time.
    """
    if django_settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
        left = [item for item in items if "postgres" in getattr(item, "fixturenames", ())]
        if left:
            config.hook.pytest_deselected(items=left)
            items[:] = [item for item in items if item not in left]
    for item in items:
        for marker, group in (("broker", "platform"), ("weights", "engines")):
            if item.get_closest_marker(marker):
                item.add_marker(pytest.mark.xdist_group(group))
                break


@pytest.fixture(autouse=True)
def _clean_cache() -> Iterator[None]:
    """Rates counted in one test do not count in the next."""
    from django.core.cache import cache

    yield
    cache.clear()


@pytest.fixture
def exported(monkeypatch: pytest.MonkeyPatch) -> InMemorySpanExporter:
    """The spans that the test makes, when they have ended."""
    from opentelemetry import trace
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import SimpleSpanProcessor
    from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

    exporter = InMemorySpanExporter()
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    # A process has one provider for good, so the tests' one is not set but asked.
    monkeypatch.setattr(trace, "get_tracer", provider.get_tracer)
    return exporter


@pytest.fixture
def postgres(transactional_db: None) -> None:
    """For what only a server shows, such as writers that really run at the same moment."""


@pytest.fixture
def therapist(db: None) -> Therapist:
    """The owner of what a test makes."""
    from accounts.tests.factories import TherapistFactory

    return TherapistFactory.create(full_name="Dr. Ada Rahman")


@pytest.fixture
def other_therapist(db: None) -> Therapist:
    """A stranger: signed in, owns nothing that the test made."""
    from accounts.tests.factories import TherapistFactory

    return TherapistFactory.create(full_name="Dr. Noor Stranger")


@pytest.fixture
def anonymous(db: None) -> APIClient:
    """A client that is not signed in."""
    from rest_framework.test import APIClient

    return APIClient()


@pytest.fixture
def api(db: None) -> Api:
    """`api(therapist)`: a client signed in with a real access token."""

    def client(therapist: Therapist) -> APIClient:
        from rest_framework.test import APIClient

        from accounts.services.tokens import TherapistRefreshToken

        access = TherapistRefreshToken.for_user(therapist).access_token
        return APIClient(HTTP_AUTHORIZATION=f"Bearer {access}")

    return client


def pytest_unconfigure(config: pytest.Config) -> None:
    """Remove the throw-away VAR_DIR of this run."""
    var_dir = str(getattr(django_settings, "VAR_DIR", "")) if django_settings.configured else ""
    if "tap-test-" in var_dir:
        shutil.rmtree(var_dir, ignore_errors=True)
