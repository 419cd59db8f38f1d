"""What goes out: the report and its parts."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.models import NOTE_FORMATS
from ml.schemas.report import (
    ClaimState,
    Notice,
    Polarity,
    RiskBehaviour,
    RiskCategory,
    Section,
    Severity,
    Subject,
    Timeframe,
    Topic,
)
from reports.models import Decision, ReportStatus, RevisionKind, RiskFlag

LEVEL_NOTE = "from transcript; scale not administered"
RISK_CATEGORIES = [(item.value, item.value) for item in RiskCategory]
REPORT_STATUSES = [(item.value, item.value) for item in ReportStatus]
VERSION_KINDS = [(item.value, item.value) for item in RevisionKind]
OPEN_POINT_KINDS = ["risk_pending", "unsupported_claim", "unconfirmed_claim"]


def choices(values: Any, **options: Any) -> serializers.ChoiceField:
    """A field for the values of an enum."""
    return serializers.ChoiceField(choices=[(item.value, item.value) for item in values], **options)


class EvidenceSerializer(serializers.Serializer[Any]):
    """The exact words in one segment; times in milliseconds from the recording's start."""

    segment = serializers.UUIDField()
    start_ms = serializers.IntegerField()
    end_ms = serializers.IntegerField()
    quote = serializers.CharField()


class SecondReadingSerializer(serializers.Serializer[Any]):
    """What was heard when doubtful words were decoded again."""

    text = serializers.CharField(help_text="Empty when no words could be made out.")
    same = serializers.BooleanField(help_text="The quoted words were heard again.")


class RiskEvidenceSerializer(EvidenceSerializer):
    """Words that speak of a risk; unsure ones, and those beside a silence, are listened to twice."""

    second_reading = SecondReadingSerializer(
        allow_null=True, help_text="null: the words were sure, or it has not been done yet."
    )


class ReportItemSerializer(serializers.Serializer[Any]):
    """A claim as an item of a section."""

    id = serializers.UUIDField()
    text = serializers.CharField()


class ClaimSerializer(serializers.Serializer[Any]):
    """A sentence of the report, its state and its evidence."""

    id = serializers.UUIDField()
    section = choices(Section)
    topic = choices(Topic)
    text = serializers.CharField()
    state = choices(ClaimState)
    confirmed = serializers.BooleanField(help_text="The clinician stands by an inferred claim.")
    edited = serializers.BooleanField(help_text="The clinician changed the drafted words.")
    evidence = EvidenceSerializer(many=True)
    lost_evidence = EvidenceSerializer(
        many=True, help_text="Passages that a correction of the transcript took away."
    )


class RiskFlagSerializer(serializers.Serializer[Any]):
    """A risk statement and what the clinician decided."""

    id = serializers.UUIDField()
    category = choices(RiskCategory)
    polarity = choices(Polarity)
    severity = choices(Severity)
    subject = choices(Subject)
    timeframe = choices(Timeframe)
    confidence = serializers.FloatField()
    level = serializers.IntegerField(allow_null=True, help_text="C-SSRS-like level of a suicide statement.")
    level_note = serializers.SerializerMethodField(help_text="How to read the level; null without one.")
    behaviour = serializers.SerializerMethodField()
    evidence = RiskEvidenceSerializer(many=True, source="evidence_read")
    evidence_missing = serializers.BooleanField(
        help_text="A correction of the transcript took the words away."
    )
    sources = serializers.ListField(child=serializers.CharField())
    safety_plan_suggested = serializers.BooleanField(
        source="suggests_safety_plan", help_text="Show the safety-plan checklist."
    )
    clinician_decision = choices(Decision)
    rationale = serializers.CharField()
    decided_at = serializers.DateTimeField(allow_null=True)

    def get_level_note(self, row: RiskFlag) -> str | None:
        """The label CLINICAL rules ask for."""
        return None if row.level is None else LEVEL_NOTE

    @extend_schema_field(choices(RiskBehaviour, allow_null=True))
    def get_behaviour(self, row: RiskFlag) -> str | None:
        """The behaviour, None where none was told."""
        return row.behaviour or None


class ProvenanceSerializer(serializers.Serializer[Any]):
    """What drafted the report."""

    engine = serializers.CharField()
    model = serializers.CharField()
    prompt_version = serializers.CharField()
    created_at = serializers.DateTimeField(allow_null=True)


class OpenPointSerializer(serializers.Serializer[Any]):
    """Something that stops signing: a flag without a decision, a claim without source or confirmation."""

    kind = serializers.ChoiceField(choices=OPEN_POINT_KINDS)
    id = serializers.UUIDField()
    category = serializers.CharField(required=False)
    section = serializers.CharField(required=False)


class VersionSerializer(serializers.Serializer[Any]):
    """A version in short; `author` is empty where an engine drafted."""

    number = serializers.IntegerField()
    kind = choices(RevisionKind)
    created_at = serializers.DateTimeField()
    author = serializers.CharField(source="author_name")


class VersionDetailSerializer(VersionSerializer):
    """A version with what it changed and the whole content it left."""

    engine = serializers.CharField()
    model = serializers.CharField()
    prompt_version = serializers.CharField()
    human_share = serializers.FloatField(
        help_text="Share of the text that people wrote, changed, took out, took over or confirmed, 0 to 1."
    )
    changes = serializers.ListField(child=serializers.DictField())
    content = serializers.DictField()


class SignatureSerializer(serializers.Serializer[Any]):
    """Who signed, as they were at that moment."""

    at = serializers.DateTimeField()
    name = serializers.CharField()
    credentials = serializers.CharField()
    license_number = serializers.CharField()
    human_share = serializers.FloatField()


class AddendumSerializer(serializers.Serializer[Any]):
    """What a clinician added after signing."""

    id = serializers.UUIDField()
    created_at = serializers.DateTimeField()
    author = serializers.CharField(source="author_name")
    author_credentials = serializers.CharField()
    reason = serializers.CharField()
    text = serializers.CharField()


class ReportSerializer(serializers.Serializer[Any]):
    """The report: the claims, and the seed's fields and the note format's sections as views of them."""

    status = choices(ReportStatus, source="report.status")
    note_format = serializers.ChoiceField(choices=NOTE_FORMATS, source="report.note_format")
    summary = serializers.CharField()
    key_points = ReportItemSerializer(many=True)
    treatment_plan = ReportItemSerializer(many=True)
    risk_flags = RiskFlagSerializer(many=True)
    not_assessed = serializers.ListField(
        child=choices(RiskCategory),
        help_text="Risks of the client of which nothing was said: neither endorsed nor denied.",
    )
    risk_screened = serializers.BooleanField(
        help_text="False: the risk finders do not know the session's language, an empty list means nothing."
    )
    sections = serializers.DictField(
        child=ReportItemSerializer(many=True), help_text="The note format's sections."
    )
    claims = ClaimSerializer(many=True)
    notices = serializers.ListField(child=choices(Notice), source="report.notices")
    open_points = OpenPointSerializer(many=True, help_text="What stops signing.")
    provenance = ProvenanceSerializer()
    version = serializers.IntegerField(source="report.version")
    versions = VersionSerializer(many=True, source="revisions")
    finalized = SignatureSerializer(allow_null=True)
    addenda = AddendumSerializer(many=True)
    created_at = serializers.DateTimeField(source="report.created_at")
    updated_at = serializers.DateTimeField(source="report.updated_at")
