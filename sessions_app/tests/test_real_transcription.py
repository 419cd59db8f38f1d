"""A recording through the real engine and back out of the database."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest
from django.conf import settings

from ml.errors import MLError
from ml.weights.store import WeightStore
from sessions_app import pipeline, transcription
from sessions_app.models import Status, TherapySession
from sessions_app.services.recordings import heard_save
from sessions_app.services.transcripts import transcript_load
from sessions_app.stage import Heartbeat
from sessions_app.tests.factories import stored_recording

SAMPLE = Path(settings.BASE_DIR) / "assets" / "session_short.ogg"


def _has_models() -> bool:
    store = WeightStore(Path(settings.MODELS_DIR))
    try:
        return all(store.path(name).is_dir() for name in ("whisper-base", "voice-encoder"))
    except MLError:
        return False


@pytest.mark.weights
@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.usefixtures("media_root", "started")
@pytest.mark.skipif(not _has_models(), reason="the speech models are not fetched (manage.py fetch_models)")
def test_the_sample_session(session: TherapySession) -> None:
    stored_recording(session, SAMPLE.read_bytes())
    TherapySession.objects.update(status=Status.UPLOADED)
    lease = pipeline.claim(session.pk, pipeline.TRANSCRIPTION)
    assert lease is not None
    transcription.engine.cache_clear()
    heard = transcription.transcribe(session, Heartbeat(partial(pipeline.heartbeat, lease)).progress)
    assert pipeline.complete(lease, lambda: heard_save(session, heard))
    stored = transcript_load(session)
    assert stored == heard.transcript
    assert len({segment.speaker for segment in stored.segments}) == 2
    assert {speaker.role.value for speaker in stored.speakers.values()} == {"therapist", "client"}
    assert stored.duration_ms == pytest.approx(44_115, abs=200)
    session.refresh_from_db()
    assert session.status == Status.TRANSCRIBED
    assert session.progress == 1.0
    assert session.recording.duration_ms == stored.duration_ms
    assert bytes(session.recording.peaks or b"") == heard.peaks
    assert max(heard.peaks) == 255
