"""What goes out: the first page."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from reports.dashboard import LIMIT, QUEUE_KINDS
from sessions_app.consent import RECORDING
from sessions_app.serializers.sessions import SessionSummarySerializer


class DashboardSessionSerializer(SessionSummarySerializer):
    """A session on the first page; `id` is the session's."""

    missing_consents = serializers.ListField(
        child=serializers.ChoiceField(choices=[(name, name) for name in RECORDING]),
        read_only=True,
        help_text="What a recording needs and the patient has not agreed to.",
    )

    class Meta(SessionSummarySerializer.Meta):
        fields = [
            "id", "patient", "patient_name", "session_date", "title", "started_at", "ended_at", "modality",
            "status", "status_changed_at", "error", "progress", "has_transcript", "report_status",
            "open_points", "missing_consents", "created_at",
        ]  # fmt: skip
        read_only_fields = fields


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
