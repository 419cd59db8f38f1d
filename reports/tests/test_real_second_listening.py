"""Doubtful words listened to twice by the real recognizer, in the sample session."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Therapist
from ml.schemas.report import Evidence, Polarity, Provenance, ReportDraft, RiskCategory, RiskFlag
from ml.tests.real_models import SAMPLE, models_dir
from reports.second_listening import listen_again
from reports.services.drafts import draft_save
from reports.tests.factories import report_of
from sessions_app import transcription
from sessions_app.models import Segment
from sessions_app.tests.factories import TherapySessionFactory, stored_recording, transcribed

SAID = "Sometimes I think that it would be okay if I just didn't wake up"
MISHEARD = "Sometimes I think that it would be okay if I just did wake up"
BEGIN_MS, END_MS = 21_124, 24_364
"""Where the sentence stands in the sample."""


@pytest.mark.weights
@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.parametrize(("stored", "same"), [(SAID, True), (MISHEARD, False)])
def test_the_sample_session(therapist: Therapist, settings: Any, stored: str, same: bool) -> None:
    settings.MODELS_DIR = models_dir("whisper-base", "voice-encoder")
    session = TherapySessionFactory.create(therapist=therapist)
    stored_recording(session, SAMPLE.read_bytes())
    row = Segment.objects.filter(transcript=transcribed(session))[1]
    step = (END_MS - BEGIN_MS) // len(stored.split())
    row.start_ms, row.end_ms, row.text = BEGIN_MS, END_MS, stored
    row.words = [
        {"text": word, "start_ms": BEGIN_MS + step * place, "end_ms": BEGIN_MS + step * (place + 1)}
        | {"confidence": 0.3}
        for place, word in enumerate(stored.split())
    ]
    row.save()
    evidence = Evidence(segment=str(row.pk), start_ms=BEGIN_MS, end_ms=END_MS, quote=stored)
    flag = RiskFlag(category=RiskCategory.SUICIDE, polarity=Polarity.ENDORSED, evidence=[evidence])
    drafted = Provenance(engine="extraction", model="rules", prompt_version="", created_at=timezone.now())
    draft_save(session, ReportDraft(risk_flags=[flag], provenance=drafted))
    transcription.engine.cache_clear()
    try:
        listen_again(session.pk)
    finally:
        transcription.engine.cache_clear()
    reading = report_of(session).risk_flags.get().second_readings[0]
    assert reading["same"] is same
    assert SAID in reading["text"].replace("up.", "up").replace("up,", "up")
