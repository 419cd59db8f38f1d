"""The production shape in small, watched from every side, after one session from upload to signature.

gunicorn with two preloaded processes and a Celery worker, on PostgreSQL and Valkey; the engines are
fakes that say known words. What leaves it is kept: log lines, traces, metrics, and every command that
the broker got.
"""

from __future__ import annotations

import base64
import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import redis

from core.runtime.servers import running_postgres, running_valkey, wait_until
from core.runtime.setup import free_port
from core.tests.flows.platform import ROOT, SAMPLE
from core.tests.observability.collector import Collector, running_collector

TOKEN = "let-me-see"
REQUEST_ID = "upload-of-the-canary"
WORDS = ("zanzibar", "quillfeather")
"""In every sentence of the session."""
SAID = (
    "How was zanzibar for you this week, quillfeather?",
    "In zanzibar I thought about killing myself, quillfeather.",
    "I will write a thought record about zanzibar every evening, quillfeather.",
)
TYPED = {
    "full_name": "Ottoline Vanterpool",
    "notes": "Notes on a xylophone",
    "phone": "+44 7700 900666",
    "external_id": "canary-external-1",
}
THERAPIST = {
    "email": "nightjar@clinic.example",
    "password": "harbour-lamp-42",
    "full_name": "Nadia Wolkenstein",
}
SEARCH = "searched-for-marmalade"
CANARIES = (
    *WORDS, "vanterpool", "ottoline", "xylophone", "900666", "canary-external", "nightjar", "harbour-lamp",
    "wolkenstein", "marmalade", "lampshade", "bluebottle",
)  # fmt: skip


@dataclass
class Watched:
    """What the run left behind."""

    collector: Collector
    folder: Path
    broker_log: list[str] = field(default_factory=list)
    metrics: str = ""
    worker_metrics: str = ""
    session_id: str = ""
    therapist_id: str = ""

    def log(self) -> str:
        """Every line of every process."""
        return "".join(path.read_text(errors="replace") for path in sorted(self.folder.glob("*.log")))


@contextmanager
def watched_run(folder: Path) -> Iterator[Watched]:
    """Bring all up, do the main job with known words, and stop all."""
    with ExitStack() as stack:
        (folder / "servers").mkdir()
        database = stack.enter_context(running_postgres(_folder(folder, "postgres")))
        broker = stack.enter_context(running_valkey(_folder(folder, "valkey")))
        collector = stack.enter_context(running_collector())
        run = Watched(collector, folder)
        stack.enter_context(_listening(broker, run.broker_log))
        web, worker = free_port(), free_port()
        env = _environment(folder, database, broker, collector, worker)
        subprocess.run([sys.executable, "manage.py", "migrate", "-v", "0"], cwd=ROOT, env=env, check=True)
        for name, command in _commands(web).items():
            stack.enter_context(_process(name, command, env, folder))
        with httpx.Client(base_url=f"http://127.0.0.1:{web}", timeout=30) as http:
            wait_until(lambda: _ask(http))
            main_job(http, run)
            http.headers["Authorization"] = f"Bearer {TOKEN}"
            # The reaper's turn comes when the worker has nothing else to do.
            wait_until(lambda: _look(http, worker, run), 30)
        stack.pop_all().close()
        yield run


def main_job(http: httpx.Client, run: Watched) -> None:
    """Register, find, upload, wait, edit, sign; and mistakes on the way, which are logged, too."""
    run.therapist_id = http.post("/auth/register", json=THERAPIST).json()["id"]
    http.post("/auth/login", json={"email": THERAPIST["email"], "password": "lampshade-not-this"})
    login = http.post("/auth/login", json={k: THERAPIST[k] for k in ("email", "password")}).json()
    http.headers["Authorization"] = f"Bearer {login['access']}"
    patient = http.post("/patients", json=TYPED).json()
    for address in ("/patients", "/sessions", "/nowhere/marmalade"):
        http.get(address, params={"search": SEARCH})
    http.post("/patients", json={"full_name": "Ottoline Vanterpool", "colour": "xylophone"})
    http.post("/patients", content=b'{"full_name": "Ottoline Vanterp')
    session = http.post(
        "/sessions",
        json={
            "patient": patient["id"],
            "session_date": "2026-11-02",
            "title": "bluebottle",
            "diagnosis": "bluebottle",
        },
    ).json()
    run.session_id = session["id"]
    address = f"/sessions/{session['id']}"
    http.post(f"{address}/audio", files={"file": ("vanterpool.txt", b"xylophone")})
    with SAMPLE.open("rb") as file:
        accepted = http.post(
            f"{address}/audio",
            files={"file": ("ottoline vanterpool.ogg", file)},
            headers={"X-Request-ID": REQUEST_ID},
        )
    assert (accepted.status_code, accepted.headers["X-Request-ID"]) == (202, REQUEST_ID)

    end = time.monotonic() + 90
    while (now := http.get(address).json())["status"] != "report_ready" and time.monotonic() < end:
        assert now["status"] != "failed", now["error"]
        time.sleep(0.5)
    report = http.get(f"{address}/report").json()
    assert any(word in str(report).lower() for word in WORDS)
    claims = [{"id": claim["id"], **_confirmed(claim)} for claim in report["claims"]]
    risks = [{"id": flag["id"], "clinician_decision": "confirmed"} for flag in report["risk_flags"]]
    assert risks
    signed = http.patch(
        f"{address}/report",
        json={
            "claims": claims,
            "risk_flags": risks,
            "summary": "A bluebottle of a week.",
            "status": "finalized",
        },
    )
    if signed.status_code != 200:
        signed = http.patch(
            f"{address}/report", json={"claims": claims, "risk_flags": risks, "status": "finalized"}
        )
    assert signed.status_code == 200, signed.json()


