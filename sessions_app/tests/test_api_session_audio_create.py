"""POST /sessions/{id}/audio."""

from __future__ import annotations

import errno
import hashlib
import io
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework.test import APIClient

from accounts.models import Therapist
from conftest import Api
from core.storage.incoming import IncomingFile
from core.storage.recordings import recording_store
from sessions_app import pipeline
from sessions_app.models import MediaErasure, Recording, Status, TherapySession, Transcript
from sessions_app.services import recordings
from sessions_app.tests.conftest import Commits, files_under, raw
from sessions_app.tests.factories import stored_recording, transcribed
from sessions_app.tests.media import m4a, silent_film, sound

pytestmark = pytest.mark.django_db


def send(client: APIClient, session: TherapySession, content: bytes, name: str = "a.wav", **more: Any) -> Any:
    file = SimpleUploadedFile(name, content)
    return client.post(f"/sessions/{session.pk}/audio", {"file": file, **more}, format="multipart")


def put(session: TherapySession, status: Status) -> None:
    TherapySession.objects.filter(pk=session.pk).update(status=status)


def test_it_works(
    api: Api, session: TherapySession, media_root: Path, started: list, commits: Commits
) -> None:
    content = m4a(1)
    with commits(execute=True):
        answer = send(api(session.therapist), session, content, "Visit 3.m4a")
    assert answer.status_code == 202, answer.content
    shown = answer.json()
    assert shown["status"] == "uploaded"
    assert shown["progress"]["stage"] == "transcription"
    assert shown["recording"]["filename"] == "Visit 3.m4a"
    assert shown["recording"]["media_type"] == "audio/mp4"
    assert shown["recording"]["size_bytes"] == len(content)
    assert shown["recording"]["sha256"] == hashlib.sha256(content).hexdigest()
    recording = Recording.objects.get()
    assert (media_root / "media" / recording.storage_key).read_bytes() == content
    assert (media_root / "media" / recording.storage_key).stat().st_mode & 0o077 == 0
    assert len(files_under(media_root)) == 1
    assert started == [("sessions_app.tasks.transcribe_session", str(session.pk))]
    assert not MediaErasure.objects.exists()


@pytest.mark.usefixtures("media_root", "fake_engine")
def test_the_pipeline_takes_over(
    api: Api, session: TherapySession, commits: Commits, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The report is another app's stage: nothing is sent for it here.
    monkeypatch.setattr("reports.tasks.generate_report.apply_async", lambda **_: None)
    with commits(execute=True):
        assert send(api(session.therapist), session, sound(1)).status_code == 202
    session.refresh_from_db()
    assert session.status == Status.TRANSCRIBED
    assert Transcript.objects.get().segments.count() == 4
    assert Recording.objects.get().duration_ms == 27_000


def test_anonymous_and_stranger(
    api: Api, anonymous: APIClient, other_therapist: Therapist, session: TherapySession, media_root: Path
) -> None:
    assert send(anonymous, session, sound()).status_code == 401
    assert send(api(other_therapist), session, sound()).status_code == 404
    assert files_under(media_root) == []


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (b"", (422, "empty_audio")),
        (b"Dear diary, this is only text.\n" * 50, (415, "unsupported_media")),
        (b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n", (415, "unsupported_media")),
    ],
)
def test_what_is_no_recording(
    api: Api, session: TherapySession, media_root: Path, content: bytes, refusal: tuple[int, str]
) -> None:
    answer = send(api(session.therapist), session, content, "renamed.mp3")
    assert (answer.status_code, answer.json()["code"]) == refusal
    assert files_under(media_root) == []
    session.refresh_from_db()
    assert session.status == Status.CREATED


def test_a_video_without_sound(api: Api, session: TherapySession, media_root: Path) -> None:
    answer = send(api(session.therapist), session, silent_film(), "film.mp4")
    assert (answer.status_code, answer.json()["code"]) == (422, "no_audio_stream")
    assert files_under(media_root) == []


