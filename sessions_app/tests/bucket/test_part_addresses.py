"""The signed address of a part: for these bytes, this place, these pages, and not for long."""

from __future__ import annotations

from datetime import timedelta

import httpx
import pytest
from rest_framework.test import APIClient

from core.storage.bucket import Bucket, object_size
from sessions_app.models import Recording
from sessions_app.tests.bucket.conftest import ORIGIN, Sending, recording_bytes, stored_bytes

pytestmark = [pytest.mark.broker, pytest.mark.django_db, pytest.mark.usefixtures("started")]

NOW = timedelta(0)


def test_other_bytes_are_refused(sending: Sending) -> None:
    content = recording_bytes(2000)
    answer = sending.announce(1, content).json()
    url, headers = answer["url"], answer["headers"]
    flipped = bytes([content[0] ^ 1]) + content[1:]
    tampered = url.replace("X-Amz-Signature=", "X-Amz-Signature=0")
    elsewhere = url.replace("partNumber=1", "partNumber=2")
    other = {"x-amz-checksum-sha256": "A" * 43 + "="}
    refusals = {
        "another hash than it has": httpx.put(url, content=flipped, headers=headers),
        "another hash than was announced": httpx.put(url, content=flipped, headers=other),
        "another size": httpx.put(url, content=content[:-1], headers=headers),
        "no hash": httpx.put(url, content=content),
        "another signature": httpx.put(tampered, content=content, headers=headers),
        "another number": httpx.put(elsewhere, content=content, headers=headers),
        "reading": httpx.get(url, headers=headers),
    }
    assert {name: one.status_code for name, one in refusals.items()} == {
        **dict.fromkeys(refusals, 403), "another hash than it has": 400,
    }  # fmt: skip
    assert sending.there() == []
    assert httpx.put(url, content=content, headers=headers).status_code == 200
    assert sending.there() == [1]


def test_an_address_expires(sending: Sending, settings: object) -> None:
    settings.UPLOAD_ADDRESS_SECONDS = -1  # type: ignore[attr-defined]
    content = recording_bytes(2000)
    answer = sending.announce(1, content).json()
    late = httpx.put(answer["url"], content=content, headers=answer["headers"])
    assert late.status_code in {400, 403}
    assert sending.there() == []


def test_what_was_announced_cannot_change(sending: Sending) -> None:
    content, other = recording_bytes(2000), recording_bytes(2000)
    assert sending.announce(1, content).status_code == 200
    for refused in (sending.announce(1, other), sending.announce(1, content[:-1]), sending.put(1, other)):
        assert (refused.status_code, refused.json()["code"]) == (422, "checksum_mismatch")
    assert sending.announce(1, content).status_code == 200
    assert sending.put(1, content).status_code == 200
    assert sending.there() == [1]
    assert sending.complete().status_code == 202
    assert stored_bytes(Recording.objects.get()) == content


def test_a_page_may_send_and_no_other(sending: Sending) -> None:
    url = sending.announce(1, recording_bytes(2000)).json()["url"]

    def asked(origin: str) -> str | None:
        return httpx.options(
            url,
            headers={
                "Origin": origin,
                "Access-Control-Request-Method": "PUT",
                "Access-Control-Request-Headers": "x-amz-checksum-sha256",
            },
        ).headers.get("access-control-allow-origin")

    assert (asked(ORIGIN), asked("https://elsewhere.example")) == (ORIGIN, None)


def test_browsers_get_their_own_address(
    sending: Sending, settings: object, store: Bucket, server: object
) -> None:
    settings.AWS_S3_PUBLIC_ENDPOINT_URL = "https://files.clinic.example"  # type: ignore[attr-defined]
    settings.STORAGES = dict(settings.STORAGES)  # type: ignore[attr-defined]
    url = sending.announce(1, recording_bytes(2000)).json()["url"]
    assert url.startswith(f"https://files.clinic.example/{store.name}/recordings/")
    assert object_size(store, "recordings/none") is None


def test_a_stranger_gets_no_address(
    sending: Sending, anonymous: APIClient, api: object, other_therapist: object
) -> None:
    for who, status in ((anonymous, 401), (api(other_therapist), 404)):  # type: ignore[operator]
        assert Sending(who, sending.url).announce(1, b"x").status_code == status
