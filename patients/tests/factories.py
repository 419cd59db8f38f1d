"""Patients for tests."""

from __future__ import annotations

import factory
from django.utils import timezone

from accounts.tests.factories import TherapistFactory
from patients.models import Patient


class PatientFactory(factory.django.DjangoModelFactory[Patient]):
    """A patient of a therapist of their own; `PatientFactory(deleted=True)` waits to be erased."""

    class Meta:
        model = Patient

    class Params:
        deleted = factory.Trait(deleted_at=factory.LazyFunction(timezone.now))

    therapist = factory.SubFactory(TherapistFactory)
    full_name = factory.Faker("name")
