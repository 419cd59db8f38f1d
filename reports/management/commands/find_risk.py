"""``manage.py find_risk FILE.jsonl``: what short statements say of risks."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from ml.errors import BackendNotInstalled
from ml.evidence.risk.encoder import RiskEncoder
from ml.evidence.risk.finder import RiskFinder, screened
from ml.evidence.risk.statements import StatementError, flags_as_dicts, read_statement
from ml.weights.store import WeightStore


class Command(BaseCommand):
    """Thin: reads lines, calls the finder, writes lines."""

    help = (
        "Find what statements say of suicide, self-harm and other risks. FILE holds lines "
        '{"id", "turns": [{"speaker", "text"}]}; "-" reads standard input. '
        "Example: python manage.py find_risk statements.jsonl --json"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE.jsonl")
        parser.add_argument(
            "--json", action="store_true", help='lines {"id", "flags": [...]} on standard output'
        )
        parser.add_argument("--rules-only", action="store_true", help="leave the trained encoder out")
        parser.add_argument("--language", default="", help="en or ar; guessed for each statement if absent")

    def handle(self, *args: Any, **options: Any) -> None:
        lines = self._lines(options["file"])
        finder = RiskFinder(None if options["rules_only"] else self._encoder())
        bad = 0
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            try:
                statement = read_statement(line, options["language"])
            except StatementError as error:
                bad += 1
                self.stderr.write(f"line {number}: {error}")
                continue
            if not screened(statement.language):
                bad += 1
                self.stderr.write(
                    f"line {number}: risk is not screened in the language {statement.language!r}"
                )
                continue
            flags = flags_as_dicts(finder.find_in_turns(statement.turns, statement.language))
            if options["json"]:
                self.stdout.write(json.dumps({"id": statement.id, "flags": flags}, ensure_ascii=False))
            else:
                self._show(statement.id, flags)
        if bad:
            raise CommandError(f"{bad} line(s) could not be read; the others were.")

    def _lines(self, name: str) -> list[str]:
        try:
            if name == "-":
                import sys

                return sys.stdin.read().splitlines()
            return Path(name).read_text(encoding="utf-8-sig").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
            raise CommandError(f"{name} cannot be read: {reason}") from None

    def _encoder(self) -> RiskEncoder | None:
        try:
            return RiskEncoder(WeightStore(Path(settings.MODELS_DIR)).path("risk-encoder"))
        except BackendNotInstalled as error:
            self.stderr.write(f"Rules only, which find fewer indirect statements. {error}")
            return None

    def _show(self, name: str, flags: list[dict[str, str]]) -> None:
        if not flags:
            self.stdout.write(f"{name}: nothing found")
        for flag in flags:
            facts = ", ".join(flag[key] for key in ("category", "polarity", "subject", "timeframe"))
            self.stdout.write(f'{name}: {facts}: "{flag["quote"]}"')
