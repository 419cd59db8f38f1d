"""Scripted trouble at every service: bounded attempts, kept waits, and a ledger that agrees."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from dataset.errors import BudgetReached, QuotaReached, StopRun
from dataset.extraction.pipeline import Extraction
from dataset.extraction.playlists import read_playlist
from dataset.ledger import Ledger
from dataset.manifest import Outcome
from dataset.tests.runs import run_all
from dataset.tests.stand_ins import Scripted, StandIn


def youtube_units(extraction: Extraction) -> int:
    return sum(one.input_units for one in extraction.ledger.totals() if one.service == "youtube")


@pytest.fixture
def listed(stand_in: StandIn, spoken_video: Path) -> StandIn:
    """A playlist of one spoken video."""
    stand_in.add("talk", spoken_video)
    return stand_in


def test_pages_are_followed_to_the_end_and_asked_once(extraction: Extraction, stand_in: StandIn) -> None:
    for number in range(5):
        stand_in.add(f"v{number}", None, duration=f"PT1H{number}M3S")
    stand_in.add("v0", None)  # twice in the list
    extraction.playlist("PLtest")
    videos = read_playlist(extraction.workspace, "PLtest").videos
    assert [video.id for video in videos] == [f"v{number}" for number in range(5)]
    assert videos[4].duration_s == 3600 + 4 * 60 + 3
    assert stand_in.counts == {"items": 3, "videos": 3}
    extraction.playlist("PLtest")
    assert stand_in.counts["items"] == 3
    extraction.playlist("PLtest", refresh=True)
    assert stand_in.counts["items"] == 6
    assert youtube_units(extraction) == 12
    assert not list((extraction.workspace.root / "state" / "pages").iterdir())


@pytest.mark.parametrize("route", ["items", "videos", "file talk", "upload", "job", "poll"])
def test_trouble_that_passes_costs_attempts_and_not_the_item(
    extraction: Extraction, listed: StandIn, pauses: list[float], route: str
) -> None:
    listed.script[route] = [Scripted(429, {"Retry-After": "7"}), Scripted(503)]
    entries = run_all(extraction)
    assert [entry.outcome for entry in entries] == [Outcome.DONE] * 6
    assert pauses[0] == 7.0
    assert 0.02 <= pauses[1] <= 0.03
    assert listed.counts[route] >= 3
    assert youtube_units(extraction) == listed.counts["items"] + listed.counts["videos"]
    paid = [one for one in extraction.ledger.totals() if one.service == "assemblyai"]
    assert [one.calls for one in paid] == [listed.counts["job"]]
    assert paid[0].usd < Decimal("0.0018")


@pytest.mark.parametrize("route", ["items", "file talk", "upload", "poll"])
def test_trouble_that_stays_fails_the_item_after_bounded_attempts(
    extraction: Extraction, listed: StandIn, route: str
) -> None:
    listed.script[route] = [Scripted(500)] * 9
    end = run_all(extraction)[-1]
    assert (end.outcome, end.reason.split(":")[0]) == (Outcome.FAILED, "service_unavailable")
    assert listed.counts[route] == 3
    listed.script[route] = []
    assert run_all(extraction)[-1].outcome is Outcome.DONE
    assert listed.counts["job"] == 1


@pytest.mark.parametrize("route", ["items", "file talk", "job"])
def test_a_server_that_says_nothing_times_out(extraction: Extraction, listed: StandIn, route: str) -> None:
    extraction.services = replace(extraction.services, timeout_s=0.3)
    listed.script[route] = [Scripted(silence_s=0.6)]
    assert [entry.outcome for entry in run_all(extraction)] == [Outcome.DONE] * 6
    assert listed.counts[route] >= 2


@pytest.mark.parametrize(
    ("answer", "error", "code"),
    [
        (
            Scripted(403, body={"error": {"errors": [{"reason": "quotaExceeded"}]}}),
            QuotaReached,
            "quota_reached",
        ),
        (Scripted(400, body={"error": {"errors": [{"reason": "badRequest"}]}}), StopRun, "key_refused"),
        (Scripted(403, body={"error": {"message": "x"}}), StopRun, "key_refused"),
    ],
)
def test_youtube_refuses_and_the_run_stops_at_once(
    extraction: Extraction, listed: StandIn, answer: Scripted, error: type[StopRun], code: str
) -> None:
    listed.script["items"] = [answer]
    with pytest.raises(error) as caught:
        extraction.playlist("PLtest")
    assert caught.value.code == code
    assert "youtube-key" not in str(caught.value)
    assert listed.counts["items"] == 1


@pytest.mark.parametrize(("status", "reason"), [(404, "playlist_not_found"), (403, "playlist_private")])
def test_a_playlist_that_is_not_there_is_quarantined(
    extraction: Extraction, listed: StandIn, status: int, reason: str
) -> None:
    body = {"error": {"errors": [{"reason": "playlistItemsNotAccessible" if status == 403 else "x"}]}}
    listed.script["items"] = [Scripted(status, body=body)]
    entry = extraction.playlist("PLtest")
    assert (entry.outcome, entry.reason.split(":")[0]) == (Outcome.QUARANTINED, reason)


def test_the_quota_is_kept_before_youtube_has_to_say_so(extraction: Extraction, stand_in: StandIn) -> None:
    for number in range(5):
        stand_in.add(f"v{number}", None)
    extraction.services = replace(extraction.services, youtube_daily_units=3)
    with pytest.raises(QuotaReached, match="3 of 3"):
        extraction.playlist("PLtest")
    assert stand_in.counts == {"items": 2, "videos": 1}
    # On the next day it goes on behind the pages it has.
    extraction.close()
    with Extraction(
        extraction.workspace,
        extraction.manifest,
        extraction.ledger,
        extraction.config,
        replace(extraction.services, youtube_daily_units=10_000),
    ) as tomorrow:
        assert tomorrow.playlist("PLtest").outcome is Outcome.DONE
    assert stand_in.counts == {"items": 3, "videos": 3}


@pytest.mark.parametrize("status", [401, 403])
def test_a_refused_download_fails_without_a_second_try(
    extraction: Extraction, listed: StandIn, status: int
) -> None:
    listed.script["file talk"] = [Scripted(status)]
    end = run_all(extraction)[-1]
    assert (end.outcome, end.reason) == (Outcome.FAILED, f"service_refused: The server answered {status}.")
    assert listed.counts["file talk"] == 1


@pytest.mark.parametrize("status", [401, 403])
def test_a_refused_key_at_assemblyai_stops_the_run(
    extraction: Extraction, listed: StandIn, status: int
) -> None:
    listed.script["upload"] = [Scripted(status)]
    with pytest.raises(StopRun, match=f"status {status}"):
        run_all(extraction)
    assert listed.counts["upload"] == 1
    assert extraction.manifest.latest("PLtest/talk", "transcript") is None


def test_a_job_that_fails_is_quarantined(extraction: Extraction, listed: StandIn) -> None:
    listed.script["poll"] = [Scripted(200, body={"id": "job0", "status": "error", "audio_url": "x"})]
    end = run_all(extraction)[-1]
    assert (end.stage, end.outcome) == ("transcript", Outcome.QUARANTINED)
    assert end.reason == "transcription_failed: AssemblyAI could not transcribe it."


def test_the_job_asks_for_speakers_in_the_right_language(extraction: Extraction, listed: StandIn) -> None:
    extraction.config = replace(extraction.config, speakers_expected=2)
    run_all(extraction)
    assert listed.job_requests == [
        {
            "audio_url": listed.job_requests[0]["audio_url"],
            "language_code": "en",
            "speaker_labels": True,
            "speakers_expected": 2,
            "speech_models": ["universal"],
        }
    ]


def test_the_budget_stops_before_the_job(extraction: Extraction, listed: StandIn) -> None:
    with Ledger(extraction.workspace.database, Decimal("0.0001")) as ledger:
        extraction.ledger = ledger
        with pytest.raises(BudgetReached):
            run_all(extraction)
    assert (listed.counts["upload"], listed.counts["job"]) == (0, 0)


@pytest.mark.parametrize(
    ("field", "stage"), [("youtube_api_key", "playlist"), ("assemblyai_api_key", "transcript")]
)
def test_a_missing_key_is_named(extraction: Extraction, listed: StandIn, field: str, stage: str) -> None:
    extraction.services = replace(extraction.services, **{field: ""})  # type: ignore[arg-type]
    with pytest.raises(StopRun, match=f"{field.upper()} is not set"):
        run_all(extraction)
    assert extraction.manifest.entries(stage) == []
