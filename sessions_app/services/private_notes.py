"""The private note: read and written by its author, in every state of the session."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from accounts.models import Therapist
from core.api.preconditions import refuse_mismatch
from sessions_app.models import PrivateNote, TherapySession
from sessions_app.services.guards import session_locked_row


def private_note_get(*, session: TherapySession, author: Therapist) -> PrivateNote:
    """The author's note on a session; one that was never written is empty and not stored."""
    stored = PrivateNote.objects.filter(session=session, author=author).first()
    return stored or PrivateNote(session=session, author=author)


@transaction.atomic
def private_note_put(
    *, session_id: UUID, author: Therapist, text: str, if_match: str | None = None
) -> PrivateNote:
    """Write the note; the same text again is no new version.

    A signed report or running work does not stop it: the note is no part of the record.

    Raises:
        ApplicationError: `not_found` when the session was deleted meanwhile, `edit_conflict`.
    """
    note = private_note_get(session=session_locked_row(session_id), author=author)
    refuse_mismatch(if_match, private_note_etag(note))
    if note.text != text:
        note.text = text
        note.version += 1
        note.save()
    return note


def private_note_etag(note: PrivateNote) -> str:
    """Changes with every write."""
    return f'"{note.session_id.hex[:12]}-{note.version}"'
