"""`python -m dataset.annotation.annotation_engine`: the same as `python manage.py dataset_annotate`."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command with the project's settings."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "core.settings")
    from django.core.management import execute_from_command_line

    given = sys.argv[1:] if arguments is None else arguments
    execute_from_command_line(["dataset.annotation.annotation_engine", "dataset_annotate", *given])


if __name__ == "__main__":
    main()
