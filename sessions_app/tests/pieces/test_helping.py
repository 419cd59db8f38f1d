"""A long recording in several hands: who decodes what, and what of it can be seen."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from ml.progress import no_progress
from sessions_app import pieces, spread, tasks
from sessions_app.models import Status, TherapySession, TranscriptionPiece
from sessions_app.services import recordings
from sessions_app.tests.factories import stored_recording
from sessions_app.tests.pieces.conftest import COUNT, WORDS, Engine, laid_out, whole

# Helpers' heartbeats have connections of their own, which see committed rows only.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("media_root")]


def test_one_worker_alone_decodes_all_and_waits_for_nobody(
    leading: TherapySession, engine: Engine, calls: list[dict[str, Any]]
) -> None:
    stored_recording(leading)
    shares: list[float] = []
    heard = spread.transcribe(leading, shares.append)
    assert engine.decoded == [("leader", number) for number in range(COUNT)]
    assert engine.joined == whole()
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert [call["args"] for call in calls] == [(str(leading.pk),)] * (COUNT - 1)
    recordings.heard_save(leading, heard)
    assert not TranscriptionPiece.objects.exists()


def transcribe_with_a_helper(leading: TherapySession, engine: Engine) -> None:
    """The helper comes while the leader is at the first piece, and takes all the others."""

    def helped(who: str, number: int) -> None:
        if (who, number) == ("leader", 0):
            assert not spread.help_transcribe(leading.pk)

    engine.before = helped
    spread.transcribe(leading, no_progress)


def test_a_helper_decodes_what_the_leader_has_not_and_opens_the_recording_once(
    leading: TherapySession, engine: Engine
) -> None:
    stored_recording(leading)
    transcribe_with_a_helper(leading, engine)
    assert engine.decoded == [("helper", 1), ("helper", 2), ("helper", 3), ("leader", 0)]
    assert engine.opened == 1
    assert engine.joined == whole()


def test_a_helper_goes_when_a_session_of_its_own_waits_and_comes_back(
    leading: TherapySession, engine: Engine, calls: list[dict[str, Any]]
) -> None:
    stored_recording(leading)
    pieces.offer(leading, "plan", laid_out())
    other = TherapySession.objects.create(
        therapist=leading.therapist,
        patient=leading.patient,
        session_date=leading.session_date,
        status=Status.UPLOADED,
    )
    tasks.help_transcribe(str(leading.pk))
    assert [call["args"] for call in calls] == [(str(leading.pk),)]
    other.delete()
    tasks.help_transcribe(str(leading.pk))
    assert engine.decoded == [("helper", number) for number in range(COUNT)]
    assert len(calls) == 1


def test_a_helper_takes_no_piece_of_a_recording_that_it_has_not_opened(
    leading: TherapySession, engine: Engine
) -> None:
    stored_recording(leading)
    pieces.offer(leading, "plan", laid_out())

    def replaced(who: str, number: int) -> None:
        pieces.offer(leading, "plan of another recording", laid_out())

    engine.before = replaced
    # As if the replacement went unnoticed by the heartbeat until the piece was done.
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pieces, "heartbeat", lambda *_: True)
        assert not spread.help_transcribe(leading.pk)
    assert engine.decoded == [("helper", 0)]
    assert pieces.passages(leading.pk) == [None] * COUNT


def test_each_piece_is_a_span_of_whoever_decoded_it(
    leading: TherapySession, engine: Engine, exported: InMemorySpanExporter
) -> None:
    stored_recording(leading)
    transcribe_with_a_helper(leading, engine)
    spans = [dict(span.attributes or {}) for span in exported.get_finished_spans() if span.name == "piece"]
    own = {"platform.session_id": str(leading.pk)}
    assert spans == [
        {**own, "platform.piece": number, "platform.leader": number == 0} for number in (1, 2, 3, 0)
    ]


def test_a_helper_without_anything_to_do_opens_nothing(leading: TherapySession, engine: Engine) -> None:
    assert not spread.help_transcribe(leading.pk)
    assert not spread.help_transcribe(uuid.uuid4())
    assert engine.opened == 0


def test_no_words_travel_with_the_broker(
    leading: TherapySession, engine: Engine, calls: list[dict[str, Any]]
) -> None:
    stored_recording(leading)
    spread.transcribe(leading, no_progress)
    assert WORDS in json.dumps(pieces.passages(leading.pk))
    assert all(set(call) == {"args", "priority", "expires"} for call in calls)
