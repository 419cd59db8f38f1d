"""Who sends a request: the access token's therapist, if the token is of the present generation."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from rest_framework_simplejwt.authentication import JWTAuthentication
from rest_framework_simplejwt.exceptions import AuthenticationFailed
from rest_framework_simplejwt.tokens import Token

from accounts.models import Therapist

GENERATION_CLAIM = "generation"
REFRESH_ID_CLAIM = "refresh_id"


class TherapistAuthentication(JWTAuthentication):
    """simplejwt's reading of the header, and a check that ends every session at once.

    A changed password and "sign out everywhere" raise `Therapist.token_generation`, so access
    tokens that were given out before are refused though they have not expired.
    """

    def get_user(self, validated_token: Token) -> Therapist:  # type: ignore[override]
        """The active therapist of the token.

        Raises:
            AuthenticationFailed: unknown, inactive, or signed out since.
        """
        try:
            therapist = super().get_user(validated_token)
        except ValidationError as error:
            raise AuthenticationFailed("No id of a therapist.") from error
        assert isinstance(therapist, Therapist)  # noqa: S101
        if validated_token.get(GENERATION_CLAIM, 0) != therapist.token_generation:
            raise AuthenticationFailed("This session has ended.")
        return therapist
