"""Every error code of the product: its status, its sentence, and whether a retry can help.

One list from the engine to the UI: `ml.errors.ErrorCode` names the codes engines raise, the API
answers them as problem+json, a failed session stores one, and `docs/errors.md` is made from here
(``python manage.py error_table``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class ErrorSpec:
    """What a code means to the one who meets it."""

    status: int
    title: str
    sentence: str
    retryable: bool = False


CATALOGUE: Mapping[str, ErrorSpec] = {
    # who is asking
    "not_authenticated": ErrorSpec(401, "Not signed in", "Sign in to continue."),
    "invalid_credentials": ErrorSpec(401, "Wrong e-mail or password", "E-mail or password does not match."),
    "otp_required": ErrorSpec(401, "Code needed", "Enter the code from your authenticator app."),
    "account_locked": ErrorSpec(
        403, "Sign-in paused", "Signing in is paused after too many attempts. Try again later.", True
    ),
    "permission_denied": ErrorSpec(403, "Not allowed", "You may not do this."),
    "consent_missing": ErrorSpec(403, "Consent missing", "The patient has not agreed to this."),
    "rate_limited": ErrorSpec(
        429, "Too many requests", "Too many requests. Wait a moment and try again.", True
    ),
    "queue_full": ErrorSpec(
        429,
        "Too much work waiting",
        "Too much work is waiting at the moment. Nothing is lost: try again in a minute.",
        True,
    ),
    # what was asked
    "not_found": ErrorSpec(404, "Not found", "This does not exist."),
    "validation_error": ErrorSpec(400, "Not valid", "Some of what was sent is not valid."),
    "method_not_allowed": ErrorSpec(405, "Method not allowed", "This address does not take that method."),
    "idempotency_mismatch": ErrorSpec(
        422, "Idempotency key used before", "This Idempotency-Key was used with another request."
    ),
    "edit_conflict": ErrorSpec(412, "Changed meanwhile", "This was changed meanwhile. Load it again."),
    "session_busy": ErrorSpec(409, "In work", "The session is being processed. Wait or cancel first.", True),
    "transcript_not_ready": ErrorSpec(409, "No transcript yet", "The session has no transcript yet.", True),
    "report_finalized": ErrorSpec(409, "Signed", "The report is signed and cannot change."),
    "report_not_signed": ErrorSpec(
        409, "Not signed yet", "The report is not signed yet. Sign it before it is exported."
    ),
    "unsupported_claims": ErrorSpec(
        422,
        "Claims without a source",
        "Some claims have no source in the transcript, or wait for confirmation.",
    ),
    "risk_pending": ErrorSpec(422, "Risk flags open", "Every risk flag needs a decision before signing."),
    # the recording
    "file_too_large": ErrorSpec(413, "File too large", "The file is larger than this server takes."),
    "unsupported_media": ErrorSpec(
        415,
        "File type not readable",
        "This file type cannot be read. Use audio or video such as M4A, MP3, WAV, OGG or MP4.",
    ),
    "no_audio_stream": ErrorSpec(422, "No sound", "The file holds no sound."),
    "empty_audio": ErrorSpec(422, "Empty file", "The file is empty."),
    "corrupted_audio": ErrorSpec(422, "Damaged file", "The file is damaged and cannot be read."),
    "checksum_mismatch": ErrorSpec(
        422, "Checksum differs", "The data that arrived is not the data that was sent.", True
    ),
    "no_speech": ErrorSpec(422, "No speech", "No speech was found in this recording."),
    # the machine
    "storage_unavailable": ErrorSpec(503, "Storage away", "The storage cannot be reached or is full.", True),
    "model_not_available": ErrorSpec(
        503, "Model missing", "The model is not available on this server.", True
    ),
    "model_timeout": ErrorSpec(504, "Model too slow", "The model did not answer in time.", True),
    "model_output_invalid": ErrorSpec(
        502, "Model answer unusable", "The model's answer could not be used.", True
    ),
    "out_of_memory": ErrorSpec(
        503, "Out of memory", "The server's memory did not suffice for this. Try again later.", True
    ),
    "cancelled": ErrorSpec(409, "Cancelled", "The work was cancelled.", True),
    "internal_error": ErrorSpec(500, "Internal error", "Something went wrong on the server.", True),
}


class ApplicationError(Exception):
    """A refusal with a stable code; the API's exception handler turns it into problem+json.

    Args:
        code: a key of `CATALOGUE`.
        detail: a sentence for this occurrence; the catalogue's sentence if left out. Never a
            patient's words.
        errors: what is wrong where, by field, for `validation_error` and lists of open points.
        extra: further members of the problem body.
    """

    def __init__(
        self,
        code: str,
        detail: str | None = None,
        *,
        errors: Mapping[str, Any] | None = None,
        extra: Mapping[str, Any] | None = None,
    ) -> None:
        self.code = code
        self.spec = CATALOGUE[code]
        self.detail = detail or self.spec.sentence
        self.errors = errors
        self.extra = dict(extra or {})
        super().__init__(self.detail)
