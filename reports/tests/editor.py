"""A therapist's client on one report."""

from __future__ import annotations

from typing import Any

from rest_framework.test import APIClient

from sessions_app.models import TherapySession


class Editor:
    """A therapist's client on one report."""

    def __init__(self, client: APIClient, session: TherapySession) -> None:
        self.client = client
        self.session = session
        self.url = f"/sessions/{session.pk}/report"

    def get(self) -> dict[str, Any]:
        return dict(self.client.get(self.url).json())

    def patch(self, body: Any, status: int = 200, if_match: str | None = None) -> dict[str, Any]:
        response = self.client.patch(
            self.url, body, format="json", headers={"If-Match": if_match} if if_match else {}
        )
        assert response.status_code == status, response.json()
        return dict(response.json())
