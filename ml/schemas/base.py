"""The base of all records: frozen, and unknown fields are an error."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Record(BaseModel):
    """An immutable value that crosses a floor; a misspelt field is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")
