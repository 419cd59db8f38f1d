"""Reading an edit: what of the sent body is a change, and is it valid.

A client may send back what it got. Whatever equals the report as it stands is no change, also
inside the lists, where an item's id and text stay; the rest has to be known and writable.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from rest_framework.exceptions import ValidationError
from rest_framework.renderers import JSONRenderer

from core.api.serializers import READ_ONLY
from reports.selectors import ReportContent
from reports.serializers.edits import ReportEditSerializer
from reports.serializers.report import ReportSerializer

_KEPT = frozenset({"id", "text"})


def edit_read(content: ReportContent, sent: Any) -> dict[str, Any]:
    """The validated changes.

    Raises:
        ValidationError: by field; unknown fields, and read-only ones that differ.
    """
    if not isinstance(sent, Mapping):
        raise ValidationError({"non_field_errors": ["A JSON object is needed."]})
    stored: dict[str, Any] = json.loads(JSONRenderer().render(ReportSerializer(content).data))
    changed = {name: value for name, value in sent.items() if name not in stored or stored[name] != value}
    writable = ReportEditSerializer().fields
    read_only = {name: [READ_ONLY] for name in changed if name in stored and name not in writable}
    if read_only:
        raise ValidationError(read_only)
    for name in ("claims", "risk_flags"):
        if isinstance(changed.get(name), list):
            rows = {row["id"]: row for row in stored[name]}
            changed[name] = [_without_echo(item, rows) for item in changed[name]]
    serializer = ReportEditSerializer(data=changed)
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)


def _without_echo(item: Any, rows: Mapping[str, Mapping[str, Any]]) -> Any:
    if not isinstance(item, Mapping) or (stored := rows.get(str(item.get("id")))) is None:
        return item
    return {
        name: value
        for name, value in item.items()
        if name in _KEPT or name not in stored or stored[name] != value
    }
