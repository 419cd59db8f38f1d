"""Operators see states and attempts; what was said is not shown here."""

from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest

from sessions_app.models import StageRun, TherapySession


class ReadOnlyAdmin(admin.ModelAdmin):
    """Looking, not touching: the pipeline alone moves states."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Never."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: object | None = None) -> bool:
        """Never."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object | None = None) -> bool:
        """Never: media would stay behind."""
        return False


@admin.register(TherapySession)
class TherapySessionAdmin(ReadOnlyAdmin):
    """The state of the work."""

    list_display = ("id", "status", "failed_stage", "error_code", "attempts", "status_changed_at")
    list_filter = ["status", "failed_stage", "error_code"]
    fields = ("id", "status", "queued_at", "not_before", "lease_expires_at", "stage_started_at", "progress")


@admin.register(StageRun)
class StageRunAdmin(ReadOnlyAdmin):
    """Every attempt."""

    list_display = ("id", "session_id", "stage", "attempt", "outcome", "error_code", "started_at", "ended_at")
    list_filter = ["stage", "outcome", "error_code"]
    fields = ("id", "session", "stage", "attempt", "outcome", "error_code", "started_at", "ended_at")
