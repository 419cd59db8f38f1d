"""From dialogues to labels with the real Gemini client: what is asked, booked, kept, and what failures do."""

from __future__ import annotations

import time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from dataset.annotation.pipeline import Summary
from dataset.errors import BudgetReached
from dataset.manifest import Outcome
from dataset.tests.annotation.answers import annotating, gemini_at, gemini_config, good_answer
from dataset.tests.annotation.media import make_clip, make_video
from dataset.workspace import VideoFolder
from ml.schemas.dialogue import AnnotatedDialogue
from ml.schemas.transcript import SpeakerRole
from ml.tests.multimodal.gemini_stand_in import (
    PROMPT_TOKENS,
    THOUGHT_TOKENS,
    WRITTEN_TOKENS,
    Reply,
    StandIn,
    gemini_stand_in,
    user_text,
)

TURNS = [
    (SpeakerRole.THERAPIST, "How have you been this week?", ""),
    (SpeakerRole.CLIENT, "I can't stop crying.", "clips/whole.mp4"),
    (SpeakerRole.THERAPIST, "You miss her.", "clips/short.mp4"),
    (SpeakerRole.CLIENT, "Every single day.", "clips/absent.mp4"),
]
GOOD_CALL_USD = (
    Decimal("1.50") * PROMPT_TOKENS + Decimal("7.50") * (WRITTEN_TOKENS + THOUGHT_TOKENS)
) / 1_000_000
BAD = "I would rather not say."


@pytest.fixture
def folder(tmp_path: Path) -> VideoFolder:
    """A video with a turn of each kind: no clip, a whole clip, a short one, a missing one."""
    root = tmp_path / "root"
    make_clip(root / "clips" / "whole.mp4")
    make_clip(root / "clips" / "short.mp4", seconds=1)
    return make_video(root, TURNS)


def run(
    root: Path, server: StandIn, *, timeout_s: float = 5.0, pauses: list[float] | None = None, **changes: Any
) -> Summary:
    sleep = pauses.append if pauses is not None else lambda seconds: None
    config = gemini_config(**changes)
    with annotating(root, config, gemini_at(server.url, timeout_s), sleep=sleep) as (annotation, data_set):
        return annotation.run(data_set.workspace.videos())


def labels(folder: VideoFolder) -> AnnotatedDialogue:
    return AnnotatedDialogue.model_validate_json(folder.annotated.read_text(encoding="utf-8"))


def booked(root: Path) -> tuple[int, int, int, Decimal]:
    with annotating(root, gemini_config(), gemini_at("")) as (_, data_set):
        totals = data_set.ledger.totals()
    return (
        sum(one.calls for one in totals),
        sum(one.input_units for one in totals),
        sum(one.output_units for one in totals),
        sum((one.usd for one in totals), Decimal(0)),
    )


def reasons(root: Path, outcome: Outcome) -> dict[str, str]:
    with annotating(root, gemini_config(), gemini_at("")) as (_, data_set):
        entries = data_set.manifest.entries("label")
    return {entry.item: entry.reason for entry in entries if entry.outcome is outcome}


def test_every_turn_gets_its_labels_from_the_right_model(folder: VideoFolder, tmp_path: Path) -> None:
    root = tmp_path / "root"
    with gemini_stand_in(lambda body, _: good_answer(body)) as server:
        summary = run(root, server)
    assert summary.routes == {"no_clip": 1, "clip": 1, "clip_short": 1, "clip_missing": 1}
    assert (summary.turns, summary.written) == ({"done": 4}, 1)
    assert summary.loads == ["gemini-3.8-flash"]

    watched, *read = server.requests
    assert [len(body["contents"][0]["parts"]) for body in (watched, *read)] == [2, 1, 1, 1]
    assert "I can't stop crying." in user_text(watched)
    assert 'Therapist: "How have you been this week?"' in user_text(watched)
    assert "Every single day." in user_text(read[-1])

    dialogue = labels(folder)
    assert [turn.strategy is not None for turn in dialogue.utterances] == [True, False, True, False]
    for turn in dialogue.utterances:
        assert turn.emotion is not None
        assert (turn.emotion.confidence, turn.emotion.rationale) == (0.7, "scripted")
        assert turn.emotion.annotator == "gemini-3.8-flash"
    versions = [turn.emotion.prompt_version for turn in dialogue.utterances if turn.emotion]
    assert versions == ["annotate_text/v1", "annotate_video/v1", "annotate_text/v1", "annotate_text/v1"]
    assert booked(root) == (4, 4 * PROMPT_TOKENS, 4 * (WRITTEN_TOKENS + THOUGHT_TOKENS), 4 * GOOD_CALL_USD)


