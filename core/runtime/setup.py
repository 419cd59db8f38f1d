"""What every start prepares: private folders, database, static files, and once the demo data."""

from __future__ import annotations

import socket
from collections.abc import Sequence
from contextlib import ExitStack

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command

DEMO_EMAIL = "demo@therapist.example"
DEMO_PASSWORD = "demo-session-2026"  # noqa: S105  (public: the demo data of a machine's own loopback address)


class PortBusy(Exception):
    """Another program listens on the wanted port."""


def require_free_port(port: int) -> None:
    """Raise `PortBusy` when 127.0.0.1:`port` is taken, before anything is started."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            raise PortBusy(
                f"Port {port} on 127.0.0.1 is in use by another program. Choose another one, "
                f"for example: PORT={port + 1} make run"
            ) from None


def free_port() -> int:
    """A port that is free at this moment."""
    return free_ports(1)[0]


def free_ports(count: int) -> list[int]:
    """So many different ports that are free at this moment."""
    with ExitStack() as held:
        probes = [held.enter_context(socket.socket()) for _ in range(count)]
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [int(probe.getsockname()[1]) for probe in probes]


def ports_are_free(ports: Sequence[int]) -> bool:
    """Whether nobody listens on any of these ports of 127.0.0.1."""
    try:
        for port in ports:
            require_free_port(port)
    except PortBusy:
        return False
    return True


def make_folders() -> None:
    """The folders of VAR_DIR, readable by this user alone."""
    settings.VAR_DIR.mkdir(parents=True, exist_ok=True)
    for path in (
        settings.VAR_DIR,
        settings.VAR_DIR / "run",
        settings.VAR_DIR / "tmp",
        settings.MEDIA_ROOT,
        settings.BROKER_SOCKET.parent,
    ):
        path.mkdir(parents=True, exist_ok=True)
        path.chmod(0o700)
    settings.MODELS_DIR.mkdir(parents=True, exist_ok=True)


def prepare(*, demo_login: bool = True) -> None:
    """Folders, migrations, static files; the demo therapist where nobody has an account yet."""
    make_folders()
    call_command("migrate", interactive=False, verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    if demo_login and not get_user_model().objects.exists():
        call_command("loaddata", "initial_data.json", verbosity=0)
