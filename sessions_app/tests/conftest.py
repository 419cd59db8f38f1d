"""What the tests of sessions share."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import Therapist
from conftest import Api
from ml.progress import Progress
from ml.schemas.transcript import Heard
from sessions_app import pipeline, transcription
from sessions_app.models import TherapySession
from sessions_app.services import guards
from sessions_app.tests.factories import TherapySessionFactory, transcript_record

PART = 4096
Commits = Callable[..., AbstractContextManager[list[Callable[[], object]]]]


@pytest.fixture
def commits(django_capture_on_commit_callbacks: Commits) -> Commits:
    """`with commits(execute=True):` runs what waits for the commit."""
    return django_capture_on_commit_callbacks


@pytest.fixture
def signed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every report is signed."""
    monkeypatch.setattr(guards, "import_string", lambda path: lambda session_id: True)


@pytest.fixture
def session(therapist: Therapist) -> TherapySession:
    """A session of `therapist`, with nothing in it."""
    return TherapySessionFactory.create(therapist=therapist)


@pytest.fixture
def client(api: Api, therapist: Therapist) -> APIClient:
    """The owner of `session`, signed in."""
    return api(therapist)


@pytest.fixture
def media_root(settings: object, tmp_path: Path) -> Path:
    """Storage and temporary files of one test, to look at what is left on the disk."""
    settings.MEDIA_ROOT = str(tmp_path / "media")  # type: ignore[attr-defined]
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path / "tmp")  # type: ignore[attr-defined]
    settings.STORAGES = {  # type: ignore[attr-defined]
        **settings.STORAGES,  # type: ignore[attr-defined]
        "recordings": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path / "media"), "file_permissions_mode": 0o600},
        },
    }
    return tmp_path


@pytest.fixture
def small_parts(settings: object, media_root: Path) -> None:
    """Parts of `PART` bytes, so that small recordings have several."""
    settings.UPLOAD_PART_BYTES = PART  # type: ignore[attr-defined]


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """The stages that were sent, as (task path, session id); nothing runs."""
    calls: list[tuple[str, str]] = []

    class Task:
        def __init__(self, path: str) -> None:
            self.path = path

        def apply_async(self, args: list[str], countdown: float | None, priority: int) -> None:
            calls.append((self.path, args[0]))

    monkeypatch.setattr(pipeline, "import_string", Task)
    return calls


@pytest.fixture
def fake_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Transcription answers at once with the transcript of the factories."""

    class Engine:
        def listen(self, path: Path, progress: Progress, **_: object) -> Heard:
            assert path.is_file()
            progress(1.0)
            return Heard(transcript_record(), bytes(2000))

    monkeypatch.setattr(transcription, "engine", Engine)


def raw(client: APIClient, *args: Any, **kwargs: Any) -> Any:
    """A request whose body is bytes, or comes from its own `wsgi.input`."""
    return client.generic(*args, **kwargs)


def files_under(root: Path) -> list[str]:
    """Every file below a folder."""
    return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())
