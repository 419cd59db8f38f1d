"""`check_storage` with local files."""

from __future__ import annotations

import io
import os
import time
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from sessions_app.models import Recording, TherapySession, Upload
from sessions_app.services.media_erasure import erasure_unless_claimed
from sessions_app.services.uploads import upload_create
from sessions_app.tests.conftest import files_under
from sessions_app.tests.factories import stored_recording

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media_root")]


def said(*, fails: bool = False, **options: Any) -> list[str]:
    output = io.StringIO()
    if fails:
        with pytest.raises(CommandError, match="differ"):
            call_command("check_storage", stdout=output, **options)
    else:
        call_command("check_storage", stdout=output, **options)
    return output.getvalue().splitlines()


def leave(media_root: Path, name: str, days: float) -> Path:
    """A file of so many days ago."""
    path = media_root / "media" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"left")
    then = time.time() - days * 86400
    for one in (path, path.parent):
        os.utime(one, (then, then))
    return path


def test_it_finds_and_removes_what_nobody_knows_of(session: TherapySession, media_root: Path) -> None:
    recording = stored_recording(session)
    upload = upload_create(session_id=session.pk, filename="a", size=None, sha256="")
    leave(media_root, f"uploads/{upload.pk}/000001", 3)
    leave(media_root, "uploads/7e6bca63-a19b-4b45-9a52-0d1a1f6b0000/000001", 3)
    leave(media_root, "recordings/old", 3)
    leave(media_root, "recordings/young", 0)
    leave(media_root, "recordings/planned", 3)
    erasure_unless_claimed("recordings/planned")
    assert [line.partition(" since")[0] for line in said(fails=True)[1:]] == [
        "nobody knows of: recordings/old, 4 bytes",
        "nobody knows of: parts in uploads/7e6bca63-a19b-4b45-9a52-0d1a1f6b0000",
    ]
    assert said(delete=True)[-1] == "2 removed."
    assert [file.removeprefix("media/") for file in files_under(media_root)] == sorted(
        [recording.storage_key, "recordings/planned", "recordings/young", f"uploads/{upload.pk}/000001"]
    )
    assert Upload.objects.count() == 1


def test_it_finds_what_is_missing_or_damaged(session: TherapySession, media_root: Path) -> None:
    recording = stored_recording(session)
    path = media_root / "media" / recording.storage_key
    path.write_bytes(b"y" * recording.size_bytes)
    assert said() == ["1 object(s), 1000 bytes in the storage."]
    assert said(read=True, fails=True)[-1] == f"damaged: {recording.storage_key} of session {session.pk}"
    path.unlink()
    assert said(fails=True)[-1] == f"missing: {recording.storage_key} of session {session.pk}"
    Recording.objects.update(deleted_at="2026-01-01T00:00:00Z")
    assert said() == ["0 object(s), 0 bytes in the storage."]
