"""A pass to hear one recording: for media elements, which can send no Authorization header.

An element that streams asks for ranges by itself, under an address. The pass in that address opens
one session's sound to one therapist, for a quarter of an hour, and nothing else; "sign out
everywhere" ends it at once, as it ends access tokens.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.core import signing
from django.utils import timezone
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from accounts.models import Therapist

PARAMETER = "pass"
LASTS = timedelta(minutes=15)
_SALT = "sessions_app.audio_pass"


@dataclass(frozen=True, slots=True)
class AudioPass:
    """The signed text and when it ends."""

    text: str
    expires_at: datetime


def audio_pass(therapist: Therapist, session_id: UUID) -> AudioPass:
    """A pass from now on; whether the session is the therapist's is looked at when it is used, too."""
    bound = [str(session_id), str(therapist.pk), therapist.token_generation]
    return AudioPass(text=signing.dumps(bound, salt=_SALT), expires_at=timezone.now() + LASTS)


def by_pass(request: Request) -> bool:
    """Whether a pass let this request in, and no token."""
    return isinstance(request.successful_authenticator, AudioPassAuthentication)


class AudioPassAuthentication(BaseAuthentication):
    """The therapist of a pass that was made for the session in the address."""

    def authenticate(self, request: Request) -> tuple[Therapist, None] | None:
        """None without a pass.

        Raises:
            AuthenticationFailed: expired, not ours, of another session, or signed out everywhere since.
        """
        text = request.query_params.get(PARAMETER)
        if text is None:
            return None
        try:
            session_id, therapist_id, generation = signing.loads(text, salt=_SALT, max_age=LASTS)
        except signing.BadSignature as error:
            raise AuthenticationFailed("This address has expired.") from error
        if session_id != str(request.parser_context["kwargs"]["session_id"]):
            raise AuthenticationFailed("This address is of another session.")
        present = Therapist.objects.filter(pk=therapist_id, is_active=True, token_generation=generation)
        therapist = present.first()
        if therapist is None:
            raise AuthenticationFailed("This session has ended.")
        return therapist, None


class AudioPassScheme(OpenApiAuthenticationExtension):
    """How the OpenAPI document names it."""

    target_class = AudioPassAuthentication
    name = "audioPass"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        """A value in the address."""
        return {"type": "apiKey", "in": "query", "name": PARAMETER}
