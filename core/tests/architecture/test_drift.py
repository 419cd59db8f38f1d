"""What is made from the code is committed as the code makes it: schema, migrations, error table."""

from __future__ import annotations

import difflib
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from core.errors import CATALOGUE
from ml.errors import ErrorCode

ROOT = Path(__file__).resolve().parents[3]


def test_the_schema_is_valid_and_committed(tmp_path: Path) -> None:
    made = tmp_path / "schema.yml"
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", str(made))
    committed = (ROOT / "schema.yml").read_text(encoding="utf-8").splitlines()
    differences = list(
        difflib.unified_diff(committed, made.read_text(encoding="utf-8").splitlines(), lineterm="", n=1)
    )
    assert not differences, "run `make schema`:\n" + "\n".join(differences[:40])


@pytest.mark.django_db
def test_the_migrations_are_complete() -> None:
    output = StringIO()
    try:
        call_command("makemigrations", "--check", "--dry-run", stdout=output)
    except SystemExit:
        pytest.fail(output.getvalue())


def test_the_error_table_is_committed() -> None:
    call_command("error_table", "--check")


def test_every_engine_code_is_in_the_catalogue() -> None:
    assert {code.value for code in ErrorCode} <= set(CATALOGUE)


def test_every_code_has_a_sentence_and_a_status() -> None:
    for code, spec in CATALOGUE.items():
        assert spec.sentence.endswith("."), code
        assert 400 <= spec.status < 600, code
