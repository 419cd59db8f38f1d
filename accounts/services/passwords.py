"""Passwords: checked, changed by their owner, reset by e-mail without telling who has an account."""

from __future__ import annotations

import logging
import uuid

from axes.utils import reset as axes_reset
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.contrib.auth.tokens import default_token_generator
from django.core.exceptions import ValidationError
from django.core.mail import send_mail
from django.db import transaction
from django.utils.http import urlencode, urlsafe_base64_decode, urlsafe_base64_encode
from rest_framework.exceptions import ErrorDetail
from rest_framework.fields import get_error_detail

from accounts.models import Therapist
from accounts.services.tokens import TokenPair, token_issue, token_revoke_all
from core.errors import ApplicationError

logger = logging.getLogger(__name__)

NOT_THE_PASSWORD = ErrorDetail("This is not the password.", "password_wrong")
TOKEN_SPENT = ErrorDetail("This is not valid, or not any more.", "token_spent")
SUBJECT = "Reset your password"
BODY = """\
Somebody, probably you, asked to reset the password of your account.

{instructions}

This works once, for {minutes} minutes. If it was not you, ignore this e-mail.
"""


def password_check(*, password: str, therapist: Therapist, field: str) -> None:
    """Hold a new password against the validators.

    Raises:
        ApplicationError: `validation_error` under `field`, with each rule that is broken.
    """
    try:
        validate_password(password, therapist)
    except ValidationError as error:
        raise ApplicationError("validation_error", errors={field: get_error_detail(error)}) from error


def password_change(*, therapist: Therapist, current: str, new: str) -> TokenPair:
    """Change the password and end every other session; returns the new session's tokens.

    Raises:
        ApplicationError: `validation_error` when the current one is wrong or the new one weak.
    """
    if not therapist.check_password(current):
        raise ApplicationError("validation_error", errors={"current_password": [NOT_THE_PASSWORD]})
    password_check(password=new, therapist=therapist, field="new_password")
    with transaction.atomic():
        _set_password(therapist, new)
        return token_issue(therapist=therapist)


def password_reset_send(*, therapist_id: uuid.UUID) -> None:
    """Send the e-mail with the token that sets a new password; nothing for nobody."""
    therapist = Therapist.objects.filter(pk=therapist_id, is_active=True).first()
    if therapist is None:
        return
    values = {
        "uid": urlsafe_base64_encode(str(therapist.pk).encode()),
        "token": default_token_generator.make_token(therapist),
    }
    if settings.PASSWORD_RESET_URL:
        instructions = f"Open {settings.PASSWORD_RESET_URL}?{urlencode(values)}"
    else:
        instructions = f"uid: {values['uid']}\ntoken: {values['token']}"
    minutes = settings.PASSWORD_RESET_TIMEOUT // 60
    body = BODY.format(instructions=instructions, minutes=minutes)
    send_mail(SUBJECT, body, None, [therapist.email])
    logger.info("password reset sent to therapist %s", therapist.pk)


def password_reset_confirm(*, uid: str, token: str, new: str) -> None:
    """Set a new password with the token of the e-mail; ends every session and lockout.

    Raises:
        ApplicationError: `validation_error` for a token that is wrong, old or used, or a weak password.
    """
    therapist = _by_uid(uid)
    if therapist is None or not default_token_generator.check_token(therapist, token):
        raise ApplicationError("validation_error", errors={"token": [TOKEN_SPENT]})
    password_check(password=new, therapist=therapist, field="new_password")
    with transaction.atomic():
        _set_password(therapist, new)
    axes_reset(username=therapist.email)


def _set_password(therapist: Therapist, password: str) -> None:
    therapist.set_password(password)
    therapist.save(update_fields=["password", "updated_at"])
    token_revoke_all(therapist=therapist)


def _by_uid(uid: str) -> Therapist | None:
    try:
        pk = uuid.UUID(urlsafe_base64_decode(uid).decode())
    except ValueError:
        return None
    return Therapist.objects.filter(pk=pk, is_active=True).first()
