"""A draft as text for the terminal."""

from __future__ import annotations

from ml.reporting.note_formats import arrange
from ml.schemas.report import ReportDraft


def readable(draft: ReportDraft) -> str:
    """Sections with their claims, the risk flags with their words, notices, and what drafted it."""
    lines: list[str] = []
    for name, claims in arrange(draft.claims, draft.note_format).items():
        lines.append(name.replace("_", " ").upper())
        lines += [f"  - {claim.text}" for claim in claims] or ["  (nothing found)"]
    lines.append("RISK FLAGS")
    for flag in draft.risk_flags:
        quotes = " / ".join(f"“{e.quote}”" for e in flag.evidence)
        lines.append(f"  ! {flag.category} {flag.polarity} ({flag.subject}, {flag.timeframe}): {quotes}")
    if not draft.risk_flags:
        lines.append("  (none found)")
    if draft.notices:
        lines.append("NOTICES: " + ", ".join(draft.notices))
    made = draft.provenance
    lines.append(f"Drafted by {made.engine} ({made.model}). A draft: the clinician decides and signs.")
    return "\n".join(lines)
