"""The note as a FHIR R4 document: a Bundle whose first entry is a Composition."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from html import escape
from itertools import groupby
from typing import Any

from reports.exports.document import Kind, Line, NoteDocument
from reports.selectors import ReportContent
from sessions_app.models import Modality, TherapySession

MEDIA_TYPE = "application/fhir+json"
LOINC, ACT_CODE = "http://loinc.org", "http://terminology.hl7.org/CodeSystem/v3-ActCode"
GENDERS = frozenset({"male", "female", "other", "unknown"})
Resource = dict[str, Any]


def fhir_bundle(session: TherapySession, content: ReportContent, document: NoteDocument) -> bytes:
    """Composition, Patient, Practitioner and Encounter; the sections hold the document's lines."""
    resources = {
        "Composition": _composition(session, content, document),
        "Patient": _patient(session),
        "Practitioner": _practitioner(content),
        "Encounter": _encounter(session),
    }
    bundle = {
        "resourceType": "Bundle",
        "id": str(content.report.pk),
        "meta": {"lastUpdated": _instant(document.signed_at)},
        "identifier": {"system": "urn:ietf:rfc:3986", "value": f"urn:uuid:{content.report.pk}"},
        "type": "document",
        "timestamp": _instant(_latest(content, document)),
        "entry": [
            {"fullUrl": _urn(session, kind), "resource": {"resourceType": kind, **resource}}
            for kind, resource in resources.items()
        ],
    }
    return json.dumps(bundle, ensure_ascii=False, indent=2).encode()


def _composition(session: TherapySession, content: ReportContent, document: NoteDocument) -> Resource:
    return {
        "id": str(_id(session, "Composition")),
        "language": document.words.language,
        # FHIR's word for a signed document that something was added to.
        "status": "amended" if content.addenda else "final",
        "type": {
            "coding": [{"system": LOINC, "code": "11506-3", "display": "Progress note"}],
            "text": document.title,
        },
        "subject": {"reference": _urn(session, "Patient")},
        "encounter": {"reference": _urn(session, "Encounter")},
        "date": _instant(_latest(content, document)),
        "author": [{"reference": _urn(session, "Practitioner")}],
        "title": document.title,
        "confidentiality": "R",
        "attester": [
            {
                "mode": "legal",
                "time": _instant(document.signed_at),
                "party": {"reference": _urn(session, "Practitioner")},
            }
        ],
        "section": _sections(document),
    }


def _sections(document: NoteDocument) -> list[Resource]:
    """A section for each heading; its narrative holds the lines below."""
    sections: list[Resource] = []
    for is_heading, group in groupby(document.lines, lambda line: line.kind is Kind.HEADING):
        lines = list(group)
        if is_heading:
            sections += [{"title": line.text} for line in lines]
        else:
            sections[-1]["text"] = {"status": "generated", "div": _narrative(lines, document)}
    return sections


def _narrative(lines: list[Line], document: NoteDocument) -> str:
    direction = ' dir="rtl"' if document.words.rtl else ""
    body = "".join(f"<p>{_paragraph(line)}</p>" for line in lines)
    language = f'lang="{document.words.language}" xml:lang="{document.words.language}"'
    return f'<div xmlns="http://www.w3.org/1999/xhtml" {language}{direction}>{body}</div>'


def _paragraph(line: Line) -> str:
    text = escape(line.text).replace("\n", "<br/>")
    match line.kind:
        case Kind.FACT:
            return f"<b>{escape(line.label)}</b>: {text}"
        case Kind.QUOTE:
            return f"<b>{escape(line.label)}</b>: “{text}”"
        case Kind.SUBHEADING:
            return f"<b>{text}</b>"
        case Kind.ITEM:
            return f"• {text}"
        case _:
            return text


def _patient(session: TherapySession) -> Resource:
    patient = session.patient
    gender = patient.gender.strip().lower()
    return _known(
        id=str(patient.pk),
        identifier=[{"value": patient.external_id}] if patient.external_id else None,
        name=[{"text": patient.full_name}],
        gender=gender if gender in GENDERS else None,
        birthDate=patient.date_of_birth.isoformat() if patient.date_of_birth else None,
    )


def _practitioner(content: ReportContent) -> Resource:
    report = content.report
    return _known(
        id=str(report.finalized_by_id or uuid.uuid5(report.pk, "signer")),
        identifier=[{"value": report.signer_license_number}] if report.signer_license_number else None,
        name=[{"text": report.signer_name}],
        qualification=[{"code": {"text": report.signer_credentials}}] if report.signer_credentials else None,
    )


def _encounter(session: TherapySession) -> Resource:
    virtual = session.modality in (Modality.VIDEO, Modality.PHONE)
    code, display = ("VR", "virtual") if virtual else ("AMB", "ambulatory")
    period = _known(
        start=_instant(session.started_at) if session.started_at else session.session_date.isoformat(),
        end=_instant(session.ended_at) if session.ended_at else None,
    )
    return _known(
        id=str(session.pk),
        status="finished",
        **{"class": {"system": ACT_CODE, "code": code, "display": display}},
        subject={"reference": _urn(session, "Patient")},
        participant=[{"individual": {"reference": _urn(session, "Practitioner")}}],
        period=period,
        reasonCode=[{"text": session.diagnosis}] if session.diagnosis else None,
    )


def _known(**members: Any) -> Resource:
    """FHIR has no empty members."""
    return {name: value for name, value in members.items() if value is not None}


def _id(session: TherapySession, kind: str) -> uuid.UUID:
    return uuid.uuid5(session.pk, kind)


def _urn(session: TherapySession, kind: str) -> str:
    return f"urn:uuid:{_id(session, kind)}"


def _instant(moment: dt.datetime) -> str:
    return moment.astimezone(dt.UTC).isoformat(timespec="milliseconds")


def _latest(content: ReportContent, document: NoteDocument) -> dt.datetime:
    return max([document.signed_at, *(row.created_at for row in content.addenda)])
