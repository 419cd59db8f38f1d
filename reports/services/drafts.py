"""Storing what the engines drafted, without losing what a person decided or wrote."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable

from django.db import transaction
from django.utils import timezone

from ml.schemas.report import Claim as ClaimRecord
from ml.schemas.report import Notice, ReportDraft, Section
from reports import drafting
from reports.models import Claim, Report, RevisionKind
from reports.services.quotes import SegmentBook
from reports.services.revisions import content_of, version_add
from reports.services.risk_merge import flags_merge
from sessions_app.models import TherapySession

logger = logging.getLogger(__name__)

SECTION_ORDER = {section.value: place for place, section in enumerate(Section)}


@transaction.atomic
def draft_save(session: TherapySession, draft: ReportDraft) -> None:
    """Make the draft the session's report, or part of it; a signed report stays as it is.

    1. Where only some sections were asked for (`session.report_request`), the rest stays.
    2. Sentences that the clinician wrote, reworded, took as their own or confirmed stay, in any
       case; what was drafted now from the same words is left out.
    3. Risk flags keep what the clinician decided (`risk_merge`).
    4. The content becomes a new version; the last one is kept as it was.
    """
    report = Report.objects.select_for_update().filter(session=session).first()
    if report is not None and report.is_signed:
        logger.warning("session %s is signed, its new draft is dropped", session.pk)
        return
    asked = list((session.report_request or {}).get("sections") or []) if report is not None else []
    if report is None:
        report = Report.objects.create(session=session)
    before = content_of(report) if report.version else {}
    partly = bool(asked)

    report.note_format = draft.note_format.value
    report.engine = draft.provenance.engine
    report.model = draft.provenance.model
    report.prompt_version = draft.provenance.prompt_version
    report.drafted_at = draft.provenance.created_at
    report.notices = _notices(report.notices if partly else [], draft.notices)
    report.updated_at = timezone.now()
    report.save()

    book = SegmentBook(session.pk)
    _claims_replace(report, draft, _scope(report.note_format, asked), book)
    flags_merge(report, draft.risk_flags, book, keep_all=partly and drafting.RISK_FLAGS not in asked)
    version_add(report, kind=RevisionKind.DRAFTED, before=before, author=None)
    # The request is done: the next draft, of a new recording say, is of the whole report again.
    TherapySession.objects.filter(pk=session.pk).update(report_request={})


def _scope(note_format: str, asked: list[str]) -> Callable[[str, str], bool]:
    """Whether a claim of this section and topic is among what was asked for."""

    def inside(section: str, topic: str) -> bool:
        return not asked or section in asked or drafting.note_section(note_format, section, topic) in asked

    return inside


def _claims_replace(
    report: Report, draft: ReportDraft, inside: Callable[[str, str], bool], book: SegmentBook
) -> None:
    kept: list[Claim] = []
    replaced: list[Claim] = []
    for row in report.claims.all():
        stays = row.is_clinicians and not row.removed
        (kept if stays or not inside(row.section, row.topic) else replaced).append(row)
    theirs = [row for row in kept if row.is_clinicians]
    taken = {row.draft_text for row in theirs} | {_passages(row) for row in theirs if row.evidence}
    others = [row for row in kept if not inside(row.section, row.topic)]
    own = [row for row in kept if inside(row.section, row.topic)]
    Claim.objects.filter(pk__in=[row.pk for row in replaced]).delete()
    drafted = [_claim(report, record, book) for record in draft.claims]
    new = [
        row
        for row in drafted
        if inside(row.section, row.topic) and taken.isdisjoint({row.text, _passages(row)})
    ]
    for place, row in enumerate(_in_place([*others, *new], own)):
        row.order = place
    Claim.objects.bulk_update(kept, ["order"])
    Claim.objects.bulk_create(new)


def _claim(report: Report, record: ClaimRecord, book: SegmentBook) -> Claim:
    return Claim(
        report=report,
        section=record.section.value,
        topic=record.topic.value,
        text=record.text,
        draft_text=record.text,
        state=record.state.value,
        evidence=book.attributed(record.evidence),
    )


def _in_place(rows: Iterable[Claim], own: Iterable[Claim]) -> list[Claim]:
    """All of them by section; the clinician's stand where their words stand among the others'.

    Without words from the transcript, or with none later in its section, one comes last there.
    """
    ordered = list(rows)
    for row in own:
        said = _said_at(row)
        later = (
            place
            for place, other in enumerate(ordered)
            if other.section == row.section and said is not None and (_said_at(other) or 0) > said
        )
        ordered.insert(next(later, len(ordered)), row)
    return sorted(ordered, key=lambda row: SECTION_ORDER[row.section])


def _said_at(row: Claim) -> int | None:
    """When the first of a claim's words were said; None for one without a source."""
    return min((int(item["start_ms"]) for item in [*row.evidence, *row.lost_evidence]), default=None)


def _passages(row: Claim) -> tuple[str, ...]:
    """The section and the words a claim rests on, to know a second sentence of the same."""
    return (row.section, *(str(item["quote"]) for item in row.evidence))


def _notices(old: list[str], new: Iterable[Notice]) -> list[str]:
    """The draft's notices; where sections stay that extraction made, that is still said."""
    notices = [notice.value for notice in new]
    if Notice.EXTRACTION_ONLY in old and Notice.EXTRACTION_ONLY not in notices:
        notices.insert(0, Notice.EXTRACTION_ONLY.value)
    return notices
