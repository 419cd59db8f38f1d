"""`bucket_prepare` against AWS as moto plays it: what the server of the end-to-end tests does not know."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from moto import mock_aws
from pytest_django.fixtures import Settings

from core.settings.files import bucket_storage
from core.storage.bucket import Bucket, BucketError, bucket, object_delete
from core.storage.bucket_setup import CLOSED, State, bucket_prepare

ORIGINS = ["https://clinic.example", "https://b.example"]


@pytest.fixture
def store(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bucket]:
    """A bucket that is not there yet."""
    environment = {"AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "secret"}
    for name, value in {**environment, "AWS_S3_REGION_NAME": "eu-central-1"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("AWS_S3_ENDPOINT_URL", raising=False)
    with mock_aws():
        settings.STORAGES = {**settings.STORAGES, "recordings": bucket_storage("clinic")}
        known = bucket()
        assert known is not None
        yield known


def test_everything_is_set_once(store: Bucket) -> None:
    looked = bucket_prepare(store, origins=ORIGINS, versioning=True, change=False)
    assert [(one.step, one.state) for one in looked] == [("bucket", State.DIFFERS)]
    made = bucket_prepare(store, origins=ORIGINS, versioning=True, change=True)
    states = {one.step: one.state for one in made}
    assert states.pop("encryption by default") == State.FINE
    assert set(states.values()) == {State.CHANGED}
    place = store.client.get_bucket_location(Bucket="clinic")["LocationConstraint"]
    assert place == "eu-central-1"
    block = store.client.get_public_access_block(Bucket="clinic")["PublicAccessBlockConfiguration"]
    assert block == CLOSED
    for change in (True, False):
        again = bucket_prepare(store, origins=ORIGINS[::-1], versioning=True, change=change)
        assert {one.state for one in again} == {State.FINE}


def test_what_was_opened_by_hand_is_seen(store: Bucket) -> None:
    bucket_prepare(store, origins=ORIGINS, versioning=None, change=True)
    store.client.delete_public_access_block(Bucket="clinic")
    store.client.delete_bucket_lifecycle(Bucket="clinic")
    seen = {one.step: one.state for one in bucket_prepare(store, origins=[], versioning=None, change=False)}
    assert seen["closed to the public"] == State.DIFFERS
    assert seen["stale uploads are given up"] == State.DIFFERS
    assert seen["versions"] == State.FINE


def test_rules_of_others_stay(store: Bucket) -> None:
    bucket_prepare(store, origins=ORIGINS, versioning=None, change=True)
    theirs = {"ID": "theirs", "Status": "Enabled", "Filter": {"Prefix": "x"}, "Expiration": {"Days": 9}}
    store.client.put_bucket_lifecycle_configuration(
        Bucket="clinic", LifecycleConfiguration={"Rules": [theirs]}
    )
    bucket_prepare(store, origins=ORIGINS, versioning=None, change=True)
    rules = store.client.get_bucket_lifecycle_configuration(Bucket="clinic")["Rules"]
    assert [rule["ID"] for rule in rules] == ["theirs", "abort-stale-uploads"]
    assert rules[1]["AbortIncompleteMultipartUpload"] == {"DaysAfterInitiation": 3}


def test_a_server_without_versions_removes_the_object(store: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    bucket_prepare(store, origins=[], versioning=None, change=True)
    store.client.put_object(Bucket="clinic", Key="recordings/a", Body=b"1")

    def unknown(code: str) -> None:
        def versions(*_: object) -> object:
            raise BucketError(code)

        monkeypatch.setattr("core.storage.bucket.object_versions", versions)

    unknown("AccessDenied")
    with pytest.raises(BucketError, match="AccessDenied"):
        object_delete(store, "recordings/a")
    unknown("NotImplemented")
    object_delete(store, "recordings/a")
    assert store.client.list_objects_v2(Bucket="clinic")["KeyCount"] == 0
