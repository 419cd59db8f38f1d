"""Parts of a recording sent through this server, as an integrator sends them."""

from __future__ import annotations

import hashlib
from typing import Any

from rest_framework.test import APIClient

from sessions_app.models import TherapySession
from sessions_app.tests.conftest import PART, raw


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def begin(client: APIClient, session: TherapySession, **more: Any) -> str:
    answer = client.post(f"/sessions/{session.pk}/audio/uploads", {"filename": "visit.wav", **more})
    assert answer.status_code == 201, answer.content
    url = f"/sessions/{session.pk}/audio/uploads/{answer.json()['id']}"
    assert answer["Location"] == url
    return url


def put(client: APIClient, url: str, number: int, content: bytes, **headers: str) -> Any:
    return raw(
        client,
        "PUT",
        f"{url}/parts/{number}",
        content,
        content_type="application/octet-stream",
        headers=headers,
    )


def put_all(client: APIClient, url: str, content: bytes, order: int = 1) -> int:
    pieces = [content[at : at + PART] for at in range(0, len(content), PART)]
    for number, piece in list(enumerate(pieces, start=1))[::order]:
        answer = put(client, url, number, piece, **{"X-Part-SHA256": digest(piece)})
        assert answer.status_code == 200, answer.content
    return len(pieces)
