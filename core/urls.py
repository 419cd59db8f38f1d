"""The addresses of the product; each app's own are in its urls.py."""

from django.urls import include, path

urlpatterns = [
    path("", include("accounts.urls")),
    path("", include("patients.urls")),
    path("", include("sessions_app.urls")),
    path("", include("reports.urls")),
]