def _look(http: httpx.Client, worker: int, run: Watched) -> None:
    run.metrics = http.get("/metrics").text
    run.worker_metrics = http.get(f"http://127.0.0.1:{worker}/metrics").text
    if "resume_stalled_sessions" not in run.worker_metrics:
        raise LookupError("the reaper has not run yet")
    time.sleep(0.5)


def _ask(http: httpx.Client) -> None:
    http.get("/health/ready").raise_for_status()


def _confirmed(claim: dict[str, Any]) -> dict[str, bool]:
    return {"confirmed": True} if claim["state"] == "inferred" else {}


def _environment(
    folder: Path, database: str, broker: str, collector: Collector, worker_port: int
) -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if key not in {"SECRET_KEY", "MODELS_DIR"}}
    options = '{"sentences": ["' + '", "'.join(SAID) + '"]}'
    return {
        **kept,
        "DJANGO_SETTINGS_MODULE": "core.settings",
        "VAR_DIR": str(folder / "var"),
        "SECRET_KEY": "only-for-tests-" + "x" * 40,
        "DATABASE_URL": database,
        "REDIS_URL": broker,
        "TRANSCRIBER": "fake",
        "TRANSCRIBER_OPTIONS": options,
        "DIARIZER": "fake",
        "REPORT_BACKEND": "extraction",
        "REAPER_INTERVAL_SECONDS": "1",
        "LOG_FORMAT": "json",
        "LOG_LEVEL": "INFO",
        "METRICS_TOKEN": TOKEN,
        "METRICS_WORKER_PORT": str(worker_port),
        "OTEL_EXPORTER_OTLP_ENDPOINT": collector.endpoint,
        "OTEL_BSP_SCHEDULE_DELAY": "200",
        "PYTHONWARNINGS": "ignore::RuntimeWarning:celery.platforms",
    }


def _commands(port: int) -> dict[str, list[str]]:
    script = Path(sys.executable).with_name
    return {
        "web": [
            str(script("gunicorn")), "core.wsgi:application", "--bind", f"127.0.0.1:{port}", "--worker-class",
            "gthread", "--workers", "2", "--threads", "4", "--preload", "--no-control-socket",
        ],
        "worker": [
            str(script("celery")), "-q", "-A", "core", "worker", "-c", "1", "--loglevel", "INFO", "-B",
            "--schedule", "", "--without-gossip", "--without-mingle",
        ],
    }  # fmt: skip


@contextmanager
def _process(name: str, command: list[str], env: dict[str, str], folder: Path) -> Iterator[None]:
    schedule = [str(folder / "beat") if part == "" else part for part in command]
    with (folder / f"{name}.log").open("wb") as log:
        process = subprocess.Popen(
            schedule, cwd=ROOT, env={**env, "PROCESS_NAME": name}, stdout=log, stderr=subprocess.STDOUT
        )
        try:
            yield
        finally:
            process.terminate()
            with suppress(subprocess.TimeoutExpired):
                process.wait(15)
            process.kill()
            process.wait()


@contextmanager
def _listening(url: str, heard: list[str]) -> Iterator[None]:
    """Every command that the broker and cache get, with all it carries, for the time of the block."""
    client = redis.Redis.from_url(url, socket_timeout=None)
    with closing(client), client.monitor() as monitor:
        over = threading.Event()

        def listen() -> None:
            while not over.is_set():
                heard.append(readable(str(monitor.connection.read_response())))

        listener = threading.Thread(target=listen, daemon=True)
        listener.start()
        yield
        over.set()
        client.ping()
        listener.join(5)


def readable(command: str) -> str:
    """A command of the broker with its message's body, which kombu writes as base64."""
    bodies = re.findall(r'body\\*": \\*"([A-Za-z0-9+/=]{8,})', command)
    return " ".join([command, *(base64.b64decode(body).decode() for body in bodies)])


def _folder(parent: Path, name: str) -> Path:
    folder = parent / "servers" / name
    folder.mkdir()
    return folder
