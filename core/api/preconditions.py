"""`If-Match`: whether the client writes over what it has read."""

from __future__ import annotations

from core.errors import ApplicationError


def refuse_mismatch(if_match: str | None, etag: str) -> None:
    """Raise when the client read another version; without the header the write is taken.

    RFC 9110, 13.1.1; a proxy may have marked the tag as weak.

    Raises:
        ApplicationError: `edit_conflict`.
    """
    if if_match is None:
        return
    tags = [tag.strip().removeprefix("W/") for tag in if_match.split(",")]
    if "*" not in tags and etag not in tags:
        raise ApplicationError("edit_conflict")
