"""The OpenAPI document: bearer tokens, and the error answers that every operation has."""

from __future__ import annotations

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension

from core.api.exception_handler import PROBLEM_MEDIA_TYPE
from core.api.field_errors import FIELD_ERROR_SCHEMA
from core.errors import CATALOGUE

METHODS = ("get", "post", "put", "patch", "delete")


class BearerScheme(OpenApiAuthenticationExtension):
    """How `Authorization: Bearer` is described."""

    target_class = "accounts.authentication.TherapistAuthentication"
    name = "bearer"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        """The scheme's entry."""
        return {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}


def problem_schema() -> dict[str, Any]:
    """The shape of an error answer."""
    return {
        "type": "object",
        "description": "An error (RFC 9457). `code` is stable; docs/errors.md lists all.",
        "required": ["type", "title", "status", "code", "detail"],
        "properties": {
            "type": {"type": "string", "format": "uri"},
            "title": {"type": "string"},
            "status": {"type": "integer"},
            "code": {"type": "string", "enum": sorted(CATALOGUE)},
            "detail": {"type": "string"},
            "errors": {
                "type": "object",
                "additionalProperties": True,
                "description": (
                    "For `validation_error` what is wrong, by field: a list of FieldError, in a list of "
                    "items by their place. For a refusal to sign the ids of what is open."
                ),
            },
        },
        "additionalProperties": True,
    }


def add_problems(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """Postprocessing hook: the error answers, and the Idempotency-Key of a POST that creates."""
    result.setdefault("components", {}).setdefault("schemas", {}).update(
        Problem=problem_schema(), FieldError=FIELD_ERROR_SCHEMA
    )
    for path, operations in result.get("paths", {}).items():
        for method in METHODS:
            if method in operations:
                _document(path, operations[method])
    return result


def _document(path: str, operation: dict[str, Any]) -> None:
    responses = operation["responses"]
    content = {PROBLEM_MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    secured = any(operation.get("security", []))
    parameters = [p for p in operation.get("parameters", []) if p["in"] == "query"]
    found = {
        "400": ("What was sent is not valid.", "requestBody" in operation or bool(parameters)),
        "401": ("Not signed in.", secured),
        "404": ("Does not exist, or belongs to somebody else.", "{" in path),
        "429": ("Too many requests.", secured),
        "default": ("Any other error.", True),
    }
    for status, (description, applies) in found.items():
        if applies:
            responses.setdefault(status, {"description": description, "content": content})
