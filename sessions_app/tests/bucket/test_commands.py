"""`prepare_bucket` and `check_storage` on a real bucket."""

from __future__ import annotations

import io
import secrets
from typing import Any

import httpx
import pytest
from django.core.management import CommandError, call_command
from pytest_django.fixtures import Settings
from rest_framework.test import APIClient

from core.runtime.cluster import set_up_bucket
from core.runtime.servers import BucketAddress
from core.runtime.setup import free_port
from core.storage.bucket import Bucket, bucket, object_versions
from core.storage.inventory import uploads_pending
from core.storage.multipart import multipart_begin
from core.storage.recordings import recording_local_path, recording_read
from sessions_app.models import Recording, TherapySession
from sessions_app.tests.bucket.conftest import ORIGIN, PART, begin, recording_bytes, use_bucket
from sessions_app.tests.factories import TherapySessionFactory, stored_recording
from sessions_app.verification import recording_verify

pytestmark = [pytest.mark.broker, pytest.mark.django_db]


def said(command: str, *, fails: bool = False, **options: Any) -> list[str]:
    """What a command prints; `fails`: it ends with status 1."""
    output = io.StringIO()
    if fails:
        with pytest.raises(CommandError):
            call_command(command, stdout=output, **options)
    else:
        call_command(command, stdout=output, **options)
    return output.getvalue().splitlines()


@pytest.fixture
def bare(
    server: BucketAddress, settings: Settings, monkeypatch: pytest.MonkeyPatch, started: list[object]
) -> Bucket:
    """The address of a bucket that is not there."""
    monkeypatch.setenv("AWS_S3_SERVER_SIDE_ENCRYPTION", "AES256")
    use_bucket(settings, monkeypatch, server, f"new-{secrets.token_hex(4)}")
    known = bucket()
    assert known is not None
    return known


