"""A report's API body as plain text for a terminal."""

from __future__ import annotations

import textwrap
from typing import Any

WIDTH = 96


def report_text(report: dict[str, Any]) -> str:
    """Summary, key points, plan and risk flags, each with the times of its evidence."""
    times = {claim["id"]: _times(claim["evidence"]) for claim in report["claims"]}
    lines = ["Summary", _wrap(report["summary"])]
    for title, key in (("Key points", "key_points"), ("Treatment plan", "treatment_plan")):
        lines += ["", title]
        lines += [_wrap(f"- {item['text']} {times.get(item['id'], '')}") for item in report[key]] or [
            "  none"
        ]
    lines += ["", "Risk flags (for the clinician to confirm or dismiss)"]
    for flag in report["risk_flags"]:
        # Beside a denial a level would read as the gravest, while it says what was denied.
        told = flag.get("level") and flag["polarity"] == "endorsed"
        level = f", level {flag['level']}" if told else ""
        head = (
            f"- {flag['category']} {flag['polarity']} ({flag['subject']}, {flag['timeframe']}, "
            f"{flag['severity']}{level})"
        )
        lines.append(_wrap(head))
        lines += [_wrap(f"    {_clock(item['start_ms'])} “{item['quote']}”") for item in flag["evidence"]]
    if not report["risk_flags"]:
        lines.append("  none found")
    provenance = report["provenance"]
    lines += ["", f"Drafted by {provenance['engine']} {provenance['model']}".rstrip()]
    if "extraction_only" in report.get("notices", []):
        lines.append("No language model was used: sentences were taken word for word from the transcript.")
    if "risk_not_screened" in report.get("notices", []):
        lines.append("Risk was not screened in this language.")
    if "risk_rules_only" in report.get("notices", []):
        lines.append("Risk was screened by word rules alone, which miss indirect statements.")
    return "\n".join(lines)


def _wrap(text: str) -> str:
    indent = "    " if text.startswith(("-", "    ")) else "  "
    return textwrap.fill(text, WIDTH, initial_indent="  ", subsequent_indent="  " + indent)


def _times(evidence: list[dict[str, Any]]) -> str:
    return "[" + ", ".join(_clock(item["start_ms"]) for item in evidence) + "]" if evidence else ""


def _clock(milliseconds: int) -> str:
    minutes, seconds = divmod(milliseconds // 1000, 60)
    return f"{minutes}:{seconds:02d}"
