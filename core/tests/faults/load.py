"""Sessions sent one after another by a client that does not give up, and what became of each.

Every call is one that may be repeated: keys for what is created, parts by number, the same
`complete`. So what fails on the way is sent again, as the web UI does, until it is answered.
"""

from __future__ import annotations

import hashlib
import threading
import time
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import httpx
import psycopg

from core.runtime.journey import JourneyFailed, PlatformClient
from core.tests.faults.cluster import LiveCluster
from core.tests.faults.recordings import recording

REPEAT_SECONDS = 0.5
PATIENCE_SECONDS = 600
BUSY_SECONDS = 5
AT_WORK = "SELECT count(*) FROM sessions_app_therapysession WHERE status IN ('transcribing', 'reporting')"
ENDED = frozenset({"report_ready", "failed"})
BROKEN_OFF = frozenset({httpx.codes.CONFLICT, httpx.codes.TOO_MANY_REQUESTS})
"""The same call is still being answered by a process that may be dead, or the queue is full."""


class NotAnswered(AssertionError):
    """A call that should succeed in the end did not."""


@dataclass(slots=True)
class Sent:
    """A recording that the platform has taken."""

    number: int
    session_id: str
    sha256: str
    poison: bool = False


class SteadyClient:
    """Repeats each call until it is answered."""

    def __init__(self, cluster: LiveCluster) -> None:
        self._platform: PlatformClient = cluster.cluster.client()
        self._http = httpx.Client(base_url=cluster.url, timeout=30)
        self._bucket = httpx.Client(timeout=30)
        self._run = hashlib.sha256(str(time.time()).encode()).hexdigest()[:12]
        self.repeats = 0

    def close(self) -> None:
        """Close its connections."""
        for client in (self._platform, self._http, self._bucket):
            client.close()

    def sign_in(self) -> None:
        """An account with one patient."""
        end = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                self._platform.register("Nadia Rahman")
                if not self._platform.get("/patients")["results"]:
                    self._platform.create_patient("Daniel Reyes")
                break
            except (JourneyFailed, httpx.TransportError):
                if time.monotonic() >= end:
                    raise
                self.repeats += 1
                time.sleep(REPEAT_SECONDS)
        self._http.headers["Authorization"] = self._platform.authorization

    def call(
        self, method: str, path: str, *, seconds: float = PATIENCE_SECONDS, **options: Any
    ) -> dict[str, Any]:
        """The answer's body; a 5xx, a conflict and a broken connection are tried again."""
        end, last = time.monotonic() + seconds, ""
        while time.monotonic() < end:
            try:
                # The bucket's own address is signed and takes no token.
                client = self._bucket if path.startswith("http") else self._http
                response = client.request(method, path, **options)
            except httpx.TransportError as error:
                last = type(error).__name__
            else:
                if response.is_success:
                    return dict(response.json()) if "json" in response.headers.get("content-type", "") else {}
                last = f"{response.status_code} {response.text[:200]}"
                if response.status_code == httpx.codes.UNAUTHORIZED:
                    self.sign_in()
                elif response.is_client_error and response.status_code not in BROKEN_OFF:
                    break
            self.repeats += 1
            time.sleep(REPEAT_SECONDS)
        raise NotAnswered(f"{method} {path}: {last}")

    def create(self, number: int) -> str:
        """A new session without a recording; its id."""
        body = {
            "patient": self.call("GET", "/patients")["results"][0]["id"],
            "session_date": datetime.now(UTC).date().isoformat(),
            "title": f"Fault {self._run} {number}",
        }
        return str(self._create("/sessions", body, f"session-{number}")["id"])

    def send(self, number: int, *, poison: bool = False) -> Sent:
        """A new session with its recording, by the resumable upload."""
        session_id = self.create(number)
        sound = recording(number, poison=poison)
        sent = Sent(number, session_id, hashlib.sha256(sound).hexdigest(), poison)
        attempt = 0
        while not self._uploaded(sent, sound, f"upload-{number}-{attempt}"):
            attempt += 1
        return sent

    def _uploaded(self, sent: Sent, sound: bytes, key: str) -> bool:
        """False when the process that joined the parts died: another upload is begun then."""
        uploads = f"/sessions/{sent.session_id}/audio/uploads"
        body = {"filename": f"{sent.number}.wav", "size": len(sound), "sha256": sent.sha256}
        upload = self._create(uploads, body, key)
        for part in range(1, -(-len(sound) // upload["part_size"]) + 1):
            start = (part - 1) * upload["part_size"]
            piece = sound[start : start + upload["part_size"]]
            announced = {"size": len(piece), "sha256": hashlib.sha256(piece).hexdigest()}
            address = self.call("POST", f"{uploads}/{upload['id']}/parts/{part}", json=announced)
            self.call("PUT", address["url"], content=piece, headers=address["headers"])
        try:
            self.call("POST", f"{uploads}/{upload['id']}/complete", json={}, seconds=BUSY_SECONDS)
        except NotAnswered:
            return self.call("GET", f"/sessions/{sent.session_id}")["status"] != "created"
        return True

    def _create(self, path: str, body: dict[str, Any], key: str) -> dict[str, Any]:
        return self.call("POST", path, json=body, headers={"Idempotency-Key": f"{self._run}-{key}"})

    def post_audio(self, session_id: str, sound: bytes, *, seconds: float) -> dict[str, Any]:
        """The recording in one request."""
        files = {"file": ("again.wav", sound)}
        return self.call("POST", f"/sessions/{session_id}/audio", files=files, seconds=seconds)

    def session(self, sent: Sent) -> dict[str, Any]:
        """The session as the API tells it."""
        return self.call("GET", f"/sessions/{sent.session_id}")

    def ended(self, sent: Sent, seconds: float = PATIENCE_SECONDS) -> dict[str, Any]:
        """The session once it has ended one way or the other."""
        end = time.monotonic() + seconds
        while (session := self.session(sent))["status"] not in ENDED:
            if time.monotonic() >= end:
                raise NotAnswered(f"session {sent.number} is {session['status']} after {seconds} s")
            time.sleep(0.3)
        return session


@dataclass
class Load:
    """Recordings sent from a thread of its own, a few in work at a time, until told to stop."""

    cluster: LiveCluster
    least: int
    in_work: int = 3
    sent: list[Sent] = field(default_factory=list)
    error: BaseException | None = None
    repeats: int = 0
    _stop: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def __enter__(self) -> Load:
        self._thread = threading.Thread(target=self._send, name="load")
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.finish()

    def finish(self) -> None:
        """Wait until the least number is sent; no more after that."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()

    def done(self) -> bool:
        """Whether the least number was sent."""
        return len(self.sent) >= self.least or self.error is not None

    def wait_for_work(self, seconds: float = 30) -> None:
        """Return when a worker is in the middle of a stage; a fault that meets nobody proves little."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                with psycopg.connect(self.cluster.servers.database_url, connect_timeout=5) as database:
                    if database.execute(AT_WORK).fetchone() != (0,):
                        return
            except psycopg.OperationalError:
                pass  # it is still coming back from the last fault
            time.sleep(0.2)

    def _send(self) -> None:
        try:
            with closing(SteadyClient(self.cluster)) as client:
                client.sign_in()
                open_ones: list[Sent] = []
                while not (self._stop.is_set() and self.done()):
                    open_ones = [one for one in open_ones if client.session(one)["status"] not in ENDED]
                    if len(open_ones) >= self.in_work:
                        time.sleep(0.2)
                        continue
                    one = client.send(len(self.sent))
                    self.sent.append(one)
                    open_ones.append(one)
                self.repeats = client.repeats
        except BaseException as error:
            self.error = error
