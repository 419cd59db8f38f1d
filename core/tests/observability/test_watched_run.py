"""One session through web server, broker and worker: it is all seen, and none of its words is."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from core.tests.observability.watched import CANARIES, REQUEST_ID, Watched, watched_run

pytestmark = [pytest.mark.broker, pytest.mark.xdist_group("platform")]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watched]:
    with watched_run(tmp_path_factory.mktemp("watched")) as run:
        yield run


def lines(run: Watched) -> list[dict[str, Any]]:
    return [json.loads(line) for line in run.log().splitlines() if line.startswith("{")]


def test_every_line_is_json(run: Watched) -> None:
    # Celery prints its good-bye past the log.
    others = [line for line in run.log().splitlines() if line and not line.startswith(("{", "worker: "))]
    assert others == []


def places(run: Watched) -> dict[str, str]:
    return {
        "log": run.log(),
        "metrics": run.metrics + run.worker_metrics,
        "traces": b"".join(run.collector.received).decode("utf-8", "replace"),
        "broker": "\n".join(run.broker_log),
    }


@pytest.mark.parametrize("canary", CANARIES)
def test_no_word_leaves_the_database_and_the_storage(run: Watched, canary: str) -> None:
    assert [place for place, text in places(run).items() if canary in text.lower()] == []


def test_each_place_was_looked_at(run: Watched) -> None:
    # What may be there is: the session's id in all but the metrics, in the broker inside a message's body.
    found = [place for place, text in places(run).items() if run.session_id in text]
    assert found == ["log", "traces", "broker"]
    assert any(f'[["{run.session_id}"]' in command for command in run.broker_log)


def test_the_log_follows_a_request_into_its_tasks(run: Watched) -> None:
    of_request = [line for line in lines(run) if line.get("request_id") == REQUEST_ID]
    access = next(line for line in of_request if line["logger"] == "access")
    assert (access["route"], access["status"]) == ("sessions/<uuid:session_id>/audio", 202)
    assert (access["session_id"], access["therapist_id"]) == (run.session_id, run.therapist_id)
    stages = {line["stage"]: line for line in of_request if "stage" in line}
    assert set(stages) == {"transcription", "report"}
    for stage, line in stages.items():
        assert line["session_id"] == run.session_id
        assert line["queue"] == ("transcription" if stage == "transcription" else "reports")
        assert line["attempt"] == 1
        assert len(line["task_id"]) == 36
        assert len(line["trace_id"]) == 32
    assert len({line["trace_id"] for line in [access, *stages.values()]}) == 1


def test_one_trace_from_the_request_to_the_last_task(run: Watched) -> None:
    spans = run.collector.spans()
    upload = [
        span
        for span in spans
        if span.name == "POST sessions/<uuid:session_id>/audio"
        and _attributes(span)["http.response.status_code"] == 202
    ]
    assert len(upload) == 1
    trace = [span for span in spans if span.trace_id == upload[0].trace_id]
    names = Counter(span.name for span in trace)
    for name in (
        "apply_async/sessions_app.tasks.transcribe_session",
        "run/sessions_app.tasks.transcribe_session",
        "stage transcription",
        "decode",
        "recognize",
        "diarize",
        "apply_async/reports.tasks.generate_report",
        "run/reports.tasks.generate_report",
        "stage report",
        "find evidence",
        "run/reports.tasks.listen_again",
    ):
        # The second listening decodes, too.
        assert names[name] == (2 if name == "decode" else 1), name
    assert names["SELECT"] > 5
    ids = {span.span_id: span for span in trace}
    roots = [span for span in trace if span.parent_span_id not in ids]
    assert roots == upload
    stage = next(span for span in trace if span.name == "stage transcription")
    attributes = _attributes(stage)
    assert attributes["platform.session_id"] == run.session_id
    assert attributes["platform.outcome"] == "completed"


def test_spans_hold_ids_and_durations_only(run: Watched) -> None:
    spans = run.collector.spans()
    keys = {key for span in spans for key in _attributes(span)}
    assert not {
        key for key in keys if key.startswith(("url.", "http.url", "http.target", "db.statement", "net"))
    }
    assert [span.name for span in spans if span.events or span.status.message] == []
    assert all(span.end_time_unix_nano >= span.start_time_unix_nano > 0 for span in spans)


def test_what_was_done_was_counted(run: Watched) -> None:
    assert 'platform_stage_seconds_count{outcome="completed",stage="transcription"} 1.0' in run.metrics
    assert 'platform_stage_seconds_count{outcome="completed",stage="report"} 1.0' in run.metrics
    assert "platform_transcription_real_time_factor_count 1.0" in run.metrics
    assert "platform_upload_bytes_count 1.0" in run.metrics
    assert 'platform_sessions_waiting{stage="transcription"} 0.0' in run.metrics
    assert 'platform_up{part="broker"} 1.0' in run.metrics
    assert 'platform_broker_messages{queue="transcription"} 0.0' in run.metrics
    refused = (
        'platform_api_errors_total{code="unsupported_media",route="sessions/<uuid:session_id>/audio"} 1.0'
    )
    assert refused in run.metrics
    assert 'task="sessions_app.tasks.resume_stalled_sessions"' in run.worker_metrics
    assert 'platform_stage_seconds_count{outcome="completed",stage="report"} 1.0' in run.worker_metrics


def test_the_worker_left_a_sign_of_life(run: Watched) -> None:
    assert len(list((run.folder / "var" / "run").glob("worker-*.alive"))) == 1


def _attributes(span: Any) -> dict[str, Any]:
    return {
        pair.key: getattr(pair.value, pair.value.WhichOneof("value") or "string_value")
        for pair in span.attributes
    }
