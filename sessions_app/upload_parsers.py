"""Request bodies that are recordings: received in chunks, hashed on the way, never in memory."""

from __future__ import annotations

from collections.abc import Mapping
from typing import IO, Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload
from django.http.multipartparser import MultiPartParser, MultiPartParserError
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser, DataAndFiles

from core.api.serializers import UNKNOWN
from core.errors import ApplicationError
from core.storage.failures import storage_errors
from core.storage.incoming import IncomingFile

FIELD = "file"
NO_FILENAME = "Send this as a file, with its filename."
# Room for boundaries and part headers around the file itself.
ENVELOPE_BYTES = 64 * 1024


class ReceivedFile(UploadedFile):
    """The uploaded recording as it lies on the disk."""

    def __init__(self, incoming: IncomingFile, name: str) -> None:
        super().__init__(file=None, name=name, size=incoming.size_bytes)
        self.incoming = incoming


class RecordingParser(BaseParser):
    """A multipart form with one file named `file`, written straight to its place on the disk."""

    media_type = "multipart/form-data"

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> DataAndFiles:
        """The form; the caller owns `ReceivedFile.incoming` and discards it.

        Raises:
            ApplicationError: `file_too_large`, before reading when the length already says so;
                `validation_error` for a body that broke off, another field, or a second file;
                `storage_unavailable`.
        """
        meta = {**(parser_context or {})["request"].META, "CONTENT_TYPE": media_type or ""}
        announced = content_length(meta)
        refuse_length(announced - ENVELOPE_BYTES, settings.UPLOAD_MAX_BYTES)
        handler = _RecordingHandler(settings.UPLOAD_MAX_BYTES)
        counted = CountedStream(stream)
        try:
            with storage_errors():
                form, files = MultiPartParser(meta, counted, [handler], "utf-8").parse()  # type: ignore[arg-type]
            if handler.refusal is not None:
                raise handler.refusal
            if counted.size < announced:
                # Django takes what came before the break for the whole file.
                raise ParseError("The upload broke off.")
        except MultiPartParserError:
            handler.discard()
            raise ParseError from None
        except BaseException:
            handler.discard()
            raise
        if form:
            handler.discard()
            # A part without a filename is a plain form field, also under the right name.
            errors = {str(name)[:100]: [NO_FILENAME if name == FIELD else UNKNOWN] for name in form}
            raise ApplicationError("validation_error", errors=errors)
        return DataAndFiles(form, files)


class PartParser(BaseParser):
    """A raw body; the view reads it in chunks."""

    # Browsers send a slice of a recording with its own type, or with none.
    media_type = "*/*"

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        """The stream as it is."""
        return stream


class CountedStream:
    """Counts what is read, to tell a whole body from one that broke off."""

    def __init__(self, stream: IO[Any]) -> None:
        self._stream = stream
        self.size = 0

    def read(self, size: int = -1) -> bytes:
        """Up to `size` bytes."""
        data = self._stream.read(size)
        self.size += len(data)
        return data


class _RecordingHandler(FileUploadHandler):
    """Writes the one file of the form; refuses others."""

    chunk_size = 256 * 1024

    def __init__(self, max_bytes: int) -> None:
        super().__init__()
        self._max_bytes = max_bytes
        self._incoming: IncomingFile | None = None
        self.refusal: ApplicationError | None = None

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """A file begins."""
        super().new_file(*args, **kwargs)
        if self.field_name != FIELD:
            self._refuse({str(self.field_name)[:100]: [UNKNOWN]})
        if self._incoming is not None:
            self._refuse({FIELD: ["One file at a time."]})
        self._incoming = IncomingFile(self._max_bytes)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """A chunk of it."""
        if self._incoming is not None:
            self._incoming.write(raw_data)

    def file_complete(self, file_size: int) -> ReceivedFile | None:
        """The end of it."""
        if self._incoming is None:
            return None
        return ReceivedFile(self._incoming, self.file_name or "")

    def discard(self) -> None:
        """Forget what was written."""
        if self._incoming is not None:
            self._incoming.discard()

    def _refuse(self, errors: Mapping[str, list[str]]) -> None:
        self.refusal = ApplicationError("validation_error", errors=errors)
        raise StopUpload(connection_reset=True)


def content_length(meta: Mapping[str, Any]) -> int:
    """The announced length of the body.

    Raises:
        ParseError: without one; the server does not read bodies of unknown length.
    """
    value = str(meta.get("CONTENT_LENGTH") or "")
    if not (value.isascii() and value.isdigit()):
        raise ParseError("A Content-Length is needed.")
    return int(value)


def refuse_length(size: int, limit: int) -> None:
    """Raise `file_too_large` for a body that announces itself as too large."""
    if size > limit:
        raise ApplicationError("file_too_large", extra={"max_bytes": limit})
