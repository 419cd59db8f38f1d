"""What the calls under /auth take and answer."""

from __future__ import annotations

from functools import lru_cache
from typing import Any
from zoneinfo import available_timezones

from rest_framework import serializers

from accounts.countries import COUNTRY_CODES
from accounts.models import Therapist
from core.api.serializers import StrictModelSerializer, StrictSerializer

PROFILE_FIELDS = [
    "full_name",
    "specialization",
    "license_number",
    "credentials",
    "clinic_name",
    "country",
    "language",
    "time_zone",
    "note_format",
]
MAX_PASSWORD_LENGTH = 256


@lru_cache(maxsize=1)
def _time_zones() -> frozenset[str]:
    return frozenset(available_timezones() | {"UTC"})


class PasswordField(serializers.CharField):
    """A password: as it was typed, and never answered."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            write_only=True,
            trim_whitespace=False,
            max_length=MAX_PASSWORD_LENGTH,
            style={"input_type": "password"},
            **kwargs,
        )


class TherapistSerializer(StrictModelSerializer):
    """The profile; id, email and created_at cannot be written."""

    created_at = serializers.DateTimeField(source="date_joined", read_only=True)

    class Meta:
        model = Therapist
        fields = ["id", "email", *PROFILE_FIELDS, "created_at"]
        read_only_fields = ["id", "email"]

    def validate_time_zone(self, value: str) -> str:
        """An IANA name such as Africa/Cairo."""
        if value not in _time_zones():
            raise serializers.ValidationError(
                "Not a time zone such as Africa/Cairo or UTC.", "invalid_choice"
            )
        return value

    def validate_country(self, value: str) -> str:
        """An ISO 3166 code in capitals, or nothing."""
        value = value.upper()
        if value and value not in COUNTRY_CODES:
            raise serializers.ValidationError(
                "Not a country code of two letters (ISO 3166).", "invalid_choice"
            )
        return value


class TherapistRegisterSerializer(TherapistSerializer):
    """A new account: e-mail address, password, and what is known of the profile."""

    email = serializers.EmailField(max_length=254)
    password = PasswordField()

    class Meta(TherapistSerializer.Meta):
        fields = ["email", "password", *PROFILE_FIELDS]
        read_only_fields: list[str] = []


class LoginSerializer(StrictSerializer):
    """`otp` is taken for later: nobody has a second factor yet."""

    email = serializers.CharField(max_length=254)
    password = PasswordField()
    otp = serializers.CharField(required=False, allow_blank=True, max_length=16, write_only=True)
    remember = serializers.BooleanField(
        required=False, default=False, help_text="Stay signed in for 30 days instead of one."
    )


class LoginAnswerSerializer(serializers.Serializer[Any]):
    """`refresh` is left out when it was put into the cookie."""

    access = serializers.CharField()
    refresh = serializers.CharField(required=False)
    therapist = TherapistSerializer()


class TokenPairSerializer(serializers.Serializer[Any]):
    """`refresh` is left out when it was put into the cookie."""

    access = serializers.CharField()
    refresh = serializers.CharField(required=False)


class RefreshSerializer(StrictSerializer):
    """The refresh token, unless the cookie holds it."""

    refresh = serializers.CharField(required=False, max_length=4096)


class LogoutSerializer(StrictSerializer):
    """The refresh token, unless the cookie holds it; `everywhere` ends all sessions."""

    refresh = serializers.CharField(required=False, max_length=4096)
    everywhere = serializers.BooleanField(required=False, default=False)


class PasswordChangeSerializer(StrictSerializer):
    """The password as it is, and as it shall be."""

    current_password = PasswordField()
    new_password = PasswordField()


class PasswordResetSerializer(StrictSerializer):
    """Whose password."""

    email = serializers.CharField(max_length=254)


class PasswordResetConfirmSerializer(StrictSerializer):
    """The two values of the e-mail, and the new password."""

    uid = serializers.CharField(max_length=200)
    token = serializers.CharField(max_length=200)
    new_password = PasswordField()
