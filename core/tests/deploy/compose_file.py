"""docker-compose.yml as the real `docker compose` reads it."""

from __future__ import annotations

import json
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[3]
FILE = ROOT / "docker-compose.yml"
PROFILES = ("", "gpu", "s3", "observability")
PLATFORM = ("DATABASE_URL", "REDIS_URL", "VAR_DIR")
"""Variables that every container of the platform has."""


def tool(name: str) -> str:
    """A program of the environment that runs the tests."""
    return str(Path(sys.executable).with_name(name))


@cache
def configuration(profile: str) -> dict[str, Any]:
    """What `docker compose config` makes of the file with .env.sample and a profile ("" for none).

    Raises:
        AssertionError: it finds fault with the file; its own words are the message.
    """
    command = [tool("docker-compose"), "--file", str(FILE), "--env-file", str(ROOT / ".env.sample")]
    command += ["--profile", profile] if profile else []
    done = subprocess.run(
        [*command, "config", "--format", "json"], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
    read: dict[str, Any] = json.loads(done.stdout)
    return read


def services(profile: str) -> dict[str, dict[str, Any]]:
    """The services that a profile starts, by name."""
    return dict(configuration(profile)["services"])


def every_service() -> dict[str, dict[str, Any]]:
    """The services of all profiles, by name."""
    return {name: service for profile in PROFILES for name, service in services(profile).items()}
