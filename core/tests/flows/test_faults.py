"""Faults on purpose against the real broker and real worker processes: nothing is lost or doubled."""

from __future__ import annotations

import random
import time
from typing import Any

import pytest

from core.runtime.journey import PlatformClient
from core.tests.flows.platform import SAMPLE, LivePlatform
from core.tests.flows.stage_runs import stage_runs

pytestmark = [pytest.mark.broker, pytest.mark.weights, pytest.mark.slow]

WORKER_OF_STATUS = {"transcribing": "worker-transcription", "reporting": "worker-reports"}
AFTER_FIRST_HEARTBEAT = 1.2


def uploaded(client: PlatformClient) -> str:
    session = client.create_session("Fault")
    client.upload(session["id"], SAMPLE)
    return str(session["id"])


def wait_for_status(client: PlatformClient, session_id: str, wanted: set[str], seconds: float = 240) -> str:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        status = str(client.get(f"/sessions/{session_id}")["status"])
        if status in wanted:
            return status
        time.sleep(0.1)
    raise AssertionError(f"{status}, not {wanted}, after {seconds} s")


def finished(client: PlatformClient, session_id: str) -> dict[str, Any]:
    wait_for_status(client, session_id, {"report_ready", "failed"})
    session = client.get(f"/sessions/{session_id}")
    assert (session["status"], session["error"]) == ("report_ready", None)
    return session


@pytest.mark.parametrize("whole_group", [True, False], ids=["worker-and-child", "parent-only"])
@pytest.mark.parametrize("status", ["transcribing", "reporting"])
def test_a_killed_worker_loses_and_doubles_nothing(
    platform: LivePlatform, client: PlatformClient, status: str, whole_group: bool
) -> None:
    session_id = uploaded(client)
    wait_for_status(client, session_id, {status})
    time.sleep(AFTER_FIRST_HEARTBEAT + random.uniform(0, 1))
    platform.kill(WORKER_OF_STATUS[status], whole_group=whole_group)
    finished(client, session_id)
    runs = stage_runs(platform.var_dir, session_id)
    assert runs["transcription", "completed"] == 1
    assert runs["report", "completed"] == 1


def test_an_upload_is_answered_and_kept_while_the_broker_is_down(
    platform: LivePlatform, client: PlatformClient
) -> None:
    with platform.halted("broker"):  # alive for the supervisor, deaf for everybody else
        began = time.monotonic()
        session_id = uploaded(client)
        answered = time.monotonic() - began
    assert answered < 45
    finished(client, session_id)


def test_a_killed_broker_comes_back_with_its_queue(platform: LivePlatform, client: PlatformClient) -> None:
    session_ids = [uploaded(client) for _ in range(2)]
    platform.kill("broker")
    for session_id in session_ids:
        finished(client, session_id)
        assert stage_runs(platform.var_dir, session_id)["report", "completed"] == 1


def test_cancel_stops_running_work_and_retry_takes_it_up(
    platform: LivePlatform, client: PlatformClient
) -> None:
    session_id = uploaded(client)
    wait_for_status(client, session_id, {"transcribing"})
    cancelled = client.post(f"/sessions/{session_id}/cancel")
    assert cancelled["status"] == "failed"
    assert cancelled["error"]["code"] == "cancelled"
    time.sleep(3)
    assert client.get(f"/sessions/{session_id}")["status"] == "failed"
    client.post(f"/sessions/{session_id}/retry")
    finished(client, session_id)
    assert stage_runs(platform.var_dir, session_id)["transcription", "completed"] == 1


def test_a_killed_web_server_comes_back(platform: LivePlatform, client: PlatformClient) -> None:
    platform.kill("web")
    assert client.wait_until_up(30)
