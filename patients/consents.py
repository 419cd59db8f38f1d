"""Consent: what a patient agreed to, when, how, and who wrote it down."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string

from accounts.models import Therapist
from patients.models import Consent, ConsentMethod, Patient, Scope

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Consents:
    """A patient's present answers, one for each scope."""

    record: Consent
    ai_processing: Consent
    retain_audio: Consent
    retain_transcript: Consent
    training_use: Consent


def consents_get(*, patient: Patient) -> Consents:
    """The present answers; the deployment's start stands in where nothing was ever recorded."""
    stored = {row.scope: row for row in Consent.objects.filter(patient=patient, current=True)}
    return Consents(**{scope.value: stored.get(scope) or _start(patient, scope) for scope in Scope})


def consents_missing(patient_ids: Iterable[UUID], scopes: Iterable[str]) -> dict[UUID, list[str]]:
    """For each patient the scopes among these that are not agreed to; one query for all."""
    wanted, ids = list(scopes), set(patient_ids)
    rows = Consent.objects.filter(patient__in=ids, scope__in=wanted, current=True)
    answers = {(row.patient_id, row.scope): row.granted for row in rows}
    return {
        pk: [scope for scope in wanted if not answers.get((pk, scope), scope in settings.CONSENT_DEFAULTS)]
        for pk in ids
    }


def consents_begin(*, patient: Patient) -> None:
    """Write down what a new patient starts with, so that a later change of the setting is not theirs."""
    now = timezone.now()
    rows = [_start(patient, scope) for scope in Scope]
    for row in rows:
        row.recorded_at = now
    Consent.objects.bulk_create(rows)


@transaction.atomic
def consents_put(
    *, patient: Patient, therapist: Therapist, answers: Mapping[str, Mapping[str, Any]]
) -> Consents:
    """Record answers; a scope that is left out, or says what it said, stays as it is.

    A withdrawal takes effect at once: the hooks stop what it no longer allows.
    """
    # no_key: whoever holds a session of this patient may look the patient up, as its foreign key does.
    Patient.objects.select_for_update(no_key=True).get(pk=patient.pk)
    present = consents_get(patient=patient)
    changed = False
    for scope, answer in answers.items():
        standing: Consent = getattr(present, scope)
        if (standing.granted, standing.method) == (answer["granted"], answer["method"]):
            continue
        Consent.objects.filter(patient=patient, scope=scope, current=True).update(current=False)
        Consent.objects.create(
            patient=patient,
            scope=scope,
            granted=answer["granted"],
            method=answer["method"],
            recorded_at=timezone.now(),
            recorded_by=therapist,
            recorded_by_name=therapist.full_name,
        )
        changed = True
    if changed:
        logger.info("consents of patient %s changed", patient.pk)
        for path in settings.CONSENT_CHANGED_HOOKS:
            import_string(path)(patient.pk)
    return consents_get(patient=patient)


def _start(patient: Patient, scope: Scope) -> Consent:
    granted = scope.value in settings.CONSENT_DEFAULTS
    return Consent(patient=patient, scope=scope, granted=granted, method=ConsentMethod.DEFAULT)
