"""Edits of claims: the truth of a report, of which summary, lists and sections are views."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from core.errors import ApplicationError
from ml.schemas.report import ClaimState, Section, Topic
from reports.models import Claim, Report
from reports.services.field_errors import item_error
from reports.services.quotes import SegmentBook
from reports.services.summary_text import sentences_match

Item = Mapping[str, Any]
SECTION_ORDER = {section.value: place for place, section in enumerate(Section)}
_WORD = re.compile(r"\w+")
_TOPICS = {Section.TREATMENT_PLAN.value: Topic.PLAN}
"""What a clinician's own item is about when they do not say; elsewhere a concern."""


class ClaimSheet:
    """The claims of a report while they are edited; nothing is stored before `save`."""

    def __init__(self, report: Report, book: SegmentBook) -> None:
        self._report = report
        self._book = book
        self._rows = {str(row.pk): row for row in report.claims.all()}
        self._present = [row for row in self._rows.values() if not row.removed]
        self._new: list[Claim] = []

    def apply(self, edit: Mapping[str, Any]) -> None:
        """Take over the claims, the summary and the two lists of a validated edit.

        Raises:
            ApplicationError: `validation_error` with the place.
        """
        items: Sequence[Item] | None = edit.get("claims")
        if items is not None:
            views = [name for name in ("summary", "key_points", "treatment_plan") if name in edit]
            # No item with an id: additions, or nothing at all. Never a reason to empty the report.
            known = [item for item in items if "id" in item]
            whole = bool(known) and all("text" in item for item in known)
            if whole and views:
                message = "Send the whole list of claims or a view of them, not both."
                raise ApplicationError("validation_error", errors={name: [message] for name in views})
            self._claims(items, whole=whole)
        if "summary" in edit:
            self._summary(edit["summary"])
        for section in (Section.KEY_POINTS, Section.TREATMENT_PLAN):
            if section.value in edit:
                self._section(section.value, edit[section.value])

    def save(self) -> None:
        """Store what changed, in the order of the sections."""
        present = {row.pk for row in self._present}
        for row in self._rows.values():
            row.removed = row.pk not in present
        ordered = sorted(self._present, key=lambda row: SECTION_ORDER[row.section])
        for place, row in enumerate(ordered):
            row.order = place
        Claim.objects.bulk_update(
            self._rows.values(),
            ["section", "topic", "text", "state", "confirmed", "evidence", "standing", "order", "removed"],
        )
        Claim.objects.bulk_create(row for row in self._new if row.pk in present)

    def _claims(self, items: Sequence[Item], *, whole: bool) -> None:
        touched: list[Claim] = []
        for index, item in enumerate(items):
            row = self._row("claims", index, item, touched) if "id" in item else self._add(item)
            touched.append(row)
            if "id" in item:
                self._change(index, row, item)
            else:
                self._details(index, row, item)
        gone = {row.pk for row, item in zip(touched, items, strict=True) if item.get("removed")}
        if whole:
            self._present = [row for row in touched if row.pk not in gone]
        else:
            known = {row.pk for row in self._present}
            self._present = [row for row in self._present if row.pk not in gone]
            self._present += [row for row in touched if row.pk not in known | gone]

    def _change(self, index: int, row: Claim, item: Item) -> None:
        row.section = item.get("section", row.section)
        row.topic = item.get("topic", row.topic)
        if "text" in item:
            self._write(row, item["text"])
        self._details(index, row, item)

    def _details(self, index: int, row: Claim, item: Item) -> None:
        """Evidence, whose claim it is, and its confirmation: in this order."""
        if "evidence" in item:
            row.evidence = self._quotes(index, item["evidence"])
            row.standing = {}
            row.confirmed = False
            theirs = row.state == ClaimState.CLINICIAN_ADDED if "id" in item else not row.evidence
            row.state = self._judged(row, theirs=theirs or row.edited)
        if "state" in item:
            row.state = ClaimState.CLINICIAN_ADDED.value
            row.confirmed = False
        if "confirmed" in item:
            if item["confirmed"] and row.state == ClaimState.UNSUPPORTED:
                message = "There are no words for this claim: point to some, or mark it as your own."
                raise item_error("claims", index, "confirmed", message)
            row.confirmed = item["confirmed"] and row.state == ClaimState.INFERRED

    def _quotes(self, index: int, items: Sequence[Item]) -> list[dict[str, Any]]:
        found = []
        for item in items:
            place = self._book.locate(str(item["segment"]), item["quote"])
            if place is None:
                raise item_error("claims", index, "evidence", "These words do not stand in that segment.")
            found.append(place)
        return found

    def _section(self, section: str, items: Sequence[Item]) -> None:
        listed: list[Claim] = []
        for index, item in enumerate(items):
            if "id" in item:
                row = self._row(section, index, item, listed)
                row.section = section
                self._write(row, item["text"])
            else:
                row = self._add({"section": section, "text": item["text"]})
            listed.append(row)
        self._replace(section, listed)

    def _summary(self, text: str) -> None:
        section = Section.SUMMARY.value
        claims = [(str(row.pk), row.text) for row in self._present if row.section == section]
        listed = []
        for key, sentence in sentences_match(text, claims):
            if key is None:
                listed.append(self._add({"section": section, "text": sentence}))
            else:
                row = self._rows.get(key) or next(row for row in self._new if str(row.pk) == key)
                if " ".join(row.text.split()) != " ".join(sentence.split()):
                    self._write(row, sentence)
                listed.append(row)
        self._replace(section, listed)

    def _replace(self, section: str, listed: Sequence[Claim]) -> None:
        named = {row.pk for row in listed}
        rest = [row for row in self._present if row.section != section and row.pk not in named]
        self._present = [*rest, *listed]

    def _row(self, field: str, index: int, item: Item, seen: Sequence[Claim]) -> Claim:
        row = self._rows.get(str(item["id"]))
        if row is None:
            raise item_error(field, index, "id", "There is no such claim in this report.")
        if any(other.pk == row.pk for other in seen):
            raise item_error(field, index, "id", "This claim stands in the list twice.")
        if row.removed and row.state != ClaimState.CLINICIAN_ADDED and not self._book.holds_all(row.evidence):
            # It comes back, and the transcript has changed since it went.
            row.state = ClaimState.UNSUPPORTED.value
        return row

    def _add(self, item: Item) -> Claim:
        section = item["section"]
        row = Claim(
            report=self._report,
            section=section,
            topic=item.get("topic") or _TOPICS.get(section, Topic.CONCERN).value,
            text=item["text"],
            state=ClaimState.CLINICIAN_ADDED.value,
        )
        self._new.append(row)
        return row

    def _write(self, row: Claim, text: str) -> None:
        """New words for a claim: it keeps its evidence and is checked against it.

        What the evidence does not hold is the clinician's own word. Marks and capitals alone make
        no new sentence, and the drafted words, brought back, are the draft's again.
        """
        if text == row.text:
            return
        said, row.text = _said(row.text), text
        if _said(text) == said:
            return
        row.standing = {}
        row.confirmed = False
        row.state = self._judged(row, theirs=text != row.draft_text)

    def _judged(self, row: Claim, *, theirs: bool) -> str:
        """What its evidence makes of a claim; where that does not hold it, it may be the clinician's own."""
        state = self._book.state_of(row.text, row.evidence)
        return (ClaimState.CLINICIAN_ADDED if theirs and state != ClaimState.SUPPORTED else state).value


def _said(text: str) -> list[str]:
    return _WORD.findall(text.casefold())
