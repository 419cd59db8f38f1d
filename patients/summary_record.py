"""What is read of a patient's sessions for a row of the patient list."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class OpenItems:
    """What waits for the therapist: draft reports to review, risk flags in them without a decision."""

    drafts: int = 0
    risks: int = 0


@dataclass(frozen=True, slots=True)
class PatientSummary:
    """The last and the next day of a session, where there is one, and what is open."""

    last_session: dt.date | None = None
    next_session: dt.date | None = None
    open_items: OpenItems = OpenItems()
