"""deploy/observability: what panels and alerts ask for is what the running code tells."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import promql_parser
import pytest
import yaml
from prometheus_client import REGISTRY
from prometheus_client.parser import text_string_to_metric_families

from core.errors import CATALOGUE
from core.observability import metrics, metrics_page
from core.tests.flows.platform import ROOT
from sessions_app.models import Outcome
from sessions_app.pipeline import STAGES

FOLDER = ROOT / "deploy" / "observability"
OPERATIONS = ROOT / "docs" / "operations.md"
PROMETHEUS_OWN = {"up"}


def alerts() -> list[dict[str, Any]]:
    groups = yaml.safe_load((FOLDER / "alerts.yml").read_text())["groups"]
    return [rule for group in groups for rule in group["rules"]]


def panels() -> list[dict[str, Any]]:
    board = json.loads((FOLDER / "grafana" / "dashboards" / "platform.json").read_text())
    return list(board["panels"])


def queries() -> Iterator[tuple[str, str]]:
    for rule in alerts():
        yield rule["alert"], rule["expr"]
    for panel in panels():
        for target in panel["targets"]:
            yield panel["title"], target["expr"]


def selectors(expression: str) -> Iterator[promql_parser.VectorSelector]:
    """Every metric that a PromQL expression reads, with its label matchers."""
    waiting = [promql_parser.parse(expression)]
    while waiting:
        node = waiting.pop()
        if isinstance(node, promql_parser.VectorSelector):
            yield node
        for name in ("expr", "lhs", "rhs", "vector_selector"):
            child = getattr(node, name, None)
            if child is not None:
                waiting.append(child)
        waiting += list(getattr(node, "args", None) or [])


@pytest.fixture
def told(db: None, monkeypatch: pytest.MonkeyPatch) -> dict[str, set[str]]:
    """Sample names of this code's /metrics with their labels, counted and asked ones alike."""
    from core.observability import state_metrics

    # There is no broker here: its one metric is named below, without waiting for it in vain.
    well = {"database": "ok", "broker": "unavailable"}
    monkeypatch.setattr(state_metrics, "outcomes", lambda checks: dict.fromkeys(checks, "ok") | well)
    names: dict[str, set[str]] = {}
    for family in text_string_to_metric_families(metrics_page.stated().decode()):
        for sample in family.samples:
            names.setdefault(sample.name, set()).update(sample.labels)
    for family in REGISTRY.collect():
        metric = next((m for m in vars(metrics).values() if getattr(m, "_name", "") == family.name), None)
        if metric is None:
            continue
        labels = set(metric._labelnames)
        endings = ("_bucket", "_sum", "_count") if family.type == "histogram" else ("_total",)
        for ending in endings:
            names[family.name + ending] = labels | ({"le"} if ending == "_bucket" else set())
    names["platform_broker_messages"] = {"queue"}
    return names


@pytest.mark.parametrize(("where", "expression"), list(queries()))
def test_every_query_reads_what_is_told(where: str, expression: str, told: dict[str, set[str]]) -> None:
    read = [found for found in selectors(expression) if found.name not in PROMETHEUS_OWN]
    assert read or "up{" in expression
    for selector in read:
        assert selector.name in told, f"{where}: {selector.name}"
        for matcher in selector.matchers.matchers:
            assert matcher.name in told[str(selector.name)], f"{where}: {matcher.name}"
            check_values(matcher.name, matcher.value, matcher.op)


def check_values(label: str, value: str, operator: Any) -> None:
    """A stage, outcome or task that is compared with is one that exists."""
    known: dict[str, list[str]] = {
        "stage": [stage.name for stage in STAGES],
        "outcome": list(Outcome),
        "code": list(CATALOGUE),
    }
    if label == "task":
        from core.celery import app

        app.loader.import_default_modules()
        assert value in app.tasks
    elif label in known:
        assert all(re.fullmatch("|".join(known[label]), part) for part in value.split("|")), operator


def test_every_alert_is_told_apart_and_has_its_steps() -> None:
    names = [rule["alert"] for rule in alerts()]
    assert len(names) == len(set(names))
    page = OPERATIONS.read_text(encoding="utf-8")
    assert [name for name in names if f"### {name}\n" not in page] == []
    assert {rule["labels"]["severity"] for rule in alerts()} == {"page", "ticket"}


def test_panels_stand_side_by_side() -> None:
    taken: set[tuple[int, int]] = set()
    for panel in panels():
        place = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert not cells & taken, panel["title"]
        assert max(x for x, _ in cells) < 24
        taken |= cells
    assert len({panel["id"] for panel in panels()}) == len(panels())


@pytest.mark.parametrize("path", sorted(FOLDER.rglob("*.yml")), ids=lambda path: Path(path).name)
def test_every_file_is_yaml(path: Path) -> None:
    assert yaml.safe_load(path.read_text())
