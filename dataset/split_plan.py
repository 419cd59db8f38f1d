"""ROOT/splits.json: which split each dialogue of a data set belongs to, and how that was decided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pydantic import Field, ValidationError

from dataset.collection import UnreadableDialogues
from dataset.splits import DEFAULT_SHARES, Leakage, Shares, assign_splits, shared_keys
from dataset.workspace import Workspace, write_text
from ml.schemas.base import Record
from ml.schemas.dialogue import AnnotatedDialogue, Split


class SplitPlan(Record):
    """The file's content; `dialogues` maps ids to splits."""

    seed: int = 0
    shares: dict[Split, float] = Field(default_factory=lambda: dict(DEFAULT_SHARES))
    dialogues: dict[str, Split] = Field(default_factory=dict)


def read_plan(workspace: Workspace) -> SplitPlan | None:
    """The plan of an earlier run; None where there is none.

    Raises:
        UnreadableDialogues: the file is damaged.
    """
    if not workspace.present(workspace.splits):
        return None
    try:
        return SplitPlan.model_validate_json(workspace.splits.read_text(encoding="utf-8"))
    except (ValidationError, UnicodeDecodeError):
        raise UnreadableDialogues("splits.json is damaged; split anew (--fresh).") from None


def make_plan(
    dialogues: Sequence[AnnotatedDialogue], shares: Shares, seed: int, before: SplitPlan | None
) -> SplitPlan:
    """Split our own dialogues; those of an earlier plan stay where they are.

    Dialogues that are no longer here keep their place in the plan: they may come back.

    Raises:
        Leakage, ValueError: see `dataset.splits.assign_splits`.
    """
    kept: Mapping[str, Split] = before.dialogues if before else {}
    chosen = assign_splits(dialogues, shares, seed, kept)
    return SplitPlan(seed=seed, shares=dict(shares), dialogues=dict(sorted({**kept, **chosen}.items())))


def write_plan(workspace: Workspace, plan: SplitPlan) -> None:
    """Write the plan whole, to the mirror too."""
    write_text(workspace.splits, f"{plan.model_dump_json(indent=1)}\n")
    if workspace.mirror is not None:
        workspace.mirror.upload(workspace.relative(workspace.splits))


def with_splits(dialogues: Sequence[AnnotatedDialogue], plan: SplitPlan) -> list[AnnotatedDialogue]:
    """Our own dialogues with their splits.

    Raises:
        Leakage: a dialogue has no split yet, or the plan puts one source into two.
    """
    missing = [item.id for item in dialogues if item.id not in plan.dialogues]
    if missing:
        raise Leakage(
            f"{len(missing)} dialogues are in no split, first {missing[0]}. Run dataset_split.", "not_split"
        )
    placed = [item.model_copy(update={"split": plan.dialogues[item.id]}) for item in dialogues]
    refuse_leaks(placed)
    return placed


def refuse_leaks(dialogues: Sequence[AnnotatedDialogue]) -> None:
    """Pass when no source, file or text is in two splits.

    Raises:
        Leakage: naming the first dialogues that are.
    """
    shared = shared_keys(dialogues)
    if shared:
        first = shared[0]
        raise Leakage(
            f"{len(shared)} sources, files or texts are in more than one split; the first by {first.kind}: "
            f"{', '.join(first.dialogues[:5])}."
        )
