"""Addresses of `patients`."""

from django.urls import URLPattern, URLResolver, path

from patients.consent_views import PatientConsentsView
from patients.views import PatientDetailView, PatientListView, PatientRestoreView

urlpatterns: list[URLPattern | URLResolver] = [
    path("patients", PatientListView.as_view(), name="patients"),
    path("patients/<uuid:patient_id>", PatientDetailView.as_view(), name="patient"),
    path("patients/<uuid:patient_id>/consents", PatientConsentsView.as_view(), name="patient-consents"),
    path("patients/<uuid:patient_id>/restore", PatientRestoreView.as_view(), name="patient-restore"),
]
