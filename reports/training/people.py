"""What the chart knows of the people in a session, for taking it out, and their keyed names."""

from __future__ import annotations

import re

from django.utils.crypto import salted_hmac

from ml.deidentify.identifiers import KnownIdentifiers
from ml.schemas.dialogue import Split
from sessions_app.models import TherapySession

_BETWEEN_NAMES = re.compile(r"[,;&/\n]| and ")
_HUNDRED = 100
_TRAIN, _VALIDATION = 80, 90


def known_identifiers(session: TherapySession) -> KnownIdentifiers:
    """Names, contacts, numbers and the birthday in the chart of this session."""
    patient, therapist = session.patient, session.therapist
    speakers = session.transcript.speakers.values()
    names = [patient.full_name, therapist.full_name, *(str(s.get("name") or "") for s in speakers)]
    names += [name.strip() for name in _BETWEEN_NAMES.split(session.participants)]
    return KnownIdentifiers(
        names=_given(names),
        phrases=_given(
            [therapist.clinic_name, session.place, patient.email, therapist.email, patient.external_id]
        ),
        numbers=_given([patient.phone, patient.external_id, therapist.license_number]),
        dates=(patient.date_of_birth,) if patient.date_of_birth else (),
    )


def keyed(kind: str, value: object) -> str:
    """A name for a row that only this deployment, which holds the secret key, can make again."""
    return salted_hmac(f"training-set.{kind}", str(value), algorithm="sha256").hexdigest()[:32]


def split_of(subject: str) -> Split:
    """The split of a patient: all their sessions go into one, whatever else is exported."""
    share = int(subject[:8], 16) % _HUNDRED
    if share < _TRAIN:
        return Split.TRAIN
    return Split.VALIDATION if share < _VALIDATION else Split.TEST


def _given(values: list[str]) -> tuple[str, ...]:
    return tuple(value for value in values if value.strip())
