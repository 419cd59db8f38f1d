from __future__ import annotations

import pytest

from ml.llm import usage
from ml.schemas.chat import Usage
from ml.tests.llm.misbehaving_server import Reply, stand_in
from ml.tests.llm.test_openai_compatible import ASK, model_on


def test_every_answer_is_told_with_its_tokens_and_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[tuple[Usage, float]] = []

    def hear(spent: Usage, seconds: float) -> None:
        told.append((spent, seconds))

    monkeypatch.setattr(usage, "_listeners", [])
    usage.listen(hear)
    usage.listen(hear)
    with stand_in(Reply(text="Client is well.")) as server, model_on(server) as model:
        answer = model.complete(ASK)
    assert [spent for spent, _ in told] == [answer.usage]
    assert told[0][1] > 0