def test_the_second_run_asks_and_pays_nothing(folder: VideoFolder, tmp_path: Path) -> None:
    with gemini_stand_in(lambda body, _: good_answer(body)) as server:
        run(tmp_path / "root", server)
        written = folder.annotated.read_bytes()
        again = run(tmp_path / "root", server)
        assert len(server.requests) == 4
        assert (again.usd, again.loads, again.turns) == (0, [], {"done": 4})
        folder.annotated.unlink()
        run(tmp_path / "root", server)
        assert len(server.requests) == 4
    assert folder.annotated.read_bytes() == written


def test_another_window_is_another_question(folder: VideoFolder, tmp_path: Path) -> None:
    with gemini_stand_in(lambda body, _: good_answer(body)) as server:
        run(tmp_path / "root", server)
        run(tmp_path / "root", server, window_turns=1)
    # The first two turns see the same words under both.
    assert len(server.requests) == 4 + 2


@pytest.mark.parametrize(
    ("failure", "pauses"),
    [
        (Reply(status=429, headers={"Retry-After": "7"}), [7.0]),
        (Reply(status=500), [0.01]),
        (Reply(raw="<html>busy</html>"), [0.01]),
    ],
)
def test_a_busy_service_is_asked_again_after_its_own_time(
    failure: Reply, pauses: list[float], tmp_path: Path
) -> None:
    folder = make_video(tmp_path / "root", TURNS[:1])
    waited: list[float] = []
    with gemini_stand_in(lambda body, number: failure if number == 0 else good_answer(body)) as server:
        summary = run(tmp_path / "root", server, pauses=waited)
    assert summary.turns == {"done": 1}
    assert waited == pytest.approx(pauses, rel=0.26)
    assert labels(folder).utterances[0].emotion is not None
    assert booked(tmp_path / "root")[0] == len(server.requests) == 2


@pytest.mark.parametrize("failure", [Reply(status=429), Reply(status=503), Reply(delay_s=1.5)])
def test_attempts_are_bounded_and_the_next_run_tries_again(failure: Reply, tmp_path: Path) -> None:
    root = tmp_path / "root"
    folder = make_video(root, TURNS[:1])
    broken = True

    def script(body: dict[str, Any], number: int) -> Reply:
        return failure if broken else good_answer(body)

    with gemini_stand_in(script) as server:
        summary = run(root, server, timeout_s=0.5)
        assert summary.turns == {"failed": 1}
        assert summary.written == 0
        assert len(server.requests) == 3
        assert booked(root) == (3, 0, 0, Decimal(0))
        assert not folder.annotated.exists()
        broken = False
        assert run(root, server).turns == {"done": 1}
        assert booked(root)[0] == len(server.requests) == 4


