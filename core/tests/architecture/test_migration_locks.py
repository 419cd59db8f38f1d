"""No migration holds a lock that requests wait for, on the SQL that PostgreSQL would run."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.testing.migration_rules import EXCEPTIONS, findings, migration_findings


@pytest.mark.usefixtures("postgres")
def test_every_migration_keeps_to_the_rules(tmp_path: Path) -> None:
    found = migration_findings(tmp_path)
    assert [item for item in found if (item.migration, item.rule) not in EXCEPTIONS] == []
    # An exception that nothing needs any more would let the next one pass unseen.
    assert {(item.migration, item.rule) for item in found} == set(EXCEPTIONS)


@pytest.mark.parametrize(
    ("statement", "rule"),
    [
        ('CREATE INDEX "i" ON "t" ("a");', "require-concurrent-index-creation"),
        ('ALTER TABLE "t" ADD CONSTRAINT "c" UNIQUE ("a");', "disallowed-unique-constraint"),
        ('ALTER TABLE "t" ADD CONSTRAINT "c" CHECK ("a" > 0);', "constraint-missing-not-valid"),
        ('ALTER TABLE "t" ADD COLUMN "a" integer NOT NULL;', "adding-required-field"),
        ('ALTER TABLE "t" ALTER COLUMN "a" TYPE bigint;', "changing-column-type"),
        ('ALTER TABLE "t" ALTER COLUMN "a" SET NOT NULL;', "adding-not-nullable-field"),
        ('ALTER TABLE "t" RENAME COLUMN "a" TO "b";', "renaming-column"),
        ('ALTER TABLE "t" DROP COLUMN "a";', "ban-drop-column"),
    ],
)
def test_what_would_hold_requests_up_is_found(tmp_path: Path, statement: str, rule: str) -> None:
    path = tmp_path / "app.0009_bad.sql"
    path.write_text(f"SET lock_timeout = '5s';\n{statement}\n")
    assert rule in {item.rule for item in findings([path], atomic=True)}
    assert {item.migration for item in findings([path], atomic=True)} == {"app.0009_bad"}
