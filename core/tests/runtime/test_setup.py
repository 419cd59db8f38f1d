"""Starting on a machine as it is: a busy port, a deep folder."""

from __future__ import annotations

import io
import socket
import stat

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from core.runtime.setup import PortBusy, free_port, make_folders, require_free_port


def test_a_busy_port_is_said_plainly() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(PortBusy, match=f"Port {port} .* is in use"):
            require_free_port(port)
        with pytest.raises(CommandError, match=f"Port {port} .* is in use"):
            call_command("run_platform", port=port, stdout=io.StringIO())


def test_a_free_port_is_fine() -> None:
    require_free_port(free_port())


def test_folders_are_private() -> None:
    make_folders()
    for path in (settings.VAR_DIR, settings.MEDIA_ROOT, settings.BROKER_SOCKET.parent):
        assert stat.S_IMODE(path.stat().st_mode) == 0o700
    assert len(str(settings.BROKER_SOCKET)) <= 100
