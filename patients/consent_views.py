"""/patients/{id}/consents."""

from __future__ import annotations

import uuid
from typing import cast

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import Therapist
from patients.consent_serializers import ConsentsSerializer
from patients.consents import consents_get, consents_put
from patients.models import Patient
from patients.selectors import patient_get


class PatientConsentsView(APIView):
    """What a patient agreed to."""

    @extend_schema(operation_id="patients_consents_retrieve", responses=ConsentsSerializer)
    def get(self, request: Request, patient_id: uuid.UUID) -> Response:
        """Each scope with the answer, how and when it was given, and who recorded it."""
        return Response(ConsentsSerializer(consents_get(patient=self._patient(request, patient_id))).data)

    @extend_schema(
        operation_id="patients_consents_replace", request=ConsentsSerializer, responses=ConsentsSerializer
    )
    def put(self, request: Request, patient_id: uuid.UUID) -> Response:
        """Record answers. Withdrawing `ai_processing` stops work at once (`consent_missing`)."""
        patient = self._patient(request, patient_id)
        serializer = ConsentsSerializer(consents_get(patient=patient), data=request.data)
        serializer.is_valid(raise_exception=True)
        consents = consents_put(
            patient=patient,
            therapist=cast("Therapist", request.user),
            answers=serializer.validated_data,
        )
        return Response(ConsentsSerializer(consents).data)

    def _patient(self, request: Request, patient_id: uuid.UUID) -> Patient:
        return patient_get(therapist=cast("Therapist", request.user), patient_id=patient_id)
