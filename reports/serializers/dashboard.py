"""What goes out: the first page."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from reports.dashboard import LIMIT, QUEUE_KINDS
from reports.serializers.report import REPORT_STATUSES
from sessions_app.consent import RECORDING
from sessions_app.models import TherapySession
from sessions_app.serializers.sessions import SessionSummarySerializer


class OpenPointCountsSerializer(serializers.Serializer[Any]):
    """How many points of a report stop its signing."""

    risk_pending = serializers.IntegerField()
    unsupported_claims = serializers.IntegerField()
    unconfirmed_claims = serializers.IntegerField()


class DashboardSessionSerializer(SessionSummarySerializer):
    """A session on the first page; `id` is the session's."""

    report_status = serializers.ChoiceField(
        choices=REPORT_STATUSES, allow_null=True, read_only=True, help_text="Null while there is no report."
    )
    open_points = serializers.SerializerMethodField(help_text="What stops signing; zero without a report.")

    missing_consents = serializers.ListField(
        child=serializers.ChoiceField(choices=[(name, name) for name in RECORDING]),
        read_only=True,
        help_text="What a recording needs and the patient has not agreed to.",
    )

    class Meta(SessionSummarySerializer.Meta):
        fields = [
            "id", "patient", "patient_name", "session_date", "title", "started_at", "ended_at", "modality",
            "status", "status_changed_at", "error", "progress", "report_status", "open_points",
            "missing_consents",
        ]  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(OpenPointCountsSerializer())
    def get_open_points(self, session: TherapySession) -> dict[str, Any]:
        """The counts that the selector annotated."""
        return OpenPointCountsSerializer(session).data


class DashboardQueueItemSerializer(DashboardSessionSerializer):
    """A session that waits for the therapist."""

    kind = serializers.ChoiceField(
        choices=QUEUE_KINDS,
        source="queue_kind",
        read_only=True,
        help_text="risk_pending: a risk to decide. review: a draft to review and sign. failed: see `error`.",
    )

    class Meta(DashboardSessionSerializer.Meta):
        fields = ["kind", *DashboardSessionSerializer.Meta.fields]
        read_only_fields = fields


class DashboardTotalsSerializer(serializers.Serializer[Any]):
    """How many sessions of each kind wait."""

    risk_pending = serializers.IntegerField()
    review = serializers.IntegerField()
    failed = serializers.IntegerField()


class DashboardQueueSerializer(serializers.Serializer[Any]):
    """What waits: risks to decide, then drafts to sign, then failures, each newest first."""

    count = serializers.IntegerField(help_text="All that waits.")
    totals = DashboardTotalsSerializer()
    results = DashboardQueueItemSerializer(many=True, help_text=f"At most {LIMIT} of each kind.")


class DashboardListSerializer(serializers.Serializer[Any]):
    """The first rows of a list and how many there are."""

    count = serializers.IntegerField()
    results = DashboardSessionSerializer(many=True, help_text=f"At most {LIMIT}.")


class DashboardSerializer(serializers.Serializer[Any]):
    """The first page of a therapist."""

    date = serializers.DateField(help_text="Today in the therapist's time zone.")
    time_zone = serializers.CharField()
    queue = DashboardQueueSerializer()
    in_work = DashboardListSerializer(help_text="Sessions in work, the longest first; `progress` is set.")
    today = DashboardListSerializer(help_text="Sessions dated today, by their time.")
