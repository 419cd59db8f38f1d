"""Indexes and constraints that come while requests go on (docs/decisions/0012).

On PostgreSQL none holds a lock that a request would wait for long; on SQLite, which has one writer
at a time anyway, each is Django's plain operation. A migration with an index or a unique
constraint says `atomic = False` and does nothing else that cannot be done twice. A check is added
in one migration and validated in the next.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.contrib.postgres.operations import (
    AddConstraintNotValid,
    AddIndexConcurrently,
    NotInTransactionMixin,
    ValidateConstraint,
)
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations import AddConstraint, AddIndex
from django.db.migrations.state import ProjectState


class AddIndexOnline(AddIndexConcurrently):
    """CREATE INDEX CONCURRENTLY; one that a crash left half-made is made anew."""

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """Build the index without keeping writers waiting."""
        if schema_editor.connection.vendor != "postgresql":
            AddIndex.database_forwards(self, app_label, schema_editor, from_state, to_state)
            return
        with _built_anew(schema_editor, self.index.name):
            super().database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """Remove it, likewise."""
        if schema_editor.connection.vendor != "postgresql":
            AddIndex.database_backwards(self, app_label, schema_editor, from_state, to_state)
            return
        super().database_backwards(app_label, schema_editor, from_state, to_state)


class AddUniqueOnline(NotInTransactionMixin, AddConstraint):
    """CREATE UNIQUE INDEX CONCURRENTLY, for a unique constraint with an expression or a condition.

    Django keeps such a one as an index, so it is not a constraint to the database's catalogue.
    """

    atomic = False

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """Build the index without keeping writers waiting; fails where two rows are the same already."""
        if schema_editor.connection.vendor != "postgresql":
            super().database_forwards(app_label, schema_editor, from_state, to_state)
            return
        self._ensure_not_in_transaction(schema_editor)
        model = to_state.apps.get_model(app_label, self.model_name)
        create = str(self.constraint.create_sql(model, schema_editor))
        beside = create.replace("CREATE UNIQUE INDEX", "CREATE UNIQUE INDEX CONCURRENTLY", 1)
        with _built_anew(schema_editor, self.constraint.name):
            schema_editor.execute(beside, params=None)


class AddCheckOnline(AddConstraintNotValid):
    """A check that holds for every row written from now on; `ValidateCheckOnline` reads the others."""

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """ADD CONSTRAINT NOT VALID, which reads no row."""
        if schema_editor.connection.vendor != "postgresql":
            AddConstraint.database_forwards(self, app_label, schema_editor, from_state, to_state)
            return
        super().database_forwards(app_label, schema_editor, from_state, to_state)


class ValidateCheckOnline(ValidateConstraint):
    """VALIDATE CONSTRAINT: reads every row while others write; SQLite has done so already."""

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """Let the database rely on the check; fails where a row does not keep it."""
        if schema_editor.connection.vendor == "postgresql":
            super().database_forwards(app_label, schema_editor, from_state, to_state)


@contextmanager
def _built_anew(schema_editor: BaseDatabaseSchemaEditor, index: str) -> Iterator[None]:
    """Around CREATE INDEX CONCURRENTLY: one that a crash left half-made is taken away first."""
    # It waits for transactions that are older, and nobody waits for it: no bound.
    schema_editor.execute("SET lock_timeout = 0")
    schema_editor.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {schema_editor.quote_name(index)}")
    yield
    schema_editor.execute(f"SET lock_timeout = '{settings.MIGRATION_LOCK_TIMEOUT_SECONDS:d}s'")
