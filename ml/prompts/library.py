"""Loads prompts from ``ml/prompts/<name>/<version>.md``.

A file has three parts: a line ``variables: a, b``, the text under ``# System`` and the text
under ``# User``.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from ml.prompts.template import PromptError, PromptTemplate

_FOLDER = Path(__file__).parent
_FILE = re.compile(r"variables:(?P<variables>[^\n]*)\n+# System\n(?P<system>.*?)\n# User\n(?P<user>.*)", re.S)


@cache
def load(name: str, version: str = "v1") -> PromptTemplate:
    """The template of a name and version.

    Raises:
        PromptError: there is no such file, or it lacks a part.
    """
    path = _FOLDER / name / f"{version}.md"
    if not path.is_file():
        known = ", ".join(sorted(p.parent.name for p in _FOLDER.glob("*/*.md")))
        raise PromptError(f"No prompt {name}/{version}; known: {known}.")
    match = _FILE.fullmatch(path.read_text(encoding="utf-8"))
    if match is None:
        raise PromptError(f"Prompt {name}/{version} needs 'variables:', '# System' and '# User'.")
    return PromptTemplate(
        name=name,
        version=version,
        system=match["system"].strip(),
        user=match["user"].strip(),
        variables=frozenset(v.strip() for v in match["variables"].split(",") if v.strip()),
    )
