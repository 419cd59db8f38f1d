"""The note as a PDF: A4, embedded fonts, Arabic shaped and set right to left."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from reports.exports.direction import is_rtl
from reports.exports.document import Kind, Line, NoteDocument

if TYPE_CHECKING:
    from fpdf import FPDF

FONTS = Path(__file__).parent / "fonts"
LATIN, ARABIC = "NotoSans", "NotoSansArabic"
MARGIN = 20.0
LABEL_WIDTH, TIME_WIDTH = 48.0, 22.0
LINE_HEIGHT = 1.45
INK, QUIET = (24, 32, 38), (92, 102, 110)
MILLIMETRES_PER_POINT = 25.4 / 72


def pdf_file(document: NoteDocument) -> bytes:
    """The file; its metadata name the clinician and no patient."""
    with closing(_Sheet(document)) as sheet:
        return bytes(sheet.write())


class _Sheet:
    """A page that is written from the top down.

    Lines are broken here, word by word in the order of speech, and each is then set by itself:
    the bidirectional algorithm reorders within a line, so breaking must come first.
    """

    def __init__(self, document: NoteDocument) -> None:
        self.document = document
        self.rtl = document.words.rtl
        self.pdf = self._open()

    def _open(self) -> FPDF:
        from fpdf import FPDF

        words, title = self.document.words, self.document.title

        class Pages(FPDF):
            def footer(self) -> None:
                self.set_y(-14)
                self.set_font(LATIN, size=8)
                self.set_text_color(*QUIET)
                self.set_text_shaping(True, direction="rtl" if words.rtl else "ltr")
                self.cell(0, 5, words("page", page=self.page_no(), pages="{nb}"), align="C")

        pdf = Pages(format="A4")
        pdf.set_margin(MARGIN)
        pdf.set_auto_page_break(True, margin=MARGIN)
        for family in (LATIN, ARABIC):
            pdf.add_font(family, "", FONTS / f"{family}-Regular.ttf")
            pdf.add_font(family, "B", FONTS / f"{family}-Bold.ttf")
        pdf.set_fallback_fonts([ARABIC])
        pdf.set_font(LATIN, size=10)
        pdf.set_title(title)
        pdf.set_author(self.document.author)
        pdf.set_lang(words.language)
        pdf.set_creation_date(self.document.signed_at)
        pdf.set_producer("Therapist AI Platform")
        pdf.add_page()
        return pdf

    def write(self) -> bytearray:
        """Title and lines."""
        self._paragraph(self.document.title, size=18, bold=True)
        for line in self.document.lines:
            self._line(line)
        return self.pdf.output()

    def close(self) -> None:
        """Close the font files, which the library leaves to the garbage collector."""
        for font in self.pdf.fonts.values():
            font.ttfont.close()  # type: ignore[union-attr]

    def _line(self, line: Line) -> None:
        match line.kind:
            case Kind.HEADING:
                self._space(4)
                self._paragraph(line.text, size=12.5, bold=True, keep_with=14)
                self._space(0.5)
            case Kind.SUBHEADING:
                self._space(1)
                self._paragraph(line.text, bold=True, keep_with=6)
            case Kind.FACT:
                self._labelled(line.label, line.text)
            case Kind.QUOTE:
                self._labelled(line.label, f"“{line.text}”", indent=5, column=TIME_WIDTH)
            case Kind.ITEM:
                self._item(line.text)
            case Kind.TEXT:
                self._paragraph(line.text)
            case Kind.NOTE:
                self._paragraph(line.text, size=9, quiet=True)

    def _space(self, height: float) -> None:
        self.pdf.set_y(self.pdf.get_y() + height)

    def _style(self, size: float, *, bold: bool = False, quiet: bool = False) -> float:
        """Set the font; returns the height of a line."""
        self.pdf.set_font(LATIN, "B" if bold else "", size)
        self.pdf.set_text_color(*(QUIET if quiet else INK))
        return size * MILLIMETRES_PER_POINT * LINE_HEIGHT

    def _paragraph(
        self, text: str, *, size: float = 10, bold: bool = False, quiet: bool = False, keep_with: float = 0
    ) -> None:
        height = self._style(size, bold=bold, quiet=quiet)
        if self.pdf.will_page_break(height + keep_with):
            self.pdf.add_page()
            self._style(size, bold=bold, quiet=quiet)
        for part in text.splitlines() or [""]:
            self._set(part, self.pdf.l_margin, self.pdf.epw, height, rtl=is_rtl(part, default=self.rtl))

    def _item(self, text: str) -> None:
        """A dot at the side the sentence begins, and the sentence beside it."""
        height, indent = self._style(10), 5.0
        rtl = is_rtl(text, default=self.rtl)
        self._same_page(height)
        y = self.pdf.get_y()
        left = self.pdf.l_margin
        self._cell("•", left + (self.pdf.epw - indent if rtl else 0), y, indent, height, rtl=rtl)
        self.pdf.set_y(y)
        self._set(text, left + (0 if rtl else indent), self.pdf.epw - indent, height, rtl=rtl)

    def _labelled(self, label: str, text: str, *, indent: float = 0, column: float = LABEL_WIDTH) -> None:
        """A label at the side the page begins, and its value beside it."""
        height = self._style(10, quiet=True)
        self._same_page(height)
        y, left, width = self.pdf.get_y(), self.pdf.l_margin, self.pdf.epw - indent
        self._cell(label, left + (width - column if self.rtl else indent), y, column, height, rtl=self.rtl)
        self.pdf.set_y(y)
        self._style(10)
        start = left if self.rtl else left + indent + column
        rtl = is_rtl(text, default=self.rtl)
        self._set(text, start, width - column, height, rtl=rtl, right=self.rtl)

    def _same_page(self, height: float) -> None:
        if self.pdf.will_page_break(height):
            self.pdf.add_page()

    def _set(
        self, text: str, x: float, width: float, height: float, *, rtl: bool, right: bool | None = None
    ) -> None:
        """Lines of one paragraph in a column, from the present height down."""
        for line in self._broken(text, width):
            self._same_page(height)
            y = self.pdf.get_y()
            self._cell(line, x, y, width, height, rtl=rtl, right=right)
            self.pdf.set_y(y + height)

    def _cell(
        self,
        text: str,
        x: float,
        y: float,
        width: float,
        height: float,
        *,
        rtl: bool,
        right: bool | None = None,
    ) -> None:
        # A line that ended in the other font leaves that one in the page; naming both sets it back.
        style, size = self.pdf.font_style, self.pdf.font_size_pt
        self.pdf.set_font(ARABIC, style, size)
        self.pdf.set_font(LATIN, style, size)
        self.pdf.set_xy(x, y)
        self.pdf.set_text_shaping(True, direction="rtl" if rtl else "ltr")
        to_right = rtl if right is None else right
        self.pdf.cell(width, height, text, align="R" if to_right else "L")

    def _broken(self, text: str, width: float) -> Iterator[str]:
        """The text in lines that fit; a word that is longer than a line is cut."""
        room = width - 2 * self.pdf.c_margin
        line = ""
        for word in text.split():
            longer = f"{line} {word}" if line else word
            if self.pdf.get_string_width(longer) <= room:
                line = longer
                continue
            if line:
                yield line
            line = word
            while self.pdf.get_string_width(line) > room:
                cut = self._fitting(line, room)
                yield line[:cut]
                line = line[cut:]
        yield line

    def _fitting(self, word: str, room: float) -> int:
        """How many letters fit, at least one."""
        return next((n for n in range(len(word), 1, -1) if self.pdf.get_string_width(word[:n]) <= room), 1)
