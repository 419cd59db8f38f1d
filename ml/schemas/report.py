"""The drafted report: claims with their evidence, and risk flags.

Rules: CLINICAL.md of the product's specification, restated in docs/clinical.md. A claim is one
sentence; every claim and every flag points at the segments and the exact words it rests on.
The seed's four fields (summary, key_points, treatment_plan, risk_flags) and the note formats
(SOAP, DAP, ...) are arrangements of these claims.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from pydantic import Field

from ml.schemas.base import Record


class Section(StrEnum):
    """The seed's sections that hold claims."""

    SUMMARY = "summary"
    KEY_POINTS = "key_points"
    TREATMENT_PLAN = "treatment_plan"


class Topic(StrEnum):
    """What a claim is about; note formats arrange claims by it."""

    CONCERN = "concern"  # what troubles the client, symptoms, mood, sleep
    EVENT = "event"  # what happened since or before
    RELATIONSHIP = "relationship"
    SUBSTANCE = "substance"
    MEDICATION = "medication"
    STRENGTH = "strength"  # resources, reasons for living, what went well
    GOAL = "goal"
    PROGRESS = "progress"
    INTERVENTION = "intervention"  # what the therapist did
    RESPONSE = "response"  # how the client took it
    ASSESSMENT = "assessment"  # the therapist's spoken judgement
    PLAN = "plan"  # homework, agreements, next appointment, referral


class NoteFormat(StrEnum):
    """Progress note formats; each arranges the same claims."""

    STANDARD = "standard"
    SOAP = "soap"
    DAP = "dap"
    BIRP = "birp"
    GIRP = "girp"
    PIRP = "pirp"


class ClaimState(StrEnum):
    """Whether a claim stands on the transcript."""

    SUPPORTED = "supported"
    INFERRED = "inferred"
    CLINICIAN_ADDED = "clinician_added"
    UNSUPPORTED = "unsupported"


class RiskCategory(StrEnum):
    """What could happen."""

    SUICIDE = "suicide"
    SELF_HARM = "self_harm"
    HARM_TO_OTHERS = "harm_to_others"
    CHILD_ABUSE = "child_abuse"
    ELDER_OR_DEPENDENT_ABUSE = "elder_or_dependent_abuse"
    INTIMATE_PARTNER_VIOLENCE = "intimate_partner_violence"
    PSYCHOSIS = "psychosis"
    SUBSTANCE_USE = "substance_use"
    GRAVE_DISABILITY = "grave_disability"
    MEDICATION = "medication"


class Polarity(StrEnum):
    """What was said of a risk; the absence of a statement is `not_assessed`, never `denied`."""

    ENDORSED = "endorsed"
    DENIED = "denied"
    NOT_ASSESSED = "not_assessed"


class Subject(StrEnum):
    """Whose risk it is."""

    CLIENT = "client"
    OTHER = "other"


class Timeframe(StrEnum):
    """When it applies."""

    CURRENT = "current"
    PAST = "past"
    UNCLEAR = "unclear"


class Severity(StrEnum):
    """How grave the statement is, from the words alone."""

    LOW = "low"
    MODERATE = "moderate"
    HIGH = "high"


class RiskBehaviour(StrEnum):
    """Suicidal behaviour in the C-SSRS sense; from the transcript, the scale is not administered."""

    PREPARATORY = "preparatory"
    ABORTED = "aborted"
    INTERRUPTED = "interrupted"
    ACTUAL = "actual"


class Evidence(Record):
    """The exact words in one segment that a claim rests on.

    `quote` is found in the segment's text (white space, case and punctuation aside); the times
    are those of the quoted words where word times exist, else the segment's.
    """

    segment: str
    start_ms: int
    end_ms: int
    quote: str


class Claim(Record):
    """One sentence of the report."""

    section: Section
    topic: Topic
    text: str
    state: ClaimState
    evidence: list[Evidence] = Field(default_factory=list)


class RiskFlag(Record):
    """One risk, what was said of it, and the words.

    `level` is the C-SSRS-like level 1 to 5 of a suicide statement, else None. `sources` names
    the readers that found it: "rules", "embedding", "model".
    """

    category: RiskCategory
    polarity: Polarity
    severity: Severity = Severity.MODERATE
    subject: Subject = Subject.CLIENT
    timeframe: Timeframe = Timeframe.UNCLEAR
    confidence: float = 1.0
    level: int | None = Field(default=None, ge=1, le=5)
    behaviour: RiskBehaviour | None = None
    evidence: list[Evidence] = Field(default_factory=list)
    sources: list[str] = Field(default_factory=list)


class Provenance(Record):
    """What drafted a report."""

    engine: str
    model: str
    prompt_version: str
    created_at: datetime


class Notice(StrEnum):
    """Things the reader of a draft must be told, as codes; the UI holds the sentences."""

    EXTRACTION_ONLY = "extraction_only"  # extraction stood in for the language model
    RISK_NOT_SCREENED = "risk_not_screened"  # the risk finders do not know this language
    RISK_RULES_ONLY = "risk_rules_only"  # without the trained encoder indirect statements are missed
    TRANSCRIPT_HAS_GAPS = "transcript_has_gaps"


class ReportDraft(Record):
    """What `ml.reporting` hands to the product; nothing in it is final."""

    note_format: NoteFormat = NoteFormat.STANDARD
    claims: list[Claim] = Field(default_factory=list)
    risk_flags: list[RiskFlag] = Field(default_factory=list)
    notices: list[Notice] = Field(default_factory=list)
    provenance: Provenance
