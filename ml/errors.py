"""The errors an engine may raise, each with a stable code.

The caller decides by type: a `TransientError` is worth another attempt, a `PermanentError`
is not. Codes are the same strings the API answers and the UI translates; the table with
status and sentence is `core/errors.py`. Messages never hold a patient's words.
"""

from __future__ import annotations

from enum import StrEnum


class ErrorCode(StrEnum):
    """Codes that engines raise; a subset of the product's catalogue."""

    UNSUPPORTED_MEDIA = "unsupported_media"
    NO_AUDIO_STREAM = "no_audio_stream"
    EMPTY_AUDIO = "empty_audio"
    CORRUPTED_AUDIO = "corrupted_audio"
    CHECKSUM_MISMATCH = "checksum_mismatch"
    NO_SPEECH = "no_speech"
    MODEL_NOT_AVAILABLE = "model_not_available"
    MODEL_TIMEOUT = "model_timeout"
    MODEL_OUTPUT_INVALID = "model_output_invalid"
    OUT_OF_MEMORY = "out_of_memory"
    VALIDATION_ERROR = "validation_error"
    CANCELLED = "cancelled"
    INTERNAL_ERROR = "internal_error"


class MLError(Exception):
    """Base of all engine errors; `code` is stable, `str(error)` is a sentence for the operator."""

    def __init__(self, code: ErrorCode, message: str) -> None:
        super().__init__(message)
        self.code = code


class TransientError(MLError):
    """The same call may succeed later: a server was away, a request timed out.

    `retry_after_s` is the server's own word on when, in seconds, if it gave one.
    """

    def __init__(self, code: ErrorCode, message: str, retry_after_s: float | None = None) -> None:
        super().__init__(code, message)
        self.retry_after_s = retry_after_s


class DeviceLost(TransientError):
    """The GPU broke down under this process, which cannot use it again; a new process may."""

    def __init__(self, message: str) -> None:
        super().__init__(ErrorCode.MODEL_NOT_AVAILABLE, message)


class PermanentError(MLError):
    """The same call will fail again: the input or the installation has to change."""


class BackendNotInstalled(PermanentError):
    """The backend's library or weights are not on this machine."""

    def __init__(self, message: str) -> None:
        super().__init__(ErrorCode.MODEL_NOT_AVAILABLE, message)


class Cancelled(PermanentError):
    """The caller asked to stop; raised between two steps of long work."""

    def __init__(self, message: str = "The work was cancelled.") -> None:
        super().__init__(ErrorCode.CANCELLED, message)