@pytest.mark.parametrize(
    ("bad", "calls", "reason"),
    [
        (Reply(BAD), 2, "answer_invalid: After one repair the model's answer was not one of the known"),
        (Reply(""), 2, "answer_invalid: After one repair the model's answer was blank."),
        (Reply('{"emotion": "bored"}'), 2, "answer_invalid"),
        (Reply('{"emotion": "jo', finish_reason="MAX_TOKENS"), 2, "answer_invalid"),
        (Reply(finish_reason="SAFETY"), 1, "answer_refused: The model blocked its answer (refused:safety)."),
        (Reply(block_reason="PROHIBITED_CONTENT"), 1, "answer_refused"),
        (Reply(status=400), 1, "request_refused: Gemini answered with status 400."),
    ],
)
def test_what_gives_no_label_is_quarantined_with_its_reason(
    bad: Reply, calls: int, reason: str, tmp_path: Path
) -> None:
    root = tmp_path / "root"
    folder = make_video(root, TURNS[:2])

    def script(body: dict[str, Any], number: int) -> Reply:
        return bad if "stop crying" in user_text(body).split("Turn to label")[1] else good_answer(body)

    with gemini_stand_in(script) as server:
        summary = run(root, server)
        assert summary.turns == {"done": 1, "quarantined": 1}
        assert len(server.requests) == 1 + calls
        run(root, server)
        assert len(server.requests) == 1 + calls
        answered = server.answered
    (told,) = reasons(root, Outcome.QUARANTINED).values()
    assert told.startswith(reason)
    assert BAD not in told
    first, second = labels(folder).utterances
    assert first.emotion is not None
    assert (second.emotion, second.strategy) == (None, None)
    calls_booked, read, _, _ = booked(root)
    assert (calls_booked, read) == (1 + calls, answered * PROMPT_TOKENS)


def test_one_repair_is_enough_for_a_model_that_can(tmp_path: Path) -> None:
    folder = make_video(tmp_path / "root", TURNS[:1])
    with gemini_stand_in(lambda body, number: Reply(BAD) if number == 0 else good_answer(body)) as server:
        assert run(tmp_path / "root", server).turns == {"done": 1}
    assert labels(folder).utterances[0].strategy is not None
    question, answer, repair = server.requests[1]["contents"]
    assert (question["role"], answer["role"], repair["role"]) == ("user", "model", "user")
    assert answer["parts"][0]["text"] == BAD
    assert booked(tmp_path / "root")[0] == 2


def test_the_budget_stops_the_run_before_it_is_overdrawn(tmp_path: Path) -> None:
    root = tmp_path / "root"
    make_video(root, TURNS * 3)
    config = gemini_config()
    budget = Decimal("0.03")
    with gemini_stand_in(lambda body, _: good_answer(body)) as server:
        build = gemini_at(server.url)
        with (
            annotating(root, config, build, budget_usd=budget) as (annotation, data_set),
            pytest.raises(BudgetReached),
        ):
            annotation.run(data_set.workspace.videos())
    calls, _, _, usd = booked(root)
    assert 0 < calls < len(TURNS) * 3
    assert calls == len(server.requests)
    assert usd <= budget
    assert len(reasons(root, Outcome.DONE)) == calls


def test_a_plan_tells_the_most_it_may_cost_and_calls_nothing(folder: VideoFolder, tmp_path: Path) -> None:
    root = tmp_path / "root"
    with (
        gemini_stand_in(lambda body, _: good_answer(body)) as server,
        annotating(root, gemini_config(), gemini_at(server.url)) as (annotation, data_set),
    ):
        plan = annotation.plan(data_set.workspace.videos())
        assert server.requests == []
        assert plan.waiting == {"gemini-3.8-flash": 4}
        spent = annotation.run(data_set.workspace.videos()).usd
        assert 0 < spent < plan.usd
        after = annotation.plan(data_set.workspace.videos())
        assert (after.waiting, after.usd, after.turns) == ({}, 0, {"done": 4})


def test_time_is_honoured_by_the_clock(tmp_path: Path) -> None:
    make_video(tmp_path / "root", TURNS[:1])
    busy = Reply(status=429, headers={"Retry-After": "1"})
    with gemini_stand_in(lambda body, number: busy if number == 0 else good_answer(body)) as server:
        began = time.monotonic()
        with annotating(tmp_path / "root", gemini_config(), gemini_at(server.url), sleep=time.sleep) as (
            annotation,
            data_set,
        ):
            annotation.run(data_set.workspace.videos())
    assert time.monotonic() - began >= 1.0
