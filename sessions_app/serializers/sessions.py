"""Sessions: what is written, what a list shows, what a session's page shows."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field, inline_serializer
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail

from accounts.models import NOTE_FORMATS
from core.api.serializers import StrictModelSerializer
from core.errors import CATALOGUE
from patients.models import Patient
from sessions_app import pipeline
from sessions_app.models import Modality, Recording, Status, TherapySession

REPORT_STATUSES = [("draft", "draft"), ("finalized", "finalized")]
ENDED_FIRST = ErrorDetail("Must be later than started_at.", "ended_before_start")
LANGUAGE_INVALID = "A code of two or three small letters, such as en or ar."


class RecordingSerializer(serializers.ModelSerializer[Recording]):
    """A recording as its session shows it; where it lies is nobody's business."""

    class Meta:
        model = Recording
        fields = [
            "filename", "media_type", "size_bytes", "sha256", "duration_ms", "created_at", "deleted_at",
        ]  # fmt: skip
        read_only_fields = fields


OPEN_POINTS = ("risk_pending", "unsupported_claims", "unconfirmed_claims")


class OpenPointCountsSerializer(serializers.Serializer[Any]):
    """How many points of a report stop its signing."""

    risk_pending = serializers.IntegerField()
    unsupported_claims = serializers.IntegerField()
    unconfirmed_claims = serializers.IntegerField()


class SessionSummarySerializer(serializers.ModelSerializer[TherapySession]):
    """A session in a list."""

    patient_name = serializers.CharField(source="patient.full_name", read_only=True)
    error = serializers.SerializerMethodField()
    progress = serializers.SerializerMethodField()
    # One serializer for all rows of a list: making one for each row costs more than the rows.
    # Shown also when its media was deleted; null when there never was a recording.
    recording = RecordingSerializer(read_only=True, allow_null=True)
    has_transcript = serializers.BooleanField(
        read_only=True, help_text="Whether there are words: transcribed, or typed without a recording."
    )
    report_status = serializers.ChoiceField(
        choices=REPORT_STATUSES, allow_null=True, read_only=True, help_text="Null while there is no report."
    )
    open_points = serializers.SerializerMethodField(help_text="What stops signing; zero without a report.")

    class Meta:
        model = TherapySession
        fields = [
            "id", "patient", "patient_name", "session_date", "title", "language", "note_format",
            "started_at", "ended_at", "modality", "place", "participants", "diagnosis", "speakers_expected",
            "status", "status_changed_at", "error", "progress", "recording",
            "has_transcript", "report_status", "open_points", "created_at", "updated_at",
        ]  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(
        inline_serializer(
            "SessionError",
            {
                "stage": serializers.ChoiceField([stage.name for stage in pipeline.STAGES]),
                "code": serializers.CharField(),
                "message": serializers.CharField(),
                "retryable": serializers.BooleanField(),
            },
            allow_null=True,
        )
    )
    def get_error(self, session: TherapySession) -> dict[str, Any] | None:
        """Why the session failed, and whether trying again can help."""
        if session.status != Status.FAILED:
            return None
        spec = CATALOGUE.get(session.error_code, CATALOGUE["internal_error"])
        return {
            "stage": session.failed_stage,
            "code": session.error_code,
            "message": spec.sentence,
            "retryable": spec.retryable,
        }

    @extend_schema_field(
        inline_serializer(
            "SessionProgress",
            {
                "stage": serializers.ChoiceField([stage.name for stage in pipeline.STAGES]),
                "percent": serializers.IntegerField(min_value=0, max_value=100),
                "eta_seconds": serializers.IntegerField(allow_null=True),
            },
            allow_null=True,
        )
    )
    def get_progress(self, session: TherapySession) -> dict[str, Any] | None:
        """How far the present stage is; 0 while it waits for a worker."""
        status = Status(session.status)
        if status in pipeline.WAITING:
            return {"stage": pipeline.WAITING[status].name, "percent": 0, "eta_seconds": None}
        if status in pipeline.RUNNING:
            return {
                "stage": pipeline.RUNNING[status].name,
                "percent": min(100, int(session.progress * 100)),
                "eta_seconds": pipeline.eta_seconds(session),
            }
        return None

    @extend_schema_field(OpenPointCountsSerializer())
    def get_open_points(self, session: TherapySession) -> dict[str, Any]:
        """The counts that the selector annotated."""
        return {name: getattr(session, name) for name in OPEN_POINTS}


class SessionSerializer(SessionSummarySerializer):
    """A session's page."""

    counts = serializers.SerializerMethodField()

    class Meta(SessionSummarySerializer.Meta):
        fields = [*SessionSummarySerializer.Meta.fields, "counts"]
        read_only_fields = fields

    @extend_schema_field(
        inline_serializer(
            "SessionCounts",
            {"segments": serializers.IntegerField(), "corrections": serializers.IntegerField()},
        )
    )
    def get_counts(self, session: TherapySession) -> dict[str, int]:
        """How many segments the transcript has, and how many corrections were made."""
        return {
            "segments": getattr(session, "segment_count", 0),
            "corrections": getattr(session, "correction_count", 0),
        }


def session_page(session: TherapySession) -> dict[str, Any]:
    """What a session's page shows of it; the selector has counted what hangs on it."""
    shown: dict[str, Any] = _SESSION_PAGE.to_representation(session)
    return shown


# DRF makes the fields anew for each instance, which costs as much as writing the row. One that only
# writes out keeps nothing of what it wrote, so all requests share it.
_SESSION_PAGE = SessionSerializer()


class SessionWriteSerializer(StrictModelSerializer):
    """What can be said of a session when it is made or changed; its status cannot."""

    patient = serializers.PrimaryKeyRelatedField(
        queryset=Patient.objects.none(), error_messages={"does_not_exist": "There is no such patient."}
    )
    session_date = serializers.DateField()
    language = serializers.RegexField(
        r"^(auto|[a-z]{2,3})?$", required=False, allow_blank=True,
        help_text="ISO 639 code; empty or `auto`: it is detected.",
        error_messages={"invalid": LANGUAGE_INVALID},
    )  # fmt: skip
    note_format = serializers.ChoiceField(choices=NOTE_FORMATS, required=False)
    modality = serializers.ChoiceField(choices=Modality.choices, required=False, allow_blank=True)
    speakers_expected = serializers.IntegerField(min_value=1, max_value=6, required=False, allow_null=True)

    class Meta:
        model = TherapySession
        fields = [
            "patient", "session_date", "title", "language", "note_format", "started_at", "ended_at",
            "modality", "place", "participants", "diagnosis", "speakers_expected",
        ]  # fmt: skip

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """Only the therapist's own patients exist here."""
        fields = super().get_fields()
        request = self.context.get("request")
        if request is not None and request.user.is_authenticated:
            fields["patient"].queryset = Patient.objects.for_therapist(request.user)  # type: ignore[attr-defined]
        return fields

    def validate_language(self, value: str) -> str:
        """`auto` is stored as empty."""
        return "" if value == "auto" else value

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """A session ends after it began."""
        started = attrs.get("started_at", getattr(self.instance, "started_at", None))
        ended = attrs.get("ended_at", getattr(self.instance, "ended_at", None))
        if started and ended and ended <= started:
            raise serializers.ValidationError({"ended_at": [ENDED_FIRST]})
        return attrs
