from __future__ import annotations

import pytest

from ml.prompts.library import load
from ml.prompts.template import PromptError, PromptTemplate

TEMPLATE = PromptTemplate(
    name="t",
    version="v1",
    system="Fixed.",
    user="{{ speaker }}: {{ quote }}",
    variables=frozenset({"speaker", "quote"}),
)


def test_renders_system_and_user_messages() -> None:
    system, user = TEMPLATE.render(speaker="Client", quote="hello")
    assert (system.role, system.content) == ("system", "Fixed.")
    assert (user.role, user.content) == ("user", "Client: hello")


def test_a_missing_or_unknown_variable_raises() -> None:
    with pytest.raises(PromptError, match="missing quote"):
        TEMPLATE.render(speaker="Client")
    with pytest.raises(PromptError, match="unknown mood"):
        TEMPLATE.render(speaker="Client", quote="x", mood="low")


def test_declared_variables_and_slots_must_agree() -> None:
    with pytest.raises(PromptError, match="quote"):
        PromptTemplate(name="t", version="v1", system="", user="{{ quote }}", variables=frozenset())


def test_slots_inside_a_transcript_stay_text() -> None:
    user = TEMPLATE.render(speaker="Client", quote="{{ speaker }} said")[1]
    assert user.content == "Client: {{ speaker }} said"


@pytest.mark.parametrize(
    "name", ["word_evidence", "read_risk", "annotate_text", "annotate_video", "annotate_brief"]
)
def test_every_prompt_loads_and_declares_the_transcript_as_data(name: str) -> None:
    template = load(name)
    assert template.identity == f"{name}/v1"
    assert "data from a recording" in template.system
    # Everything that changes stands in the last message, so that the rest can be cached.
    assert "{{" not in template.system


def test_an_unknown_prompt_names_the_known_ones() -> None:
    with pytest.raises(PromptError, match="word_evidence"):
        load("poem")
    with pytest.raises(PromptError):
        load("word_evidence", "v99")
