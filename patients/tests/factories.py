"""Patients for tests."""

from __future__ import annotations

import factory.django
from django.utils import timezone
from factory.declarations import LazyFunction, SubFactory, Trait
from factory.faker import Faker

from accounts.tests.factories import TherapistFactory
from patients.models import Patient


class PatientFactory(factory.django.DjangoModelFactory[Patient]):
    """A patient of a therapist of their own; `PatientFactory(deleted=True)` waits to be erased."""

    class Meta:
        model = Patient

    class Params:
        deleted = Trait(deleted_at=LazyFunction(timezone.now))

    therapist = SubFactory(TherapistFactory)
    full_name = Faker("name")
