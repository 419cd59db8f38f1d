"""Tokens: given out at sign-in, rotated at refresh, refused after sign-out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from rest_framework_simplejwt.exceptions import TokenError
from rest_framework_simplejwt.token_blacklist.models import BlacklistedToken, OutstandingToken
from rest_framework_simplejwt.tokens import RefreshToken

from accounts.authentication import GENERATION_CLAIM, REFRESH_ID_CLAIM
from accounts.models import Therapist
from core.errors import ApplicationError

REMEMBER_CLAIM = "remember"
LEEWAY = timedelta(seconds=10)
"""For a refresh token in a cookie, see `token_rotate`."""


class TherapistRefreshToken(RefreshToken):
    """A refresh token that carries the therapist's token generation, as its access tokens do."""

    @classmethod
    def for_user(cls, user: Therapist, *, remember: bool = False) -> TherapistRefreshToken:  # type: ignore[override]
        """A token of the present generation, remembered so that it can be refused later."""
        token = cls()
        if remember:
            token.set_exp(lifetime=timedelta(days=settings.REFRESH_TOKEN_REMEMBER_DAYS))
        token["user_id"] = str(user.pk)
        token[GENERATION_CLAIM] = user.token_generation
        token[REFRESH_ID_CLAIM] = token["jti"]
        token[REMEMBER_CLAIM] = remember
        OutstandingToken.objects.create(
            user=user,
            jti=token["jti"],
            # Only the id is needed to refuse a token; the token itself would be a stored credential.
            token="",
            created_at=token.current_time,
            expires_at=datetime.fromtimestamp(token["exp"], tz=token.current_time.tzinfo),
        )
        return token

    def check_blacklist(self) -> None:
        """Left to those who read it here: a token that was traded just now has a leeway."""


@dataclass(frozen=True, slots=True)
class TokenPair:
    """What a sign-in gives; `remember` says that it is to outlive the browser's session."""

    access: str
    refresh: str
    remember: bool = False


def token_issue(*, therapist: Therapist, remember: bool = False) -> TokenPair:
    """A new session for a therapist."""
    refresh = TherapistRefreshToken.for_user(therapist, remember=remember)
    return TokenPair(access=str(refresh.access_token), refresh=str(refresh), remember=remember)


def token_rotate(*, raw: str, leeway: timedelta = timedelta()) -> TokenPair:
    """Trade a refresh token for a new pair; the old one is refused from now on.

    Args:
        raw: the refresh token.
        leeway: how long after its trade it is taken once more. A page that is left while the answer
            is on its way never sees the new cookie; without a leeway that would sign its user out.

    Raises:
        ApplicationError: `not_authenticated` when it is not valid, was used before, or its
            therapist may not sign in any more.
    """
    token = _read(raw)
    with transaction.atomic():
        therapist = _owner(token)
        # One of two requests with the same token is first; the other gets nothing.
        if not _refuse(token["jti"]) and not _traded_since(token["jti"], timezone.now() - leeway):
            raise ApplicationError("not_authenticated")
        return token_issue(therapist=therapist, remember=bool(token.get(REMEMBER_CLAIM)))


def token_owner(*, raw: str) -> Therapist:
    """The therapist of a valid refresh token.

    Raises:
        ApplicationError: `not_authenticated`.
    """
    token = _read(raw)
    if not OutstandingToken.objects.filter(jti=token["jti"], blacklistedtoken=None).exists():
        raise ApplicationError("not_authenticated")
    return _owner(token)


def token_revoke(*, raw: str) -> None:
    """Refuse a refresh token from now on; one that is not valid any more needs no refusing."""
    try:
        token = _read(raw)
    except ApplicationError:
        return
    token_revoke_id(refresh_id=token["jti"])


def token_revoke_id(*, refresh_id: str) -> None:
    """Refuse a refresh token by its id, and its owner's that were traded just now: no leeway outlives it."""
    outstanding = OutstandingToken.objects.filter(jti=refresh_id).first()
    if outstanding is not None:
        traded = OutstandingToken.objects.filter(user=outstanding.user, blacklistedtoken__isnull=False)
        traded.filter(blacklistedtoken__blacklisted_at__gt=timezone.now() - LEEWAY).delete()
        OutstandingToken.objects.filter(pk=outstanding.pk).delete()


def token_revoke_all(*, therapist: Therapist) -> None:
    """End every session of a therapist at once, access tokens included."""
    Therapist.objects.filter(pk=therapist.pk).update(
        token_generation=F("token_generation") + 1, updated_at=timezone.now()
    )
    therapist.refresh_from_db(fields=["token_generation"])
    OutstandingToken.objects.filter(user=therapist).delete()


def tokens_purge() -> int:
    """Forget tokens that have expired; returns how many."""
    removed, _ = OutstandingToken.objects.filter(expires_at__lte=timezone.now()).delete()
    return removed


def _read(raw: str) -> TherapistRefreshToken:
    try:
        return TherapistRefreshToken(raw)  # type: ignore[arg-type]
    except TokenError as error:
        raise ApplicationError("not_authenticated") from error


def _owner(token: TherapistRefreshToken) -> Therapist:
    therapist = Therapist.objects.filter(pk=token["user_id"], is_active=True).first()
    if therapist is None or token.get(GENERATION_CLAIM) != therapist.token_generation:
        raise ApplicationError("not_authenticated")
    return therapist


def _refuse(jti: str) -> bool:
    """True for the one caller that refuses it first; a token nobody gave out is not refused."""
    outstanding = OutstandingToken.objects.filter(jti=jti).first()
    if outstanding is None:
        return False
    _, first = BlacklistedToken.objects.get_or_create(token=outstanding)
    return first


def _traded_since(jti: str, since: datetime) -> bool:
    return BlacklistedToken.objects.filter(token__jti=jti, blacklisted_at__gt=since).exists()
