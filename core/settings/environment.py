"""The environment, read once: process variables first, then the file .env."""

from __future__ import annotations

from pathlib import Path

import environ

BASE_DIR = Path(__file__).resolve().parents[2]

env = environ.Env()
env_file = BASE_DIR / ".env"
if env_file.is_file():
    env.read_env(str(env_file))

VAR_DIR = Path(env.str("VAR_DIR", default=str(BASE_DIR / "var"))).expanduser().resolve()
"""Every file the embedded default writes: database, media, sockets, models, demo output."""

REDIS_URL = env.str("REDIS_URL", default="")
"""Broker and cache; empty: the embedded Valkey, and a cache of files."""
REDIS_CA_CERTS = env.str("REDIS_CA_CERTS", default="")
"""The authority's certificates for a rediss:// address, as a file; the system's if empty."""
