"""What is done with a trained adapter: label, write, measure, merge, serve in the platform."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from finetune.base_model import Loaded
from finetune.config import Task
from finetune.errors import FinetuneError
from finetune.evaluation.responses import evaluate_responses
from finetune.examples import LABELS, examples_of_task, label_messages
from finetune.inference import Sampling, load_tuned, reply, stream_reply
from finetune.label_scores import LabelScorer
from finetune.merge import merge
from finetune.tests.conftest import Trained
from finetune.tests.made import dialogue, made_file
from finetune.tokens import IGNORED, encode
from ml.llm.base import GenerationOptions
from ml.llm.transformers_local import TransformersLocal
from ml.schemas.chat import ChatMessage

pytestmark = [pytest.mark.weights, pytest.mark.slow, pytest.mark.timeout(900)]

ASK = [ChatMessage(role="system", content="Be kind."), ChatMessage(role="user", content="I am tired.")]


@pytest.fixture(scope="module")
def tuned(trained: Trained) -> Loaded:
    return load_tuned(None, trained.folder.root, device="cpu")


def test_label_scores_are_the_exact_likelihoods(tuned: Loaded) -> None:
    import torch

    scorer = LabelScorer(tuned, LABELS[Task.STRATEGY])
    for place in (1, 3):
        messages = label_messages(dialogue(3).utterances, place, Task.STRATEGY, 2)
        assert messages is not None
        wanted = []
        for label in scorer.labels:
            row = encode(tuned.tokenizer, [*messages, ChatMessage(role="assistant", content=label)], 999)
            with torch.no_grad():
                logits = tuned.model(input_ids=torch.tensor([row.input_ids])).logits[0].log_softmax(-1)
            wanted.append(
                sum(logits[n - 1, token].item() for n, token in enumerate(row.labels) if token != IGNORED)
            )
        assert scorer.log_probabilities(messages) == pytest.approx(np.array(wanted), abs=1e-3)


def test_the_evaluate_command_runs_on_the_adapter(trained: Trained, tmp_path: Path) -> None:
    out = StringIO()
    call_command(
        "finetune_evaluate", "--labeller", "model", "--adapter", str(trained.folder.root), "--jsonl",
        str(made_file(tmp_path, 1, 2)), "--replies", "--report", str(tmp_path / "report"), "--json",
        stdout=out,
    )  # fmt: skip
    found = json.loads(out.getvalue())
    assert {item["task"] for item in found["labels"]} == {"emotion", "strategy", "next_strategy"}
    emotion = next(item["scores"] for item in found["labels"] if item["task"] == "emotion")
    assert (emotion["items"], emotion["answered"]) == (8, 8)
    (replies,) = found["responses"].values()
    assert replies["items"] > 0
    assert replies["perplexity"] > 1
    assert (tmp_path / "report" / "confusion_emotion_tiny_qwen2_run.png").is_file()


def test_perplexity_of_labels_falls_with_the_adapter(trained: Trained, tuned: Loaded) -> None:
    from finetune.evaluation.responses import perplexity

    examples = list(examples_of_task(dialogue(40), Task.EMOTION, 2))
    with_adapter = perplexity(tuned, examples, 256)
    with tuned.model.disable_adapter():
        without = perplexity(tuned, examples, 256)
    assert with_adapter < without / 2


def test_a_reply_streams_in_pieces_and_is_the_same_whole(tuned: Loaded) -> None:
    sampling = Sampling(max_tokens=6)
    pieces = list(stream_reply(tuned, ASK, sampling))
    assert reply(tuned, ASK, sampling) == "".join(pieces).strip()
    wild = Sampling(max_tokens=6, temperature=2.0, seed=3)
    assert reply(tuned, ASK, wild) == reply(tuned, ASK, wild)


def test_a_batch_goes_on_where_it_stopped(trained: Trained, tmp_path: Path) -> None:
    asked, answers = tmp_path / "asked.jsonl", tmp_path / "answers.jsonl"
    messages = [message.model_dump() for message in ASK]
    asked.write_text("".join(json.dumps({"id": f"q{n}", "messages": messages}) + "\n" for n in range(3)))
    answers.write_text('{"id": "q0", "text": "kept"}\n{"id": "q1", "te')
    out = StringIO()
    call_command(
        "finetune_infer", "--adapter", str(trained.folder.root), "--batch", str(asked), "--out", str(answers),
        "--max-tokens", "3", stdout=out,
    )  # fmt: skip
    found = [json.loads(line) for line in answers.read_text().splitlines()]
    assert [item["id"] for item in found] == ["q0", "q1", "q2"]
    assert found[0]["text"] == "kept"
    assert "2 answers" in out.getvalue()
    asked.write_text('{"id": 1}\n')
    with pytest.raises(CommandError, match=r"asked\.jsonl, line 1"):
        call_command("finetune_infer", "--adapter", str(trained.folder.root), "--batch", str(asked),
                     "--out", str(answers))  # fmt: skip


def test_a_conversation_at_the_terminal(trained: Trained, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = iter(["I am tired.", "Since May.", ""])
    monkeypatch.setattr("builtins.input", lambda: next(lines))
    out = StringIO()
    call_command("finetune_infer", "--adapter", str(trained.folder.root), "--max-tokens", "3", stdout=out)
    assert out.getvalue().count("> ") == 3


def test_a_merged_model_is_whole_and_answers_like_base_and_adapter(
    trained: Trained, tuned: Loaded, tiny_model: Path, tmp_path: Path
) -> None:
    import torch

    out = merge(None, trained.folder.root, tmp_path / "merged")
    whole = load_tuned(str(out), None, device="cpu")
    ids = torch.tensor([[11, 12, 13, 14]])
    with torch.no_grad():
        wanted = tuned.model(input_ids=ids).logits
        difference = (whole.model(input_ids=ids).logits - wanted).abs().max().item()
        with tuned.model.disable_adapter():
            learnt = (tuned.model(input_ids=ids).logits - wanted).abs().max().item()
    assert difference < 0.05 * learnt, "rounding to bfloat16 and no more"
    with pytest.raises(FinetuneError, match="there already"):
        merge(None, trained.folder.root, out)
    config = json.loads((out / "config.json").read_text())
    (out / "config.json").write_text(json.dumps({**config, "quantization_config": {"load_in_4bit": True}}))
    with pytest.raises(FinetuneError, match="quantized"):
        merge(str(out), trained.folder.root, tmp_path / "again")


def test_the_platforms_backend_loads_the_adapter(trained: Trained, tiny_model: Path) -> None:
    model = TransformersLocal(model_path=tiny_model, adapter_path=trained.folder.adapter, device="cpu")
    answer = model.complete(ASK, GenerationOptions(max_tokens=4))
    assert 0 < answer.usage.completion_tokens <= 4
    model.close()


def test_a_damaged_or_foreign_adapter_is_told(trained: Trained, tiny_model: Path, tmp_path: Path) -> None:
    for name in ("adapter_config.json", "adapter_model.safetensors"):
        (tmp_path / name).write_bytes((trained.folder.adapter / name).read_bytes())
    with (tmp_path / "adapter_model.safetensors").open("r+b") as file:
        file.truncate(1000)
    with pytest.raises(FinetuneError, match="damaged") as caught:
        load_tuned(str(tiny_model), tmp_path, device="cpu")
    assert caught.value.code == "checkpoint_broken"
    with pytest.raises(FinetuneError, match="no adapter"):
        load_tuned(str(tiny_model), tmp_path / "nowhere", device="cpu")


def test_replies_are_marked_by_a_judge(tuned: Loaded) -> None:
    class Judge:
        """Stands in for a server: marks the first reply, gives nonsense for the rest."""

        name = "judge"
        marks = iter([4, 9, 9, 9])

        def structured(self, messages: Any, schema: Any, options: Any) -> Any:
            assert "Reply to mark:" in messages[1].content
            return schema(mark=next(self.marks))

    examples = list(examples_of_task(dialogue(1), Task.RESPONSE, 4))[:2]
    found = evaluate_responses(tuned, examples, embedder=None, judge=Judge())  # type: ignore[arg-type]
    assert (found.judge, found.judged, found.items) == (4.0, 1, 2)
    assert found.embedding_similarity is None
