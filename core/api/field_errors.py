"""What is wrong with a field, as the API says it: `{code, message}`, the code stable, the sentence not.

The codes are REST framework's and Django's (`required`, `blank`, `max_length`, `invalid_choice`,
`password_too_common`); a refusal of our own names its code by `ErrorDetail(sentence, code)`,
which is a string. Without one it is `invalid`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError as DjangoValidationError
from rest_framework.exceptions import ErrorDetail
from rest_framework.fields import get_error_detail

FIELD_ERROR_SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["code", "message"],
    "properties": {"code": {"type": "string"}, "message": {"type": "string"}},
}


def coded(errors: Any) -> Any:
    """The same tree of fields with `{code, message}` in the place of each sentence."""
    match errors:
        case Mapping():
            return {name: coded(value) for name, value in errors.items()}
        case list() | tuple():
            return [coded(value) for value in errors]
        case ErrorDetail():
            return {"code": errors.code, "message": str(errors)}
        case _:
            return {"code": "invalid", "message": str(errors)}


def django_errors(error: DjangoValidationError) -> dict[str, Any]:
    """What a validator or a model of Django found, by field, with its codes."""
    if not hasattr(error, "error_dict"):
        return {"non_field_errors": get_error_detail(error)}
    return {
        field: get_error_detail(DjangoValidationError(found)) for field, found in error.error_dict.items()
    }
