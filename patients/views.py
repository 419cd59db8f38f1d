"""The calls under /patients."""

from __future__ import annotations

import uuid
from typing import Any, cast

from drf_spectacular.utils import extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import Therapist
from core.api.idempotency import IdempotentCreateMixin
from patients.filters import PatientFilterSet
from patients.models import Patient, PatientQuerySet
from patients.selectors import patient_get, patient_list
from patients.serializers import PatientSerializer
from patients.services import patient_create, patient_delete, patient_restore, patient_update
from patients.summaries import patients_summarise


class PatientListView(IdempotentCreateMixin, ListAPIView[Patient]):
    """All of one's patients."""

    serializer_class = PatientSerializer
    filterset_class = PatientFilterSet
    search_fields = ["full_name", "external_id", "email"]
    ordering_fields = ["full_name", "date_of_birth", "external_id", "created_at", "updated_at"]
    ordering = ["full_name"]

    def get_queryset(self) -> PatientQuerySet:
        """The caller's patients; with `?deleted=true` those that can be brought back."""
        if getattr(self, "swagger_fake_view", False):
            return Patient.objects.none()
        deleted = self.request.query_params.get("deleted") == "true"
        return patient_list(therapist=cast("Therapist", self.request.user), deleted=deleted)

    @extend_schema(operation_id="patients_list")
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """A page of patients."""
        patients = self.paginate_queryset(self.filter_queryset(self.get_queryset())) or []
        patients_summarise(patients, therapist=cast("Therapist", request.user))
        return self.get_paginated_response(PatientSerializer(patients, many=True).data)

    @extend_schema(
        operation_id="patients_create",
        filters=False,
        request=PatientSerializer,
        responses={201: PatientSerializer},
    )
    def post(self, request: Request) -> Response:
        """Add a patient."""
        serializer = PatientSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        patient = patient_create(therapist=cast("Therapist", request.user), **serializer.validated_data)
        return _answer(request, patient, status=201)


class PatientDetailView(APIView):
    """One patient."""

    @extend_schema(operation_id="patients_retrieve", responses=PatientSerializer)
    def get(self, request: Request, patient_id: uuid.UUID) -> Response:
        """The patient."""
        return _answer(request, self._patient(request, patient_id))

    @extend_schema(operation_id="patients_replace", request=PatientSerializer, responses=PatientSerializer)
    def put(self, request: Request, patient_id: uuid.UUID) -> Response:
        """Write the patient; a field that is left out keeps its value."""
        return self._write(request, patient_id, partial=False)

    @extend_schema(
        operation_id="patients_update", request=PatientSerializer(partial=True), responses=PatientSerializer
    )
    def patch(self, request: Request, patient_id: uuid.UUID) -> Response:
        """Change fields of the patient."""
        return self._write(request, patient_id, partial=True)

    @extend_schema(operation_id="patients_delete", responses={204: None})
    def delete(self, request: Request, patient_id: uuid.UUID) -> Response:
        """Take the patient away; within seven days `restore` undoes it, then all is erased."""
        patient_delete(patient=self._patient(request, patient_id))
        return Response(status=204)

    def _patient(self, request: Request, patient_id: uuid.UUID) -> Patient:
        return patient_get(therapist=cast("Therapist", request.user), patient_id=patient_id)

    def _write(self, request: Request, patient_id: uuid.UUID, *, partial: bool) -> Response:
        patient = self._patient(request, patient_id)
        # What was read can be sent back whole: the serializer compares it with what is stored.
        patients_summarise([patient], therapist=cast("Therapist", request.user))
        serializer = PatientSerializer(patient, data=request.data, partial=partial)
        serializer.is_valid(raise_exception=True)
        patient = patient_update(patient=patient, **serializer.validated_data)
        return Response(PatientSerializer(patient).data)


def _answer(request: Request, patient: Patient, status: int = 200) -> Response:
    patients_summarise([patient], therapist=cast("Therapist", request.user))
    return Response(PatientSerializer(patient).data, status=status)


class PatientRestoreView(APIView):
    """Undoing a deletion."""

    @extend_schema(operation_id="patients_restore", request=None, responses=PatientSerializer)
    def post(self, request: Request, patient_id: uuid.UUID) -> Response:
        """Bring a deleted patient back, with all that belonged to it."""
        patient = patient_restore(therapist=cast("Therapist", request.user), patient_id=patient_id)
        return _answer(request, patient)
