"""The pieces as rows: given to one worker, kept once, gone with what they belong to."""

from __future__ import annotations

import uuid

import pytest

from ml.errors import Cancelled
from sessions_app import pieces
from sessions_app.models import Status, TherapySession, TranscriptionPiece
from sessions_app.services import recordings
from sessions_app.services.sessions import session_cancel
from sessions_app.tests.factories import stored_recording
from sessions_app.tests.pieces.conftest import COUNT, claimed, division, expire

# Helpers' heartbeats have connections of their own, which see committed rows only.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("media_root")]


def test_every_piece_goes_to_one_worker(leading: TherapySession) -> None:
    pieces.offer(leading, "plan", division())
    taken = [claimed(leading, leader=bool(number % 2)).number for number in range(COUNT)]
    assert taken == [0, 1, 2, 3]
    assert pieces.claim(leading.pk, leader=True) is pieces.claim(leading.pk, leader=False) is None


def test_a_result_is_kept_once(leading: TherapySession) -> None:
    pieces.offer(leading, "plan", division(1))
    lost = claimed(leading, leader=False)
    expire(leading)
    mine = claimed(leading, leader=True)
    assert pieces.store(mine, ["mine"])
    assert not pieces.store(lost, ["late"])
    assert not pieces.heartbeat(lost)
    assert pieces.passages(leading.pk) == [["mine"]]
    assert pieces.all_done(leading.pk)


def test_the_leader_takes_what_a_dead_helper_left_and_other_helpers_do_not(leading: TherapySession) -> None:
    pieces.offer(leading, "plan", division(1))
    claimed(leading, leader=False)
    assert pieces.claim(leading.pk, leader=True) is None
    expire(leading)
    assert pieces.claim(leading.pk, leader=False) is None
    assert claimed(leading, leader=True).number == 0


def test_a_new_leader_finds_what_was_done(leading: TherapySession) -> None:
    pieces.offer(leading, "plan", division())
    assert pieces.store(claimed(leading, leader=True), ["done"])
    claimed(leading, leader=True)
    assert pieces.offer(leading, "plan", division()) == COUNT - 1
    assert pieces.passages(leading.pk)[0] == ["done"]


def test_another_plan_begins_anew(leading: TherapySession) -> None:
    pieces.offer(leading, "plan", division())
    old = claimed(leading, leader=True)
    assert pieces.offer(leading, "other", division(2)) == 2
    assert not pieces.store(old, ["of the old plan"])
    assert pieces.passages(leading.pk) == [None, None]


def test_who_lost_the_stage_cannot_lay_out_pieces(leading: TherapySession) -> None:
    TherapySession.objects.filter(pk=leading.pk).update(lease_token=uuid.uuid4())
    now_leads = TherapySession.objects.get(pk=leading.pk)
    pieces.offer(now_leads, "plan", division())
    assert pieces.store(claimed(leading, leader=True), ["done"])
    with pytest.raises(Cancelled):
        pieces.offer(leading, "plan of a recording that was replaced", division(2))
    assert pieces.passages(leading.pk) == [["done"], None, None, None]


def test_progress_counts_lengths_and_what_is_in_work(leading: TherapySession) -> None:
    pieces.offer(leading, "plan", [pieces.Division({}, 3000), pieces.Division({}, 1000)])
    lease = claimed(leading, leader=False)
    assert pieces.heartbeat(lease, 0.5)
    assert pieces.share_done(leading.pk) == pytest.approx(0.375)
    pieces.give_back(lease)
    assert pieces.share_done(leading.pk) == 0.0


def test_nothing_is_given_or_kept_once_the_session_is_cancelled(leading: TherapySession) -> None:
    pieces.offer(leading, "plan", division())
    lease = claimed(leading, leader=False)
    session_cancel(session_id=leading.pk)
    assert pieces.claim(leading.pk, leader=False) is None
    assert not pieces.heartbeat(lease, 0.5)
    assert not pieces.store(lease, ["after the end"])


def test_they_go_with_the_recording(leading: TherapySession) -> None:
    stored_recording(leading)
    pieces.offer(leading, "plan", division())
    TherapySession.objects.update(status=Status.FAILED)
    recordings.recording_delete_media(session_id=leading.pk)
    assert not TranscriptionPiece.objects.exists()
