"""The main job through the HTTP API, as an integrator would do it: audio in, report out."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx

RUNNING_STAGES = {
    "uploaded": "waiting",
    "transcribing": "transcription",
    "transcribed": "waiting",
    "reporting": "report",
}
ENDED = frozenset({"report_ready", "failed"})


class JourneyFailed(Exception):
    """The platform answered with an error or the session failed; the text says which code."""


@dataclass(slots=True)
class Journey:
    """What became of a session: its JSON, and how long each stage took in seconds."""

    session: dict[str, Any]
    seconds: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StageView:
    """What a watcher sees at one moment."""

    stage: str
    percent: int
    eta_seconds: int | None


class PlatformClient:
    """A signed-in client of a running platform."""

    def __init__(self, base_url: str, email: str, password: str) -> None:
        self._http = httpx.Client(base_url=base_url, timeout=60)
        self._credentials = {"email": email, "password": password}

    def close(self) -> None:
        """Close its connections."""
        self._http.close()

    def sign_in(self) -> None:
        """Get an access token; it lasts 15 minutes, so long waits sign in again."""
        self._http.headers.pop("Authorization", None)
        body = self._checked(self._http.post("/auth/login", json=self._credentials))
        self._http.headers["Authorization"] = f"Bearer {body['access']}"

    @property
    def authorization(self) -> str:
        """The header that says who is signed in."""
        return self._http.headers["Authorization"]

    def register(self, full_name: str) -> None:
        """Make the account and sign in; an account that is there already is signed in."""
        try:
            self.sign_in()
        except JourneyFailed:
            self._checked(
                self._http.post("/auth/register", json={**self._credentials, "full_name": full_name})
            )
            self.sign_in()

    def wait_until_up(self, seconds: float) -> bool:
        """Whether the web server and what it needs answer within the time."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                if self._http.get("/health/ready", timeout=5).status_code == httpx.codes.OK:
                    return True
            except httpx.TransportError:
                pass
            time.sleep(0.2)
        return False

    def find_session(self, title: str) -> dict[str, Any] | None:
        """The newest session of that title."""
        body = self.get("/sessions", search=title, ordering="-created_at")
        return next((item for item in body["results"] if item["title"] == title), None)

    def create_patient(self, full_name: str) -> dict[str, Any]:
        """A new patient of this therapist."""
        return self._checked(self._http.post("/patients", json={"full_name": full_name}))

    def create_session(self, title: str) -> dict[str, Any]:
        """A session of today with the first patient."""
        patients = self.get("/patients")["results"]
        if not patients:
            raise JourneyFailed("The therapist has no patient.")
        body = {
            "patient": patients[0]["id"],
            "session_date": datetime.now(UTC).date().isoformat(),
            "title": title,
        }
        return self._checked(self._http.post("/sessions", json=body))

    def upload(self, session_id: str, audio: Path) -> dict[str, Any]:
        """Send the recording; the pipeline starts by itself."""
        with audio.open("rb") as file:
            response = self._http.post(f"/sessions/{session_id}/audio", files={"file": (audio.name, file)})
        return self._checked(response)

    def upload_in_parts(self, session_id: str, audio: Path) -> dict[str, Any]:
        """Send the recording by the resumable upload: to the bucket itself where there is one."""
        whole = hashlib.sha256(audio.read_bytes()).hexdigest()
        uploads = f"/sessions/{session_id}/audio/uploads"
        body = {"filename": audio.name, "size": audio.stat().st_size, "sha256": whole}
        upload = self._checked(self._http.post(uploads, json=body))
        with audio.open("rb") as file:
            for number, part in enumerate(iter(lambda: file.read(upload["part_size"]), b""), 1):
                announced = {"size": len(part), "sha256": hashlib.sha256(part).hexdigest()}
                address = self._http.post(f"{uploads}/{upload['id']}/parts/{number}", json=announced)
                self._put_part(self._checked(address), part)
        return self._checked(self._http.post(f"{uploads}/{upload['id']}/complete", json={}))

    def _put_part(self, address: dict[str, Any], part: bytes) -> None:
        if address["url"].startswith("/"):
            self._checked(self._http.put(address["url"], content=part, headers=address["headers"]))
            return
        # The bucket's address is signed, and this client's token is none of its business.
        stored = httpx.put(address["url"], content=part, headers=address["headers"], timeout=60)
        if stored.is_error:
            raise JourneyFailed(f"The bucket answered {stored.status_code} to part {address['number']}.")

    def post(self, path: str) -> dict[str, Any]:
        """A POST without a body: retry, cancel."""
        return self._checked(self._http.post(path))

    def get(self, path: str, **params: str) -> dict[str, Any]:
        """A GET with the token; signs in again once when it has run out."""
        response = self._http.get(path, params=params)
        if response.status_code == httpx.codes.UNAUTHORIZED:
            self.sign_in()
            response = self._http.get(path, params=params)
        return self._checked(response)

    def follow(self, session_id: str, show: Callable[[StageView], None]) -> Journey:
        """Watch a session until its report is ready, telling each change.

        Raises:
            JourneyFailed: the session failed; the text holds stage and code.
        """
        seconds: dict[str, float] = {}
        stage, began = "", time.monotonic()
        while True:
            session = self.get(f"/sessions/{session_id}")
            now = RUNNING_STAGES.get(session["status"], "")
            if now != stage:
                if stage:
                    seconds[stage] = seconds.get(stage, 0.0) + time.monotonic() - began
                stage, began = now, time.monotonic()
            if session["status"] in ENDED:
                break
            progress = session.get("progress") or {}
            if now != "waiting":
                show(StageView(now, int(progress.get("percent") or 0), progress.get("eta_seconds")))
            time.sleep(0.3)
        if session["status"] == "failed":
            error = session["error"]
            raise JourneyFailed(f"{error['stage']} failed: {error['code']}. {error['message']}")
        return Journey(session, seconds)

    def _checked(self, response: httpx.Response) -> dict[str, Any]:
        body = response.json() if response.content else {}
        if response.is_error:
            raise JourneyFailed(f"{response.status_code} {body.get('code')}: {body.get('detail')}")
        return dict(body)
