"""The therapist and the manager."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction

from accounts.models import Therapist

pytestmark = pytest.mark.django_db


def test_addresses_are_kept_in_lower_case() -> None:
    therapist = Therapist.objects.create_user("Ada@Clinic.EXAMPLE", "x", full_name="Ada")
    assert str(therapist) == "ada@clinic.example"
    assert Therapist.objects.get_by_natural_key("ADA@clinic.example") == therapist


def test_the_database_keeps_one_account_for_an_address_in_any_case() -> None:
    Therapist.objects.create(email="ada@clinic.example")
    with pytest.raises(IntegrityError), transaction.atomic():
        Therapist.objects.create(email="ADA@clinic.example")


def test_operators_are_made_by_the_command() -> None:
    call_command("createsuperuser", interactive=False, email="op@clinic.example", full_name="Op", verbosity=0)
    operator = Therapist.objects.get()
    assert operator.is_staff and operator.is_superuser
    assert not operator.has_usable_password()
