"""Sessions, recordings and transcripts for tests."""

from __future__ import annotations

import hashlib
from datetime import date
from uuid import uuid4

import factory.django
from factory.declarations import LazyFunction, SelfAttribute, SubFactory

from accounts.tests.factories import TherapistFactory
from core.storage.incoming import IncomingFile
from core.storage.recordings import recording_key, recording_store
from ml.schemas.transcript import Segment as SegmentRecord
from ml.schemas.transcript import Speaker, SpeakerRole, Word
from ml.schemas.transcript import Transcript as TranscriptRecord
from patients.tests.factories import PatientFactory
from sessions_app.models import Recording, Segment, Status, TherapySession, Transcript
from sessions_app.services.transcripts import transcript_save


class TherapySessionFactory(factory.django.DjangoModelFactory[TherapySession]):
    """A session without anything; `TherapySessionFactory(therapist=...)` gets a patient of theirs."""

    class Meta:
        model = TherapySession

    therapist = SubFactory(TherapistFactory)
    patient = SubFactory(PatientFactory, therapist=SelfAttribute("..therapist"))
    session_date = date(2026, 3, 2)
    status = Status.CREATED


class RecordingFactory(factory.django.DjangoModelFactory[Recording]):
    """The row of a recording; nothing is stored for it, see `stored_recording`."""

    class Meta:
        model = Recording

    session = SubFactory(TherapySessionFactory)
    storage_key = LazyFunction(recording_key)
    filename = "session.wav"
    media_type = "audio/wav"
    size_bytes = 1000
    sha256 = "0" * 64


def stored_recording(session: TherapySession, content: bytes = b"0123456789" * 100) -> Recording:
    """A recording whose bytes are in the storage."""
    key = recording_key()
    with IncomingFile(10**9) as incoming:
        incoming.write(content)
        incoming.finish()
        recording_store(key, incoming.path)
    return RecordingFactory.create(
        session=session,
        storage_key=key,
        size_bytes=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
    )


TURNS = (
    ("S1", "How did you sleep this week?"),
    ("S2", "Not well, I woke up at four every day."),
    ("S1", "And what did you do then?"),
    ("S2", "I got up and made tea."),
)


def transcript_record(turns: tuple[tuple[str, str], ...] = TURNS) -> TranscriptRecord:
    """A transcript as the engine makes it: a second a word, a segment a turn."""
    segments = []
    at = 0
    for index, (speaker, text) in enumerate(turns):
        words = [
            Word(start_ms=at + 1000 * number, end_ms=at + 1000 * (number + 1), text=word, confidence=0.9)
            for number, word in enumerate(text.split())
        ]
        end = words[-1].end_ms
        segments.append(
            SegmentRecord(
                id=str(uuid4()),
                index=index,
                speaker=speaker,
                role=SpeakerRole.THERAPIST if speaker == "S1" else SpeakerRole.CLIENT,
                start_ms=at,
                end_ms=end,
                text=text,
                confidence=0.9,
                words=words,
            )
        )
        at = end
    return TranscriptRecord(
        language="en",
        duration_ms=at,
        engine="faster_whisper",
        model="whisper-base",
        segments=segments,
        speakers={
            "S1": Speaker(role=SpeakerRole.THERAPIST, role_confidence=0.9),
            "S2": Speaker(role=SpeakerRole.CLIENT, role_confidence=0.9),
        },
    )


def transcribed(session: TherapySession) -> Transcript:
    """The stored transcript of a session."""
    transcript_save(session, transcript_record())
    return Transcript.objects.get(session=session)


def segments_of(transcript: Transcript) -> list[Segment]:
    """Its segments in order."""
    return list(transcript.segments.all())
