"""The loss is transformers' own, and packed examples do not see each other."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.weights

ROWS = [
    ([11, 12, 13, 14, 15, 16], [-100, -100, -100, 14, 15, 16]),
    ([21, 22, 23, 24], [-100, -100, 23, 24]),
    ([31, 32, 33, 34, 35], [-100, 32, 33, 34, 35]),
]


@pytest.fixture(scope="module")
def model(tiny_model: Path) -> Any:
    from transformers import AutoModelForCausalLM

    return AutoModelForCausalLM.from_pretrained(str(tiny_model))


def batch(rows: list[tuple[list[int], list[int]]], *, packed: bool) -> dict[str, Any]:
    from trl.trainer.sft_trainer import DataCollatorForLanguageModeling

    examples: list[dict[str, Any]] = [{"input_ids": ids, "labels": labels} for ids, labels in rows]
    return dict(DataCollatorForLanguageModeling(pad_token_id=0, padding_free=packed)(examples))


def test_it_is_the_mean_over_learnt_tokens_and_gives_the_same_gradients(model: Any) -> None:
    import torch

    from finetune.trainer import answer_loss

    inputs = batch(ROWS, packed=False)
    weight = model.model.layers[0].mlp.up_proj.weight
    ours = answer_loss(model, inputs)
    ours.backward()
    our_gradient, weight.grad = weight.grad.clone(), None
    theirs = model(**inputs).loss
    theirs.backward()
    their_gradient, weight.grad = weight.grad.clone(), None
    assert ours.item() == pytest.approx(theirs.item(), abs=1e-5)
    assert torch.allclose(our_gradient, their_gradient, atol=1e-7)
    assert answer_loss(model, inputs, learnt_tokens=18).item() == pytest.approx(ours.item() / 2, rel=1e-5)


def test_packed_examples_attend_only_to_themselves(model: Any) -> None:
    import torch

    from finetune.trainer import answer_loss

    apart = sum(answer_loss(model, batch([row], packed=False), learnt_tokens=1).item() for row in ROWS)
    together = answer_loss(model, batch(ROWS, packed=True), learnt_tokens=1).item()
    assert together == pytest.approx(apart, abs=1e-4)
    inputs = batch(ROWS, packed=True)
    assert inputs["input_ids"].shape == (1, 15)
    assert inputs["position_ids"].tolist() == [[0, 1, 2, 3, 4, 5, 0, 1, 2, 3, 0, 1, 2, 3, 4]]
    read = {"input_ids": inputs["input_ids"], "position_ids": inputs["position_ids"]}
    read["use_cache"] = False  # with a cache positions mean something else
    with torch.no_grad():
        before = model(**read).logits[0, 6:]
        changed = {**read, "input_ids": inputs["input_ids"].clone()}
        changed["input_ids"][0, 0] = 999
        assert torch.equal(before, model(**changed).logits[0, 6:])


def test_a_batch_without_answers_is_zero_and_differentiable(model: Any) -> None:
    from finetune.trainer import answer_loss

    loss = answer_loss(model, batch([([1, 2, 3], [-100] * 3)], packed=False))
    assert loss.item() == 0.0
    loss.backward()
