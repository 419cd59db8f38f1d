"""The note as plain text."""

from __future__ import annotations

from reports.exports.document import Kind, Line, NoteDocument


def plain_text(document: NoteDocument) -> bytes:
    """UTF-8 text; a reader's own bidi algorithm sets Arabic lines right to left."""
    lines = [document.title, "=" * len(document.title)]
    for line in document.lines:
        if line.kind is Kind.HEADING:
            lines += ["", line.text, "-" * len(line.text)]
        else:
            lines.append(_line(line))
    return ("\n".join(lines) + "\n").encode()


def _line(line: Line) -> str:
    match line.kind:
        case Kind.FACT:
            return f"{line.label}: {line.text}"
        case Kind.ITEM:
            return f"- {line.text}"
        case Kind.QUOTE:
            return f"    {line.label}: “{line.text}”"
        case _:
            return line.text
