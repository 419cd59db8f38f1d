"""Reading JSON bodies: bounded in size, and in characters to what every database can store."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import IO, Any

from django.conf import settings
from rest_framework import parsers
from rest_framework.exceptions import ParseError

from core.errors import ApplicationError


class BoundedJSONParser(parsers.JSONParser):
    """DRF's JSON parser reads a body of any size into memory; this one stops at the limit."""

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        """The parsed body.

        Raises:
            ApplicationError: `file_too_large` above DATA_UPLOAD_MAX_MEMORY_SIZE.
            ParseError: no JSON, nested too deep, or characters that cannot be stored.
        """
        limit: int = settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0
        raw = stream.read(limit + 1)
        if len(raw) > limit:
            raise ApplicationError("file_too_large")
        try:
            parsed = super().parse(io.BytesIO(raw), media_type, parser_context)
            # Only an escape can bring these in: as plain UTF-8 they are refused before.
            if b"\\u0000" in raw or b"\\ud" in raw.lower():
                _refuse_unstorable(parsed)
        except RecursionError as error:
            raise ParseError from error
        return parsed


def _refuse_unstorable(value: Any) -> None:
    """NUL is refused by PostgreSQL, half of a surrogate pair by every UTF-8 encoder."""
    match value:
        case str():
            if "\0" in value or any("\ud800" <= char <= "\udfff" for char in value):
                raise ParseError
        case dict():
            for key, item in value.items():
                _refuse_unstorable(key)
                _refuse_unstorable(item)
        case list():
            for item in value:
                _refuse_unstorable(item)
