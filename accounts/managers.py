"""Making therapists; e-mail addresses are compared without regard to case."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.auth.base_user import BaseUserManager

if TYPE_CHECKING:
    from accounts.models import Therapist


class TherapistManager(BaseUserManager["Therapist"]):
    """Creates therapists with a normalised e-mail address and a hashed password."""

    use_in_migrations = True

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> Therapist:
        """A therapist who may sign in; `email` is stored in lower case."""
        therapist = self.model(email=self.normalize_email(email).lower(), **fields)
        therapist.set_password(password)
        therapist.save(using=self._db)
        return therapist

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> Therapist:
        """An operator with access to the admin."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> Therapist:
        """The therapist of an e-mail address in any case."""
        return self.get(email=(username or "").lower())
