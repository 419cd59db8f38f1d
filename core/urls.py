"""The addresses of the product; each app's own are in its urls.py."""

from django.urls import include, path
from django.views.generic import RedirectView

from core.api.docs import DocsView, SchemaView
from core.api.health import HealthView, ReadyView
from core.web_ui import root, web_ui

urlpatterns = [
    path("", root),
    path("app", RedirectView.as_view(url="/app/")),
    path("app/", web_ui),
    path("app/<path:path>", web_ui),
    path("", include("accounts.urls")),
    path("", include("patients.urls")),
    path("", include("sessions_app.urls")),
    path("", include("reports.urls")),
    path("health", HealthView.as_view(), name="health"),
    path("health/ready", ReadyView.as_view(), name="health-ready"),
    path("schema", SchemaView.as_view(), name="schema"),
    path("docs", DocsView.as_view(), name="docs"),
]

handler400 = "core.api.exception_handler.bad_request"
handler403 = "core.api.exception_handler.forbidden"
handler404 = "core.api.exception_handler.not_found"
handler500 = "core.api.exception_handler.server_error"
