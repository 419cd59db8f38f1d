"""The door to the speech engines."""

from __future__ import annotations

import io
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from core.errors import ApplicationError
from core.storage import recordings
from ml.errors import ErrorCode, PermanentError
from ml.progress import Progress, no_progress
from ml.schemas.transcript import Heard
from sessions_app import transcription
from sessions_app.models import TherapySession
from sessions_app.tests.factories import stored_recording, transcript_record
from sessions_app.tests.media import m4a, sound


class Engine:
    """Remembers what it was asked."""

    def __init__(self) -> None:
        self.calls: list[tuple[bytes, dict[str, Any]]] = []

    def listen(self, path: Path, progress: Progress, **options: Any) -> Heard:
        self.calls.append((path.read_bytes(), options))
        return Heard(transcript_record(), b"")


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> Engine:
    engine = Engine()
    monkeypatch.setattr(transcription, "engine", lambda: engine)
    return engine


@pytest.mark.django_db
@pytest.mark.usefixtures("media_root")
def test_a_local_recording_is_read_where_it_lies(session: TherapySession, engine: Engine) -> None:
    stored_recording(session, b"words")
    session.language, session.speakers_expected = "ar", 3
    assert len(transcription.transcribe(session, no_progress).transcript.segments) == 4
    assert engine.calls == [(b"words", {"language": "ar", "speakers_expected": 3, "spread": None})]


@pytest.mark.django_db
@pytest.mark.usefixtures("media_root")
def test_a_recording_that_changed_in_the_storage_is_not_read(session: TherapySession, engine: Engine) -> None:
    recording = stored_recording(session, b"words")
    with recordings.recording_local_path(recording.storage_key) as path:
        path.write_bytes(b"sword")
    with pytest.raises(PermanentError) as refusal:
        transcription.transcribe(session, no_progress)
    assert (refusal.value.code, engine.calls) == (ErrorCode.CHECKSUM_MISMATCH, [])


@pytest.mark.django_db
@pytest.mark.usefixtures("engine", "media_root")
def test_without_a_recording(session: TherapySession) -> None:
    with pytest.raises(PermanentError) as refusal:
        transcription.transcribe(session, no_progress)
    assert refusal.value.code == ErrorCode.VALIDATION_ERROR


@pytest.mark.django_db
@pytest.mark.usefixtures("engine")
def test_a_missing_file_is_the_storages_fault_and_tried_again(
    session: TherapySession, media_root: Path
) -> None:
    recording = stored_recording(session)
    (media_root / "media" / recording.storage_key).unlink()
    with pytest.raises(OSError):
        transcription.transcribe(session, no_progress)


@pytest.fixture
def fresh_engine() -> Iterator[None]:
    transcription.engine.cache_clear()
    yield
    transcription.engine.cache_clear()


@pytest.mark.usefixtures("fresh_engine")
def test_the_settings_choose_the_engine_once(
    settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ml.transcription import pipeline

    built: list[pipeline.TranscriptionOptions] = []

    def build(options: pipeline.TranscriptionOptions) -> object:
        built.append(options)
        return object()

    monkeypatch.setattr(pipeline, "build_engine", build)
    settings.MODELS_DIR, settings.TRANSCRIBER = tmp_path, "openai_api"
    settings.TRANSCRIBER_OPTIONS, settings.ENGINE_DEVICE = {"base_url": "http://x"}, "cpu"
    assert transcription.engine() is transcription.engine()
    assert len(built) == 1
    assert built[0].models_dir == tmp_path
    assert built[0].transcriber == "openai_api"
    assert built[0].transcriber_options == {"base_url": "http://x"}
    assert built[0].device == "cpu"


@pytest.mark.usefixtures("fresh_engine")
def test_missing_models_say_so(settings: Any, tmp_path: Path) -> None:
    settings.MODELS_DIR = tmp_path
    with pytest.raises(PermanentError) as refusal:
        transcription.engine()
    assert refusal.value.code == ErrorCode.MODEL_NOT_AVAILABLE


@pytest.mark.parametrize(("content", "media_type"), [(sound(0.2), "audio/wav"), (m4a(0.5), "audio/mp4")])
def test_the_media_type_comes_from_the_content(tmp_path: Path, content: bytes, media_type: str) -> None:
    path = tmp_path / "file.html"
    path.write_bytes(content)
    assert transcription.media_type_of(transcription.probe_recording(path)) == media_type


def test_a_refusal_of_the_engine_is_one_of_the_api(tmp_path: Path) -> None:
    path = tmp_path / "empty"
    path.write_bytes(io.BytesIO().getvalue())
    with pytest.raises(ApplicationError) as refusal:
        transcription.probe_recording(path)
    assert refusal.value.code == "empty_audio"


def test_the_web_process_loads_no_engine() -> None:
    code = (
        "import django, os, sys; os.environ['DJANGO_SETTINGS_MODULE'] = 'core.testing.settings';"
        "django.setup();"
        "import sessions_app.urls, sessions_app.tasks;"
        "print([n for n in ('torch', 'ctranslate2', 'faster_whisper', 'onnxruntime', 'av', 'scipy')"
        " if n in sys.modules])"
    )
    output = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert output.strip() == "[]"
