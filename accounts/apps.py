"""The Django app `accounts`."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """`accounts` as Django sees it."""

    name = "accounts"
