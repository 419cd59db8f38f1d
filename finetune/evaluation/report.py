"""The report of an evaluation: Markdown with figures, and the same as one HTML file."""

from __future__ import annotations

import base64
import html
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from finetune.evaluation.anchors import ANCHORS
from finetune.evaluation.labelling import NAMES, LabelResult
from finetune.evaluation.responses import ResponseScores
from finetune.figures import draw_confusion
from ml.labelling.tasks import Task
from ml.metrics.classification import Interval
from ml.schemas.base import Record

HEADER = ["labeller", "accuracy", "macro F1", "weighted F1", "answered", "items"]


class Evaluation(Record):
    """All that was measured; `subject` says on what."""

    subject: str
    notes: list[str]
    labels: list[LabelResult] = []
    responses: dict[str, ResponseScores] = {}


class _Table(Record):
    title: str
    header: list[str]
    rows: list[list[str]]
    figures: list[str] = []
    below: str = ""


def write_report(evaluation: Evaluation, folder: Path) -> Path:
    """Write report.md, report.html, report.json and the confusion matrices.

    Returns:
        The Markdown file.
    """
    folder.mkdir(parents=True, exist_ok=True)
    tables = [_label_table(evaluation, task, folder) for task in Task]
    shown = [table for table in tables if table is not None]
    if evaluation.responses:
        shown.append(_response_table(evaluation))
    (folder / "report.json").write_text(evaluation.model_dump_json(indent=1), encoding="utf-8")
    (folder / "report.html").write_text(_html(evaluation, shown, folder), encoding="utf-8")
    path = folder / "report.md"
    path.write_text(_markdown(evaluation, shown), encoding="utf-8")
    return path


def label_rows(results: Sequence[LabelResult], task: Task) -> list[list[str]]:
    """The lines of a task's table, as text."""
    rows = []
    for result in results:
        if result.task is not task:
            continue
        scores, spread = result.scores, result.scores.intervals
        rows.append(
            [
                result.labeller,
                _share(scores.accuracy, spread.accuracy if spread else None),
                _share(scores.macro_f1, spread.macro_f1 if spread else None),
                _share(scores.weighted_f1, spread.weighted_f1 if spread else None),
                f"{scores.coverage:.0%}",
                str(scores.items),
            ]
        )
    return rows


def _label_table(evaluation: Evaluation, task: Task, folder: Path) -> _Table | None:
    rows = label_rows(evaluation.labels, task)
    if not rows:
        return None
    figures = []
    for result in evaluation.labels:
        if result.task is task:
            name = f"confusion_{task.value}_{_file_name(result.labeller)}.png"
            confusion = result.scores.confusion
            draw_confusion(np.array(confusion.counts), confusion.labels, result.labeller, folder / name)
            figures.append(name)
    anchors = [
        f"{a.name} {100 * a.accuracy:.1f}" + (f" / {100 * a.weighted_f1:.1f}" if a.weighted_f1 else "")
        for a in ANCHORS
        if a.task is task
    ]
    below = (
        "On MESC's test dialogues, accuracy / weighted F1 in percent: " + "; ".join(anchors) + "."
        if anchors
        else ""
    )
    return _Table(title=NAMES[task].capitalize(), header=HEADER, rows=rows, figures=figures, below=below)


def _response_table(evaluation: Evaluation) -> _Table:
    rows = []
    for name, scores in evaluation.responses.items():
        near = scores.embedding_similarity
        rows.append(
            [
                name,
                f"{scores.bleu2:.3f}",
                f"{scores.rouge_l:.3f}",
                "not measured" if near is None else f"{near:.3f}",
                f"{scores.perplexity:.1f}",
                "no judge" if scores.judge is None else f"{scores.judge:.2f} ({scores.judged})",
                str(scores.items),
            ]
        )
    header = ["model", "BLEU-2", "ROUGE-L", "embedding cosine", "perplexity", "judge, 1 to 5", "items"]
    return _Table(title="Replies", header=header, rows=rows)


def markdown_table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table in Markdown; bars in cells are escaped."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', '/') for cell in line)} |" for line in lines)


def _markdown(evaluation: Evaluation, tables: Sequence[_Table]) -> str:
    parts = [f"# Evaluation: {evaluation.subject}", *evaluation.notes]
    for table in tables:
        parts += [f"## {table.title}", markdown_table(table.header, table.rows)]
        if table.below:
            parts.append(table.below)
        parts += [f"![{name}]({name})" for name in table.figures]
    return "\n\n".join(parts) + "\n"


def _html(evaluation: Evaluation, tables: Sequence[_Table], folder: Path) -> str:
    body = [f"<h1>Evaluation: {html.escape(evaluation.subject)}</h1>"]
    body += [f"<p>{html.escape(note)}</p>" for note in evaluation.notes]
    for table in tables:
        head = "".join(f"<th>{html.escape(cell)}</th>" for cell in table.header)
        rows = "".join(
            "<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in row) + "</tr>" for row in table.rows
        )
        body.append(f"<h2>{html.escape(table.title)}</h2><table><tr>{head}</tr>{rows}</table>")
        if table.below:
            body.append(f"<p>{html.escape(table.below)}</p>")
        for name in table.figures:
            data = base64.b64encode((folder / name).read_bytes()).decode()
            body.append(f'<img alt="{html.escape(name)}" src="data:image/png;base64,{data}">')
    style = (
        "body{font:15px system-ui;max-width:60rem;margin:2rem auto}td,th{padding:.2rem .6rem;text-align:left}"
    )
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8">'
        f"<title>{html.escape(evaluation.subject)}</title>"
        f"<style>{style}</style>{''.join(body)}</html>"
    )


def _share(value: float, spread: Interval | None) -> str:
    if spread is None:
        return f"{100 * value:.1f}"
    return f"{100 * value:.1f} ({100 * spread.low:.1f} to {100 * spread.high:.1f})"


def _file_name(name: str) -> str:
    return "".join(letter if letter.isalnum() else "_" for letter in name)
