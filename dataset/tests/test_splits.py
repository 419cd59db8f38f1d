"""Splits: whole groups, balanced, deterministic, and never moved."""

from __future__ import annotations

import random
from collections import Counter

import pytest

from dataset.split_plan import SplitPlan, make_plan, read_plan, with_splits, write_plan
from dataset.splits import DEFAULT_SHARES, Leakage, assign_splits, label_shares, shared_keys
from dataset.tests.made_dialogues import made
from dataset.workspace import Workspace
from ml.schemas.dialogue import Split

HUNDRED = [made(f"d{number}", source=f"v{number // 2}", turns=4 + number % 9) for number in range(100)]


def test_shares_of_turns_and_labels_are_met() -> None:
    chosen = assign_splits(HUNDRED)
    placed = [item.model_copy(update={"split": chosen[item.id]}) for item in HUNDRED]

    whole = label_shares(placed)
    for split, share in DEFAULT_SHARES.items():
        part = label_shares([item for item in placed if item.split is split])
        assert part["totals"]["turns"] == pytest.approx(share * whole["totals"]["turns"], rel=0.1)
        for label, count in whole["emotion"].items():
            assert part["emotion"][label] == pytest.approx(share * count, abs=0.05 * count + 2)


def test_dialogues_of_one_video_stay_together() -> None:
    chosen = assign_splits(HUNDRED)
    splits = {f"v{number}": {chosen[f"d{2 * number}"], chosen[f"d{2 * number + 1}"]} for number in range(50)}
    assert all(len(found) == 1 for found in splits.values())


def test_the_order_they_come_in_does_not_matter_and_the_seed_does() -> None:
    shuffled = list(HUNDRED)
    random.Random(4).shuffle(shuffled)
    assert assign_splits(shuffled) == assign_splits(HUNDRED)
    assert assign_splits(HUNDRED, seed=1) != assign_splits(HUNDRED)


def test_copies_under_another_name_stay_together() -> None:
    same_file = [made("a", sha256="f" * 64), made("b", sha256="f" * 64)]
    same_words = [made("c", words="the very same"), made("e", words="the very same")]
    others = [made(f"x{number}") for number in range(8)]
    for seed in range(5):
        chosen = assign_splits([*same_file, *same_words, *others], seed=seed)
        assert chosen["a"] is chosen["b"]
        assert chosen["c"] is chosen["e"]


@pytest.mark.parametrize(("count", "filled"), [(1, 1), (2, 2), (3, 3), (4, 3), (11, 3)])
def test_few_sources_fill_as_many_splits_as_they_can(count: int, filled: int) -> None:
    chosen = Counter(assign_splits([made(f"d{number}") for number in range(count)]).values())
    assert len(chosen) == filled
    assert chosen.most_common(1)[0][0] is Split.TRAIN


def test_a_split_without_a_share_gets_nothing() -> None:
    shares = {Split.TRAIN: 0.5, Split.VALIDATION: 0.5, Split.TEST: 0.0}
    assert set(assign_splits(HUNDRED, shares).values()) == {Split.TRAIN, Split.VALIDATION}


def test_what_was_split_stays_when_more_comes() -> None:
    before = SplitPlan(dialogues=assign_splits(HUNDRED[:40]))
    plan = make_plan(HUNDRED[10:], DEFAULT_SHARES, 0, before)
    assert {name: plan.dialogues[name] for name in before.dialogues} == before.dialogues
    assert len(plan.dialogues) == 100


def test_a_new_dialogue_of_a_known_video_follows_it() -> None:
    for split in Split:
        chosen = assign_splits([made("old", source="v"), made("new", source="v")], before={"old": split})
        assert chosen["new"] is split


def test_groups_that_were_apart_and_turn_out_to_be_one_are_refused() -> None:
    copies = [made("a", sha256="f" * 64), made("b", sha256="f" * 64)]
    with pytest.raises(Leakage, match="--fresh"):
        assign_splits(copies, before={"a": Split.TRAIN, "b": Split.TEST})


def test_leaks_are_found_by_source_file_and_words() -> None:
    leaking = [
        made("a", source="v", split=Split.TRAIN),
        made("b", source="v", split=Split.TEST),
        made("c", sha256="e" * 64, split=Split.TRAIN),
        made("d", sha256="e" * 64, split=Split.VALIDATION),
        made("e", words="the very same", split=Split.TEST),
        made("f", words="The VERY same", split=Split.TRAIN),
        made("g", split=Split.TRAIN),
    ]
    assert [(key.kind, key.dialogues) for key in shared_keys(leaking)] == [
        ("sha256", ("c", "d")), ("source", ("a", "b")), ("words", ("e", "f")),
    ]  # fmt: skip


def test_our_own_data_is_refused_when_it_leaks_or_is_not_split() -> None:
    pair = [made("a", source="v"), made("b", source="v")]
    with pytest.raises(Leakage, match="more than one split; the first by source: a, b"):
        with_splits(pair, SplitPlan(dialogues={"a": Split.TRAIN, "b": Split.TEST}))
    with pytest.raises(Leakage, match="Run dataset_split") as caught:
        with_splits(pair, SplitPlan(dialogues={"a": Split.TRAIN}))
    assert caught.value.code == "not_split"


def test_a_plan_is_kept_and_a_damaged_one_refused(tmp_path) -> None:  # type: ignore[no-untyped-def]
    workspace = Workspace(tmp_path)
    assert read_plan(workspace) is None
    plan = make_plan(HUNDRED, DEFAULT_SHARES, 3, None)
    write_plan(workspace, plan)
    assert read_plan(workspace) == plan
    workspace.splits.write_text("{", encoding="utf-8")
    with pytest.raises(Exception, match="damaged"):
        read_plan(workspace)


def test_bad_requests() -> None:
    with pytest.raises(ValueError, match="add up to 1"):
        assign_splits(HUNDRED, {Split.TRAIN: 0.5})
    with pytest.raises(ValueError, match="same id"):
        assign_splits([made("a"), made("a")])
