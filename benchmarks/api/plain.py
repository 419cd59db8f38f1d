"""The peer: the same tables behind the views that DRF's tutorial would write, with simplejwt.

Generic views, ModelSerializers with the same fields, PageNumberPagination, nothing else: no
throttle, no audit of unknown fields, no counts, Django's own default middleware.
"""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.urls import path
from rest_framework import generics, pagination, serializers
from rest_framework.permissions import IsAuthenticated
from rest_framework.renderers import JSONRenderer
from rest_framework_simplejwt.authentication import JWTAuthentication

from patients.models import Patient
from reports.models import Claim, Report, RiskFlag
from sessions_app.models import Recording, TherapySession


class RecordingSerializer(serializers.ModelSerializer[Recording]):
    """The recording's own columns."""

    class Meta:
        model = Recording
        fields = ["filename", "media_type", "size_bytes", "sha256", "duration_ms", "created_at", "deleted_at"]


class SessionSerializer(serializers.ModelSerializer[TherapySession]):
    """A session with its patient's name and its recording."""

    patient_name = serializers.CharField(source="patient.full_name", read_only=True)
    recording = RecordingSerializer(read_only=True)

    class Meta:
        model = TherapySession
        fields = [
            "id", "patient", "patient_name", "session_date", "title", "language", "note_format",
            "started_at", "ended_at", "modality", "place", "participants", "diagnosis", "speakers_expected",
            "status", "status_changed_at", "progress", "recording", "created_at", "updated_at",
        ]  # fmt: skip
        read_only_fields = ["status", "progress"]

    def validate_patient(self, patient: Patient) -> Patient:
        """Own patients only."""
        if patient.therapist_id != self.context["request"].user.pk:
            raise serializers.ValidationError("There is no such patient.")
        return patient


class PatientSerializer(serializers.ModelSerializer[Patient]):
    """A patient's columns."""

    class Meta:
        model = Patient
        exclude = ["therapist", "deleted_at"]


class ClaimSerializer(serializers.ModelSerializer[Claim]):
    """A claim's columns."""

    class Meta:
        model = Claim
        exclude = ["report"]


class RiskFlagSerializer(serializers.ModelSerializer[RiskFlag]):
    """A flag's columns."""

    class Meta:
        model = RiskFlag
        exclude = ["report"]


class ReportSerializer(serializers.ModelSerializer[Report]):
    """A report with its rows."""

    claims = ClaimSerializer(many=True, read_only=True)
    risk_flags = RiskFlagSerializer(many=True, read_only=True)

    class Meta:
        model = Report
        fields = "__all__"


class Pages(pagination.PageNumberPagination):
    """As many rows a page as the product."""

    page_size = 25


class Plain(generics.GenericAPIView[Any]):
    """What every view here shares."""

    authentication_classes = (JWTAuthentication,)
    permission_classes = (IsAuthenticated,)
    renderer_classes = (JSONRenderer,)
    throttle_classes = ()
    filter_backends = ()
    pagination_class = Pages


class Sessions(Plain, generics.ListCreateAPIView[TherapySession]):
    """GET a page, POST one."""

    serializer_class = SessionSerializer

    def get_queryset(self) -> QuerySet[TherapySession]:
        """The caller's."""
        own = TherapySession.objects.filter(therapist=self.request.user.pk, patient__deleted_at=None)
        return own.select_related("patient", "recording")

    def perform_create(self, serializer: Any) -> None:
        """One insert."""
        serializer.save(therapist=self.request.user)


class Session(Plain, generics.RetrieveAPIView[TherapySession]):
    """GET one."""

    serializer_class = SessionSerializer
    get_queryset = Sessions.get_queryset


class Patients(Plain, generics.ListAPIView[Patient]):
    """GET a page."""

    serializer_class = PatientSerializer

    def get_queryset(self) -> QuerySet[Patient]:
        """The caller's."""
        return Patient.objects.filter(therapist=self.request.user.pk, deleted_at=None)


class OnePatient(Plain, generics.RetrieveAPIView[Patient]):
    """GET one."""

    serializer_class = PatientSerializer
    get_queryset = Patients.get_queryset


class OneReport(Plain, generics.RetrieveAPIView[Report]):
    """GET one."""

    serializer_class = ReportSerializer
    lookup_field = "session"
    lookup_url_kwarg = "pk"

    def get_queryset(self) -> QuerySet[Report]:
        """The caller's."""
        own = Report.objects.filter(session__therapist=self.request.user.pk)
        return own.prefetch_related("claims", "risk_flags")


urlpatterns = [
    path("sessions", Sessions.as_view()),
    path("sessions/<uuid:pk>", Session.as_view()),
    path("sessions/<uuid:pk>/report", OneReport.as_view()),
    path("patients", Patients.as_view()),
    path("patients/<uuid:pk>", OnePatient.as_view()),
]
