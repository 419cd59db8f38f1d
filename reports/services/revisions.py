"""Versions of a report: what each held, what it changed, and how much of it people wrote."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils import timezone

from accounts.models import Therapist
from ml.schemas.report import ClaimState
from reports.models import Claim, Report, ReportRevision, RevisionKind, RiskFlag

Content = dict[str, Any]
CLAIM_FIELDS = ("section", "topic", "text", "state", "confirmed", "evidence", "lost_evidence", "order")
FLAG_FIELDS = (
    "category", "polarity", "severity", "subject", "timeframe", "level", "behaviour", "evidence",
    "evidence_missing", "sources", "clinician_decision", "rationale",
)  # fmt: skip


def content_of(report: Report) -> Content:
    """All of a report that a version keeps, as JSON; claims that were taken out are not in it."""
    claims = report.claims.filter(removed=False)
    return {
        "status": report.status,
        "note_format": report.note_format,
        "notices": list(report.notices),
        "claims": [{"id": str(row.pk), **_fields(row, CLAIM_FIELDS)} for row in claims],
        "risk_flags": [{"id": str(row.pk), **_fields(row, FLAG_FIELDS)} for row in report.risk_flags.all()],
    }


def changes_between(before: Content, after: Content) -> list[dict[str, Any]]:
    """What differs: ``{field, id?, change, before, after}``; before and after hold only what moved."""
    changes: list[dict[str, Any]] = [
        {"field": name, "change": "edited", "before": before.get(name), "after": after[name]}
        for name in ("status", "note_format")
        if before.get(name) != after[name]
    ]
    for field in ("claims", "risk_flags"):
        changes.extend(_row_changes(field, before.get(field, []), after[field]))
    return changes


def version_add(
    report: Report, *, kind: RevisionKind, before: Content, author: Therapist | None
) -> ReportRevision | None:
    """Number and keep the present content of a report; None when nothing changed.

    A draft is always a version, even one that reads like the last. The caller holds the report's
    row and has saved everything else.
    """
    after = content_of(report)
    changes = changes_between(before, after)
    if not changes and kind != RevisionKind.DRAFTED:
        return None
    report.version += 1
    report.save(update_fields=["version", "updated_at"])
    return ReportRevision.objects.create(
        report=report,
        number=report.version,
        kind=kind,
        created_at=timezone.now(),
        author=author,
        author_name=author.full_name if author is not None else "",
        engine=report.engine,
        model=report.model,
        prompt_version=report.prompt_version,
        human_share=human_share(report.claims.all()),
        changes=changes,
        content=after,
    )


def human_share(claims: Iterable[Claim]) -> float:
    """The share of the text that people made theirs, 0 to 1, over drafted and present words.

    The words the draft and the present text have in common, counted twice, against all words of
    both: adding, rewording and taking out count alike. A sentence that the clinician took as
    their own or confirmed counts whole, also where its words stayed.
    """
    common = total = 0
    for claim in claims:
        drafted, present = claim.draft_text.split(), [] if claim.removed else claim.text.split()
        total += len(drafted) + len(present)
        if claim.confirmed or claim.state == ClaimState.CLINICIAN_ADDED:
            continue
        matcher = difflib.SequenceMatcher(None, drafted, present, autojunk=False)
        common += sum(block.size for block in matcher.get_matching_blocks())
    return round(1 - 2 * common / total, 4) if total else 0.0


def _fields(row: Claim | RiskFlag, names: Sequence[str]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}


def _row_changes(
    field: str, before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    old = {row["id"]: row for row in before}
    new = {row["id"]: row for row in after}
    changes: list[dict[str, Any]] = []
    for key, row in new.items():
        if key not in old:
            changes.append({"field": field, "id": key, "change": "added", "before": None, "after": dict(row)})
            continue
        # The order moves with every insertion above; only what is said counts as a change.
        moved = [name for name in row if name != "order" and row[name] != old[key].get(name)]
        if moved:
            changes.append(
                {
                    "field": field,
                    "id": key,
                    "change": "edited",
                    "before": {name: old[key].get(name) for name in moved},
                    "after": {name: row[name] for name in moved},
                }
            )
    changes.extend(
        {"field": field, "id": key, "change": "removed", "before": dict(row), "after": None}
        for key, row in old.items()
        if key not in new
    )
    if not changes and [row["id"] for row in before] != [row["id"] for row in after]:
        changes.append({"field": field, "change": "reordered", "before": list(old), "after": list(new)})
    return changes
