"""Signed reports of consenting patients, and nobody else's, become a de-identified set."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone

from accounts.models import Therapist
from ml.deidentify.entities import EntityRecognizer
from ml.deidentify.spans import Span
from ml.schemas.dialogue import AnnotatedDialogue
from ml.schemas.training import TrainingExample
from ml.tests.real_models import models_dir
from patients.consents import consents_put
from patients.models import Patient
from reports.models import Report, ReportStatus
from reports.tests.factories import evidence, report_of, session_with_report, session_with_transcript
from reports.training.export import ExportCounts, training_set_export
from reports.training.people import keyed
from sessions_app.models import TherapySession

TURNS = (
    ("S1", "How have you been, Maya?"),
    ("S2", "I keep thinking about my brother Tomas and I can't sleep."),
    ("S1", "Could you please write that down every evening, Maya?"),
    ("S2", "Okay, I will. My number is 07700 900123."),
)


class NoEntities(EntityRecognizer):
    """The chart and the patterns alone: the export itself is under test."""

    def __init__(self) -> None:
        pass

    def spans(self, text: str) -> Iterator[Span]:
        """Nothing."""
        yield from ()


def agree(patient: Patient, granted: bool = True) -> None:
    answer = {"granted": granted, "method": "written"}
    consents_put(patient=patient, therapist=patient.therapist, answers={"training_use": answer})


def signed(therapist: Therapist, **fields: Any) -> TherapySession:
    """A session of Maya Petrov, whose brother was named, with one rewritten sentence, signed."""
    session = session_with_transcript(therapist, TURNS, **fields)
    Patient.objects.filter(pk=session.patient_id).update(full_name="Maya Petrov", phone="07700 900123")
    session.patient.refresh_from_db()
    report = Report.objects.create(
        session=session, version=2, status=ReportStatus.FINALIZED, finalized_at=timezone.now()
    )
    quote = evidence(session, 1, "I keep thinking about my brother Tomas and I can't sleep.")
    report.claims.create(
        section="summary",
        topic="concern",
        text="Client keeps thinking about their brother Tomas and they can't sleep.",
        draft_text="I keep thinking about my brother Tomas and I can't sleep.",
        state="supported",
        evidence=[quote.model_dump(mode="json")],
    )
    return session


def export(folder: Path, **options: Any) -> ExportCounts:
    return training_set_export(folder / "set", entities=NoEntities(), **options)


def lines(folder: Path, name: str) -> list[str]:
    return (folder / "set" / name).read_text().splitlines()


def test_a_signed_sentence_becomes_the_wording_call_with_its_answer(
    therapist: Therapist, tmp_path: Path
) -> None:
    session = signed(therapist)
    agree(session.patient)

    counts = export(tmp_path)

    example = TrainingExample.model_validate_json(lines(tmp_path, "wording.jsonl")[0])
    assert [message.role for message in example.messages][-1] == "assistant"
    assert json.loads(example.messages[-1].content) == {
        "text": "Client keeps thinking about their brother Tomas and they can't sleep."
    }
    assert example.messages[-2].content == (
        'Client: "I keep thinking about my brother Tomas and I can\'t sleep."'
    )
    assert example.lineage.changed
    assert example.lineage.session == keyed("session", session.pk)
    assert (counts.wording, counts.changed, counts.dialogues) == (1, 1, 1)


def test_the_chart_s_names_and_numbers_are_taken_out_of_the_dialogue(
    therapist: Therapist, tmp_path: Path
) -> None:
    session = signed(therapist)
    agree(session.patient)

    export(tmp_path)

    dialogue = AnnotatedDialogue.model_validate_json(lines(tmp_path, "dialogues.jsonl")[0])
    assert [utterance.text for utterance in dialogue.utterances] == [
        "How have you been, [NAME_1]?",
        "I keep thinking about my brother Tomas and I can't sleep.",
        "Could you please write that down every evening, [NAME_1]?",
        "Okay, I will. My number is [NUMBER_1].",
    ]
    files = "".join((tmp_path / "set" / name).read_text() for name in ("dialogues.jsonl", "wording.jsonl"))
    for word in ("Maya", "Petrov", "900123", str(session.pk), str(session.patient_id), therapist.email):
        assert word not in files


def test_patients_who_do_not_agree_and_drafts_are_left_out(therapist: Therapist, tmp_path: Path) -> None:
    signed(therapist)
    draft = session_with_report(therapist)
    agree(draft.patient)

    counts = export(tmp_path)

    assert (counts.wording, counts.dialogues) == (0, 0)
    assert lines(tmp_path, "wording.jsonl") == []


def test_who_withdraws_is_not_in_the_next_set(therapist: Therapist, tmp_path: Path) -> None:
    session = signed(therapist)
    agree(session.patient)
    assert export(tmp_path).dialogues == 1

    agree(session.patient, granted=False)

    assert export(tmp_path).dialogues == 0
    assert lines(tmp_path, "dialogues.jsonl") == []


def test_a_deleted_patient_and_another_therapist_are_left_out(
    therapist: Therapist, other_therapist: Therapist, tmp_path: Path
) -> None:
    session, theirs = signed(therapist), signed(other_therapist)
    agree(session.patient)
    agree(theirs.patient)
    assert export(tmp_path).dialogues == 2
    assert export(tmp_path, therapist_email=therapist.email.upper()).dialogues == 1

    Patient.objects.filter(pk=session.patient_id).update(deleted_at=timezone.now())

    assert export(tmp_path).dialogues == 1


def test_a_sentence_that_says_more_than_its_quote_is_left_out(therapist: Therapist, tmp_path: Path) -> None:
    session = signed(therapist)
    agree(session.patient)
    report_of(session).claims.update(text="Client has insomnia since 2019.")

    counts = export(tmp_path)

    assert counts.wording == 0
    assert counts.left_out == {"sentence that teaches nothing": 1}


def test_a_language_that_cannot_be_read_is_left_out(therapist: Therapist, tmp_path: Path) -> None:
    session = signed(therapist)
    agree(session.patient)
    session.transcript.language = "ar"
    session.transcript.save()

    counts = export(tmp_path)

    assert (counts.wording, counts.dialogues, counts.left_out["language"]) == (0, 0, 1)


def test_a_name_the_redaction_cannot_see_stops_the_dialogue(therapist: Therapist, tmp_path: Path) -> None:
    session = signed(therapist)
    agree(session.patient)
    segment = session.transcript.segments.get(index=0)
    segment.text = "How have you been, ma ya pet rov?"
    segment.save()

    counts = export(tmp_path)

    assert (counts.dialogues, counts.left_out["identifier left"]) == (0, 1)


def test_all_sessions_of_a_patient_go_into_one_split(therapist: Therapist, tmp_path: Path) -> None:
    session = signed(therapist)
    signed(therapist, patient=session.patient)
    agree(session.patient)

    export(tmp_path)

    rows = [AnnotatedDialogue.model_validate_json(line) for line in lines(tmp_path, "dialogues.jsonl")]
    assert len(rows) == 2
    assert len({row.split for row in rows}) == 1


@pytest.mark.weights
def test_the_command_takes_out_names_nobody_told_us_of(
    therapist: Therapist, tmp_path: Path, settings: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("presidio_analyzer")
    settings.MODELS_DIR = models_dir("spacy-en")
    session = signed(therapist)
    agree(session.patient)

    call_command("export_training_set", str(tmp_path / "set"))

    assert "1 sentences (1 changed by the clinician) and 1 dialogues of 1 patients" in capsys.readouterr().out
    assert "Tomas" not in "".join(lines(tmp_path, "wording.jsonl") + lines(tmp_path, "dialogues.jsonl"))
    manifest = json.loads((tmp_path / "set" / "manifest.json").read_text())
    assert manifest["examples"] == {"wording": 1, "changed_by_clinician": 1}


def test_without_its_model_the_command_says_so(tmp_path: Path, settings: Any) -> None:
    settings.MODELS_DIR = tmp_path
    with pytest.raises(CommandError, match="model_not_available"):
        call_command("export_training_set", str(tmp_path / "set"))
    assert not (tmp_path / "set").exists()
