"""pytest plugin: leaves out the tests that never ask the database; another one changes nothing for them."""

from __future__ import annotations

import pytest

FIXTURES = frozenset({"db", "transactional_db", "django_db_reset_sequences", "live_server"})


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keep what has the database."""
    kept = [item for item in items if touches_database(item)]
    left = [item for item in items if not touches_database(item)]
    if left:
        config.hook.pytest_deselected(items=left)
        items[:] = kept


def touches_database(item: pytest.Item) -> bool:
    """Whether the test asks for the database by a mark or by a fixture."""
    if item.get_closest_marker("django_db") is not None:
        return True
    return not FIXTURES.isdisjoint(getattr(item, "fixturenames", ()))
