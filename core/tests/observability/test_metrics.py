"""GET /metrics: closed by default, opened by a token or a network, added up over processes."""

from __future__ import annotations

import os
import subprocess
import sys
from ipaddress import ip_network
from pathlib import Path

import pytest
from django.test import override_settings
from prometheus_client.parser import text_string_to_metric_families
from rest_framework.test import APIClient

from core.observability import metrics_page
from core.tests.flows.platform import ROOT

OPEN = {"METRICS": True, "METRICS_TOKEN": "let-me-see", "METRICS_NETWORKS": []}
AUTHORIZED = {"Authorization": "Bearer let-me-see"}


@pytest.fixture(autouse=True)
def counting_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", str(tmp_path))


def test_without_a_setting_there_is_no_such_page(anonymous: APIClient) -> None:
    answer = anonymous.get("/metrics", headers=AUTHORIZED)
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize(
    "header", [None, "Bearer let-me", "Bearer ", "Basic let-me-see", "Bearer lét-me-see"]
)
@override_settings(**OPEN)
def test_a_wrong_token_sees_nothing(anonymous: APIClient, header: str | None) -> None:
    answer = anonymous.get("/metrics", headers={"Authorization": header} if header else {})
    assert (answer.status_code, answer.content) == (401, b"")


@override_settings(**OPEN)
def test_the_token_opens_it_under_any_host_name(anonymous: APIClient) -> None:
    answer = anonymous.get("/metrics", headers={**AUTHORIZED, "Host": "10.3.2.1:8000"})
    assert answer.status_code == 200
    assert "platform_up" in answer.content.decode()


@pytest.mark.parametrize(("network", "status"), [("127.0.0.0/8", 200), ("10.0.0.0/8", 401)])
def test_a_network_opens_it(anonymous: APIClient, network: str, status: int) -> None:
    with override_settings(METRICS=True, METRICS_TOKEN="", METRICS_NETWORKS=[ip_network(network)]):
        assert anonymous.get("/metrics").status_code == status


@pytest.mark.parametrize("forwarded", ["127.0.0.1", "203.0.113.9"])
def test_a_proxy_of_that_network_does_not_open_it(anonymous: APIClient, forwarded: str) -> None:
    with override_settings(METRICS=True, METRICS_TOKEN="", METRICS_NETWORKS=[ip_network("127.0.0.0/8")]):
        assert anonymous.get("/metrics", headers={"X-Forwarded-For": forwarded}).status_code == 401


@override_settings(**OPEN)
def test_waiting_work_and_away_parts_are_told(anonymous: APIClient) -> None:
    text = anonymous.get("/metrics", headers=AUTHORIZED).content.decode()
    found = {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }
    assert found["platform_up", "database"] == 1
    assert found["platform_up", "broker"] == 0
    assert found["platform_sessions_waiting", "transcription"] == 0
    assert found["platform_disk_free_bytes",] > 0


_COUNTING = """
import os, sys, django
django.setup()
from django.test import Client
for _ in range(2):
    if (child := os.fork()) == 0:
        Client().get("/health"); Client().get("/sessions?search=Anna"); Client().get("/no/such/page")
        os._exit(0)
    os.waitpid(child, 0)
Client().get("/health")
answer = Client().get("/metrics", headers={"Authorization": "Bearer let-me-see"})
sys.stdout.write(answer.content.decode())
"""


def test_what_several_processes_counted_is_added_up(tmp_path: Path) -> None:
    env = {**os.environ, "VAR_DIR": str(tmp_path), "METRICS_TOKEN": "let-me-see"}
    env.pop("PROMETHEUS_MULTIPROC_DIR")
    env |= {"DJANGO_SETTINGS_MODULE": "core.settings", "ALLOWED_HOSTS": "testserver"}
    done = subprocess.run(
        [sys.executable, "-c", _COUNTING], cwd=ROOT, env=env, capture_output=True, text=True, check=True
    )
    lines = done.stdout.splitlines()
    assert 'platform_requests_total{method="GET",route="health",status="200"} 3.0' in lines
    assert 'platform_requests_total{method="GET",route="unknown",status="404"}' in done.stdout
    assert "Anna" not in done.stdout
    assert "no/such/page" not in done.stdout


def test_a_worker_of_its_own_container_answers_on_a_port(monkeypatch: pytest.MonkeyPatch) -> None:
    import httpx

    with override_settings(**OPEN):
        server = metrics_page.serve_worker_metrics(0)
        try:
            address = f"http://127.0.0.1:{server.server_port}"
            assert httpx.get(f"{address}/metrics").status_code == 401
            assert httpx.get(f"{address}/else", headers=AUTHORIZED).status_code == 404
            assert httpx.get(f"{address}/metrics", headers=AUTHORIZED).status_code == 200
        finally:
            server.shutdown()
            server.server_close()
