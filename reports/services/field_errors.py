"""Errors inside a list of a request, in the shape that serializers give them."""

from __future__ import annotations

from core.errors import ApplicationError


def item_error(field: str, index: int, name: str, message: str) -> ApplicationError:
    """`validation_error` at one member of one item of a list, by its place as the serializers say it."""
    return ApplicationError("validation_error", errors={field: {str(index): {name: [message]}}})
