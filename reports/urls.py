"""Addresses of `reports`."""

from django.urls import URLPattern, URLResolver, path

from reports.views.dashboard import DashboardView
from reports.views.export import ReportExportView
from reports.views.history import AddendumListView, ReportVersionListView
from reports.views.report import ReportView

urlpatterns: list[URLPattern | URLResolver] = [
    path("dashboard", DashboardView.as_view()),
    path("sessions/<uuid:session_id>/report", ReportView.as_view()),
    path("sessions/<uuid:session_id>/report/export", ReportExportView.as_view()),
    path("sessions/<uuid:session_id>/report/versions", ReportVersionListView.as_view()),
    path("sessions/<uuid:session_id>/report/addenda", AddendumListView.as_view()),
]
