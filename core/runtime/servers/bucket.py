"""A private bucket: SeaweedFS with its S3 gateway from its package, on 127.0.0.1."""

from __future__ import annotations

import json
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.runtime.processes import Process, script
from core.runtime.servers.private import NAME, missing, secret, write_private
from core.runtime.setup import free_ports, ports_are_free

BUCKET = "recordings"
REGION = "us-east-1"
PROBE_KEY = "ready"
INNER_PORTS = 7
PORTS_FILE = "ports.json"
SOCKETS = Path("/tmp")  # noqa: S108  (SeaweedFS names this folder itself)


@dataclass(frozen=True, slots=True)
class BucketAddress:
    """Where a bucket is and who may open it."""

    endpoint_url: str
    bucket: str
    access_key: str
    secret_key: str

    def environment(self) -> dict[str, str]:
        """The variables that make a platform store its recordings there."""
        return {
            "AWS_S3_ENDPOINT_URL": self.endpoint_url,
            "AWS_STORAGE_BUCKET_NAME": self.bucket,
            "AWS_S3_REGION_NAME": REGION,
            "AWS_ACCESS_KEY_ID": self.access_key,
            "AWS_SECRET_ACCESS_KEY": self.secret_key,
        }


def bucket_process(folder: Path, port: int) -> Process:
    """SeaweedFS with its S3 gateway on 127.0.0.1:`port`; nothing is answered without a signature.

    The bucket is made by `make_bucket` when the server runs.

    Raises:
        ServerMissing: the package is not installed.
    """
    program = Path(script("weed"))
    if not program.is_file():
        raise missing("SeaweedFS")
    data = folder / "data"
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    address = bucket_address(folder, port)
    identity = {
        "name": NAME,
        "credentials": [{"accessKey": address.access_key, "secretKey": address.secret_key}],
        "actions": ["Admin", "Read", "Write", "List", "Tagging"],
    }
    identities = folder / "identities.json"
    write_private(identities, json.dumps({"identities": [identity]}))
    master, master_grpc, volume, volume_grpc, filer, filer_grpc, s3_grpc = _inner_ports(folder)
    options = {
        "dir": data, "ip": "127.0.0.1", "ip.bind": "127.0.0.1",
        "master.port": master, "master.port.grpc": master_grpc,
        "master.volumeSizeLimitMB": 1024, "master.telemetry": "false",
        "master.resumeState": "false", "master.electionTimeout": "1s",
        "volume.port": volume, "volume.port.grpc": volume_grpc,
        "volume.max": 0, "volume.preStopSeconds": 0,
        "filer": "true", "filer.port": filer, "filer.port.grpc": filer_grpc,
        "s3": "true", "s3.port": port, "s3.port.grpc": s3_grpc, "s3.port.iceberg": 0, "s3.port.lance": 0,
        "s3.config": identities, "s3.autoCreateBucket": "false", "s3.iam": "false",
    }  # fmt: skip
    keys = ("SIGNING", "SIGNING_READ", "FILER_SIGNING", "FILER_SIGNING_READ")
    return Process(
        "storage",
        (str(program), "-v=-1", "server", *(f"-{name}={value}" for name, value in options.items())),
        priority=1,
        # Its data is closed within a second; what it waits for after that is itself.
        stop_seconds=3,
        environment={
            # Else its inner servers hand every object to anybody on this machine.
            **{f"WEED_JWT_{key}_KEY": secret(folder / f"{key.lower()}.key") for key in keys},
            "WEED_S3_SSE_KEY": secret(folder / "encryption.key"),
            "WEED_MASTER_VOLUME_GROWTH_COPY_1": "1",
        },
    )


def bucket_address(folder: Path, port: int) -> BucketAddress:
    """The bucket of the server that `bucket_process` describes."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    keys = secret(folder / "access_key"), secret(folder / "secret_key")
    return BucketAddress(f"http://127.0.0.1:{port}", BUCKET, *keys)


def bucket_client(address: BucketAddress, seconds: float = 5) -> Any:
    """A boto3 client of the bucket that gives up after one try of so many seconds."""
    import boto3
    from botocore.config import Config

    return boto3.client(
        "s3",
        endpoint_url=address.endpoint_url,
        aws_access_key_id=address.access_key,
        aws_secret_access_key=address.secret_key,
        region_name=REGION,
        config=Config(connect_timeout=seconds, read_timeout=seconds, retries={"total_max_attempts": 1}),
    )


def make_bucket(address: BucketAddress) -> None:
    """Create the bucket, open to its identity alone, unless it is there; raises while it takes no object."""
    with closing(bucket_client(address)) as client:
        with suppress(client.exceptions.BucketAlreadyOwnedByYou):
            client.create_bucket(Bucket=address.bucket)
        # The gateway answers before the volumes behind it do.
        client.put_object(Bucket=address.bucket, Key=PROBE_KEY, Body=b"1")
        client.delete_object(Bucket=address.bucket, Key=PROBE_KEY)


def remove_sockets(folder: Path, port: int) -> None:
    """Remove the sockets that an ended server leaves in the temporary folder."""
    path = folder / PORTS_FILE
    for number in (port, *(json.loads(path.read_text()) if path.is_file() else ())):
        for left in SOCKETS.glob(f"seaweedfs-*-{number}.sock"):
            left.unlink(missing_ok=True)


def _inner_ports(folder: Path) -> list[int]:
    """The same ports as last time where they are free: a server's state names its own address."""
    path = folder / PORTS_FILE
    if path.is_file() and ports_are_free(known := json.loads(path.read_text())):
        return [int(port) for port in known]
    ports = free_ports(INNER_PORTS)
    write_private(path, json.dumps(ports))
    return ports
