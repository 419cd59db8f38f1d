"""Therapists for tests; the password of each is `PASSWORD`."""

from __future__ import annotations

import factory.django
from factory.declarations import Sequence
from factory.faker import Faker

from accounts.models import Therapist

PASSWORD = "orchid-lamp-9-harbour"


class TherapistFactory(factory.django.DjangoModelFactory[Therapist]):
    """A therapist who can sign in."""

    class Meta:
        model = Therapist
        skip_postgeneration_save = True

    email = Sequence(lambda n: f"therapist{n}@clinic.example")
    full_name = Faker("name")
    password = factory.django.Password(PASSWORD)