def test_browsers_may_have_an_address_that_is_not_reached_from_here(
    bare: Bucket, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As in a container, whose localhost is not the browser's."""
    settings.AWS_S3_PUBLIC_ENDPOINT_URL = f"http://127.0.0.1:{free_port()}"
    settings.STORAGES = dict(settings.STORAGES)
    lines = said("prepare_bucket", origin=[ORIGIN])
    assert f"the browsers' address: not reached from here ({settings.AWS_S3_PUBLIC_ENDPOINT_URL})" in lines
    assert {
        "a part at its signed address is taken: fine (200)",
        f"a page is allowed to send: fine ({ORIGIN})",
    } <= set(lines)


def test_pages_of_a_local_cluster_may_send_to_its_bucket(server: BucketAddress) -> None:
    set_up_bucket(server, 8123)

    def allowed(origin: str) -> str | None:
        asked = {"Origin": origin, "Access-Control-Request-Method": "PUT"}
        answer = httpx.options(f"{server.endpoint_url}/{server.bucket}/k", headers=asked)
        return answer.headers.get("access-control-allow-origin")

    ours = ["http://127.0.0.1:8123", "http://localhost:8123"]
    assert [allowed(origin) for origin in [*ours, "http://127.0.0.1:8124"]] == [*ours, None]


def test_encryption_that_the_server_has_no_key_for(
    server: BucketAddress, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_S3_SERVER_SIDE_ENCRYPTION", "aws:kms")
    use_bucket(settings, monkeypatch, server, f"new-{secrets.token_hex(4)}")
    lines = said("prepare_bucket", origin=[ORIGIN], fails=True)
    assert "a trial recording: failed (InternalError; has the server a key for aws:kms?)" in lines


def test_a_bucket_is_made_and_the_second_time_nothing_changes(bare: Bucket) -> None:
    assert said("prepare_bucket", check=True, fails=True) == [
        "bucket: not as it should be (there is none)",
        "No --origin is named: browsers will send their parts through this server.",
    ]
    first = said("prepare_bucket", origin=[ORIGIN], versioning="on")
    assert {
        f"bucket: set now ({bare.name})",
        "versions: set now",
        f"pages may send parts: set now ({ORIGIN})",
        "stale uploads are given up: set now (after 3 days)",
    } <= set(first)
    second = said("prepare_bucket", origin=[ORIGIN])
    assert not any("set now" in line for line in second)
    assert {
        "versions: fine (kept, and removed with a recording)",
        "closed to the public: not known to this server",
        "encryption by default: fine (none; asked for with each recording: AES256)",
        "checksums are kept: fine",
        "a stranger is refused: fine (403)",
        "a part with other bytes is refused: fine (400)",
        "a part at its signed address is taken: fine (200)",
        f"a page is allowed to send: fine ({ORIGIN})",
    } <= set(second)
    assert said("prepare_bucket", origin=[ORIGIN], check=True) == second
    assert list(object_versions(bare, "")) == []
    changed = said("prepare_bucket", origin=["https://moved.example"], check=True, fails=True)
    assert "pages may send parts: not as it should be (https://moved.example)" in changed
    assert "a page is allowed to send: failed (https://moved.example)" in changed


def test_rules_of_others_stay(bare: Bucket) -> None:
    said("prepare_bucket", origin=[ORIGIN])
    theirs = {"ID": "theirs", "AllowedOrigins": ["*"], "AllowedMethods": ["GET"], "MaxAgeSeconds": 5}
    bare.client.put_bucket_cors(Bucket=bare.name, CORSConfiguration={"CORSRules": [theirs]})
    said("prepare_bucket", origin=[ORIGIN])
    rules = bare.client.get_bucket_cors(Bucket=bare.name)["CORSRules"]
    assert [rule["ID"] for rule in rules] == ["theirs", "parts-from-pages"]


def test_recordings_are_encrypted_where_it_is_asked_for(
    bare: Bucket, session: TherapySession, client: APIClient, settings: Settings
) -> None:
    said("prepare_bucket")
    settings.UPLOAD_PART_BYTES = PART
    content = recording_bytes()
    sending = begin(client, session)
    sending.send_all(content)
    assert sending.complete().status_code == 202
    recordings = [Recording.objects.get(), stored_recording(TherapySessionFactory.create(), content)]
    for recording in recordings:
        kept = bare.client.head_object(Bucket=bare.name, Key=recording.storage_key)
        assert kept["ServerSideEncryption"] == "AES256"
        with recording_local_path(recording.storage_key) as path:
            recording_verify(recording, path)
            assert path.read_bytes() == content
        assert b"".join(recording_read(recording.storage_key, PART - 5, 10)) == content[PART - 5 : PART + 5]


def test_the_storage_is_compared_both_ways(store: Bucket, session: TherapySession) -> None:
    recording = stored_recording(session)
    size = recording.size_bytes
    assert said("check_storage", grace_hours=0, read=True) == [f"1 object(s), {size} bytes in the storage."]
    store.client.put_object(Bucket=store.name, Key="recordings/nobodys", Body=b"left behind")
    store.client.put_object(Bucket=store.name, Key="backups/others", Body=b"not ours to judge")
    multipart_begin(store, "recordings/half")
    # Young enough to be on its way.
    assert said("check_storage") == [f"2 object(s), {size + 11} bytes in the storage."]
    found = said("check_storage", grace_hours=0, fails=True)
    assert [line.partition(" since ")[0] for line in found[1:]] == [
        "nobody knows of: recordings/nobodys, 11 bytes",
        "nobody knows of: parts for recordings/half",
    ]
    assert said("check_storage", grace_hours=0, delete=True)[-1] == "2 removed."
    assert uploads_pending() == []
    assert said("check_storage", grace_hours=0) == [f"1 object(s), {size} bytes in the storage."]
    assert len(list(object_versions(store, "backups/"))) == 1


def test_what_is_missing_or_damaged_is_said(store: Bucket, session: TherapySession) -> None:
    recording = stored_recording(session)
    key = recording.storage_key
    store.client.put_object(Bucket=store.name, Key=key, Body=b"x" * recording.size_bytes)
    assert said("check_storage") == ["1 object(s), 1000 bytes in the storage."]
    damaged = f"damaged: {key} of session {session.pk}"
    assert said("check_storage", read=True, fails=True)[-1] == damaged
    store.client.put_object(Bucket=store.name, Key=key, Body=b"short")
    missing = f"missing: {key} of session {session.pk}"
    assert said("check_storage", fails=True) == ["1 object(s), 5 bytes in the storage.", missing]
    store.client.delete_object(Bucket=store.name, Key=key)
    assert said("check_storage", delete=True, fails=True) == ["0 object(s), 0 bytes in the storage.", missing]
    assert Recording.objects.filter(deleted_at=None).exists()


def test_a_bucket_that_is_away_is_one_sentence(
    store: Bucket, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "wrong")
    settings.STORAGES = dict(settings.STORAGES)
    with pytest.raises(CommandError, match="cannot be reached"):
        call_command("check_storage", stdout=io.StringIO())
    assert "bucket: failed (403)" in said("prepare_bucket", fails=True)