def test_an_m4a_without_its_index(api: Api, session: TherapySession, media_root: Path) -> None:
    whole = m4a(3)
    answer = send(api(session.therapist), session, whole[: len(whole) // 2], "cut.m4a")
    assert (answer.status_code, answer.json()["code"]) == (422, "corrupted_audio")
    assert files_under(media_root) == []


def test_too_large_is_told_before_the_body_is_read(
    api: Api, session: TherapySession, media_root: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.UPLOAD_MAX_BYTES = 1000
    monkeypatch.setattr(IncomingFile, "write", lambda *_: pytest.fail("the body was read"))
    answer = send(api(session.therapist), session, b"x" * 200_000)
    assert (answer.status_code, answer.json()["code"]) == (413, "file_too_large")
    assert answer.json()["max_bytes"] == 1000


def test_too_large_by_a_little(api: Api, session: TherapySession, media_root: Path, settings: Any) -> None:
    settings.UPLOAD_MAX_BYTES = 1000
    answer = send(api(session.therapist), session, b"x" * 1001)
    assert (answer.status_code, answer.json()["code"]) == (413, "file_too_large")
    assert files_under(media_root) == []


@pytest.mark.parametrize(
    "status", [Status.UPLOADED, Status.TRANSCRIBING, Status.TRANSCRIBED, Status.REPORTING]
)
def test_a_second_upload_while_running(
    api: Api, session: TherapySession, media_root: Path, status: Status
) -> None:
    old = stored_recording(session)
    put(session, status)
    answer = send(api(session.therapist), session, sound())
    assert (answer.status_code, answer.json()["code"]) == (409, "session_busy")
    assert Recording.objects.get() == old
    assert len(files_under(media_root)) == 1


@pytest.mark.usefixtures("signed")
def test_signed(api: Api, session: TherapySession, media_root: Path) -> None:
    stored_recording(session)
    put(session, Status.REPORT_READY)
    answer = send(api(session.therapist), session, sound())
    assert (answer.status_code, answer.json()["code"]) == (409, "report_finalized")
    assert len(files_under(media_root)) == 1


@pytest.mark.usefixtures("started")
@pytest.mark.parametrize("status", [Status.REPORT_READY, Status.FAILED])
def test_posting_again_replaces_everything(
    api: Api, session: TherapySession, media_root: Path, commits: Commits, status: Status
) -> None:
    old = stored_recording(session)
    transcribed(session)
    put(session, status)
    with commits(execute=True):
        answer = send(api(session.therapist), session, sound())
    assert answer.status_code == 202
    assert answer.json()["counts"]["segments"] == 0
    new = Recording.objects.get()
    assert new.storage_key != old.storage_key
    assert files_under(media_root) == [f"media/{new.storage_key}"]


def full(*_: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize("where", ["receiving", "storing"])
def test_a_full_disk_leaves_everything_as_it_was(
    api: Api, session: TherapySession, media_root: Path, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:  # fmt: skip
    old = stored_recording(session)
    transcribed(session)
    put(session, Status.REPORT_READY)
    if where == "receiving":
        monkeypatch.setattr(IncomingFile, "write", full)
    else:
        monkeypatch.setattr(recordings, "recording_store", full)
    answer = send(api(session.therapist), session, sound())
    assert (answer.status_code, answer.json()["code"]) == (503, "storage_unavailable")
    assert Recording.objects.get() == old
    assert Transcript.objects.get().segments.count() == 4
    session.refresh_from_db()
    assert session.status == Status.REPORT_READY
    assert files_under(media_root) == [f"media/{old.storage_key}"]


def test_a_lost_race_stores_nothing(
    api: Api, session: TherapySession, media_root: Path, monkeypatch: pytest.MonkeyPatch, commits: Commits
) -> None:  # fmt: skip
    """Another upload was attached while this one was on its way."""
    store = recording_store

    def slow(key: str, path: Path, sha256: str) -> None:
        store(key, path, sha256)
        put(session, Status.UPLOADED)

    monkeypatch.setattr(recordings, "recording_store", slow)
    with commits(execute=True):
        answer = send(api(session.therapist), session, sound())
    assert (answer.status_code, answer.json()["code"]) == (409, "session_busy")
    assert not Recording.objects.exists()
    assert files_under(media_root) == []


@pytest.mark.django_db(transaction=True)
def test_a_failure_after_the_commit_loses_nothing(
    api: Api, session: TherapySession, media_root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever breaks when the task is sent, the recording that was committed stays."""

    def broken(path: str) -> None:
        raise RuntimeError("no such task")

    monkeypatch.setattr(pipeline, "import_string", broken)
    send(api(session.therapist), session, sound())
    assert (media_root / "media" / Recording.objects.get().storage_key).is_file()
    assert not MediaErasure.objects.exists()
    session.refresh_from_db()
    assert session.status == Status.UPLOADED


def test_a_body_that_broke_off(api: Api, session: TherapySession, media_root: Path) -> None:
    boundary = "BoUnDaRy"
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="a.wav"\r\n\r\n'
    body = head.encode() + sound(1)[:5000]
    answer = raw(
        api(session.therapist),
        "POST",
        f"/sessions/{session.pk}/audio",
        body,
        content_type=f"multipart/form-data; boundary={boundary}",
        **{"CONTENT_LENGTH": str(len(body) + 27_000), "wsgi.input": io.BytesIO(body)},
    )
    assert (answer.status_code, answer.json()["code"]) == (400, "validation_error")
    assert files_under(media_root) == []
    assert not Recording.objects.exists()


def test_forms_that_are_not_one_file(api: Api, session: TherapySession, media_root: Path) -> None:
    client = api(session.therapist)
    url = f"/sessions/{session.pk}/audio"
    wav = sound()
    forms: list[dict[str, Any]] = [
        {"file": "a string"},
        {"audio": SimpleUploadedFile("a.wav", wav)},
        {"file": SimpleUploadedFile("a.wav", wav), "wrong": "1"},
        {"file": [SimpleUploadedFile("a.wav", wav), SimpleUploadedFile("b.wav", wav)]},
    ]
    for form in forms:
        answer = client.post(url, form, format="multipart")
        assert (answer.status_code, answer.json()["code"]) == (400, "validation_error"), form
    assert client.post(url, {"file": "x"}, format="json").status_code == 400
    assert files_under(media_root) == []


@pytest.mark.usefixtures("media_root", "started")
@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("../../etc/passwd.wav", "passwd.wav"),
        ("C:\\Users\\me\\visit.wav", "visit.wav"),
        ("a\u202egnp.wav", "agnp.wav"),
        ("x" * 240 + ".wav", "x" * 196 + ".wav"),
        ("جلسة.wav", "جلسة.wav"),
    ],
)
def test_filenames_are_only_names(api: Api, session: TherapySession, sent: str, shown: str) -> None:
    answer = send(api(session.therapist), session, sound(), sent)
    assert answer.status_code == 202, answer.content
    assert answer.json()["recording"]["filename"] == shown


@pytest.mark.usefixtures("media_root", "started")
def test_a_repeated_key_is_one_upload(api: Api, session: TherapySession, commits: Commits) -> None:
    client = api(session.therapist)
    client.defaults["HTTP_IDEMPOTENCY_KEY"] = "once"
    content = sound()
    first = send(client, session, content)
    second = send(client, session, content)
    assert (first.status_code, second.status_code) == (202, 202)
    assert second["Idempotency-Replayed"] == "true"
    assert Recording.objects.count() == 1


def test_a_form_field_in_place_of_a_file_says_so(api: Api, session: TherapySession) -> None:
    answer = api(session.therapist).post(
        f"/sessions/{session.pk}/audio", {"file": "words"}, format="multipart"
    )
    assert answer.status_code == 400
    assert answer.json()["errors"] == {
        "file": [{"code": "invalid", "message": "Send this as a file, with its filename."}]
    }


@pytest.mark.parametrize("stranger", [False, True])
def test_a_refused_body_does_not_stay_in_the_connection(
    api: Api, session: TherapySession, other_therapist: Therapist, stranger: bool
) -> None:
    put(session, Status.TRANSCRIBING)
    client = api(other_therapist if stranger else session.therapist)
    answer = send(client, session, b"x" * 300_000)
    assert answer.status_code == (404 if stranger else 409)
    assert answer.wsgi_request.read() == b""
