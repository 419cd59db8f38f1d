"""Addresses of `accounts`."""

from django.urls import URLPattern, URLResolver, path

from accounts.views.account import MeView, RegisterView
from accounts.views.passwords import PasswordResetConfirmView, PasswordResetView, PasswordView
from accounts.views.sessions import LoginView, LogoutView, RefreshView

urlpatterns: list[URLPattern | URLResolver] = [
    path("auth/register", RegisterView.as_view(), name="auth-register"),
    path("auth/login", LoginView.as_view(), name="auth-login"),
    path("auth/refresh", RefreshView.as_view(), name="auth-refresh"),
    path("auth/logout", LogoutView.as_view(), name="auth-logout"),
    path("auth/me", MeView.as_view(), name="auth-me"),
    path("auth/password", PasswordView.as_view(), name="auth-password"),
    path("auth/password/reset", PasswordResetView.as_view(), name="auth-password-reset"),
    path(
        "auth/password/reset/confirm",
        PasswordResetConfirmView.as_view(),
        name="auth-password-reset-confirm",
    ),
]
