"""Backups: the tools of the database, and who may read them."""

from core.settings.environment import env

POSTGRES_TOOLS_DIR = env.str("POSTGRES_TOOLS_DIR", default="")
"""Folder of pg_dump and pg_restore, as new as the server or newer; empty: wherever PATH has them."""
BACKUP_RECIPIENTS: list[str] = env.list("BACKUP_RECIPIENTS", default=[])
"""Public age keys (age1...); with one or more, everything but the manifest is encrypted for them."""
