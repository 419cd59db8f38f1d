"""The file formats of an export."""

from __future__ import annotations

from dataclasses import dataclass

from accounts.models import Therapist
from reports.exports.document import language_of, note_document
from reports.selectors import ReportContent
from sessions_app.models import TherapySession

MEDIA_TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "txt": "text/plain; charset=utf-8",
    "fhir": "application/fhir+json",
}
EXTENSIONS = {"fhir": "fhir.json"}


@dataclass(frozen=True, slots=True)
class ExportedFile:
    """A file as it goes out; its name says the day and no patient."""

    name: str
    media_type: str
    content: bytes


def report_export(
    *, session: TherapySession, content: ReportContent, therapist: Therapist, form: str
) -> ExportedFile:
    """A signed report as a file of a format of `MEDIA_TYPES`.

    Raises:
        ApplicationError: `report_not_signed` for a draft.
    """
    document = note_document(session, content, therapist, language_of(session))
    match form:
        case "pdf":
            from reports.exports.pdf import pdf_file

            made = pdf_file(document)
        case "docx":
            from reports.exports.word_file import word_file

            made = word_file(document)
        case "fhir":
            from reports.exports.fhir import fhir_bundle

            made = fhir_bundle(session, content, document)
        case _:
            from reports.exports.plain import plain_text

            made = plain_text(document)
    name = f"progress-note-{session.session_date.isoformat()}.{EXTENSIONS.get(form, form)}"
    return ExportedFile(name, MEDIA_TYPES[form], made)
