"""The note as a Word file."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from reports.exports.direction import is_rtl
from reports.exports.document import Kind, Line, NoteDocument

if TYPE_CHECKING:
    from docx.text.paragraph import Paragraph

STYLES = {
    Kind.HEADING: "Heading 2",
    Kind.SUBHEADING: "Heading 3",
    Kind.ITEM: "List Bullet",
    Kind.QUOTE: "Quote",
}


def word_file(document: NoteDocument) -> bytes:
    """A .docx with real headings and lists; Arabic paragraphs run right to left."""
    from docx import Document

    rtl = document.words.rtl
    file = Document()
    properties = file.core_properties
    properties.author = document.author
    properties.title = document.title
    properties.comments = ""
    properties.created = properties.modified = document.signed_at.replace(tzinfo=None)
    _write(file.add_paragraph(style="Title"), [(document.title, False)], rtl=rtl)
    for line in document.lines:
        paragraph = file.add_paragraph(style=STYLES.get(line.kind, "Normal"))
        _write(paragraph, _runs(line), rtl=is_rtl(line.text, default=rtl))
    out = io.BytesIO()
    file.save(out)
    return out.getvalue()


def _runs(line: Line) -> list[tuple[str, bool]]:
    """Texts and whether each is bold."""
    match line.kind:
        case Kind.FACT:
            return [(f"{line.label}: ", True), (line.text, False)]
        case Kind.QUOTE:
            return [(f"{line.label}: ", True), (f"“{line.text}”", False)]
        case _:
            return [(line.text, False)]


def _write(paragraph: Paragraph, runs: list[tuple[str, bool]], *, rtl: bool) -> None:
    # Word keeps the direction of the paragraph and that of each run in elements of their own.
    if rtl:
        _mark(paragraph._p.get_or_add_pPr(), "w:bidi")
    for text, bold in runs:
        run = paragraph.add_run(text)
        run.bold = bold or None
        if rtl:
            _mark(run._r.get_or_add_rPr(), "w:rtl")


def _mark(properties: Any, name: str) -> None:
    from docx.oxml import OxmlElement

    properties.append(OxmlElement(name))
