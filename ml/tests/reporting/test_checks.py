from __future__ import annotations

import pytest

from ml.reporting.checks import check_claim
from ml.reporting.wording import spoken_clean
from ml.reporting.wording_plan import deed_of
from ml.schemas.report import ClaimState

SEGMENT = "Low. Maybe a three out of ten. But I don't have a plan."


@pytest.mark.parametrize(
    ("text", "quotes", "segments", "state"),
    [
        ("Mood was low.", ["Low. Maybe a three out of ten."], [SEGMENT], ClaimState.INFERRED),
        (
            "Client said: “Maybe a three out of ten.”",
            ["Low. Maybe a three out of ten."],
            [SEGMENT],
            ClaimState.SUPPORTED,
        ),
        ("Client has no plan.", ["I don't have a plan."], [SEGMENT], ClaimState.SUPPORTED),
        ("Client has a plan.", ["I don't have a plan."], [SEGMENT], ClaimState.INFERRED),
        ("Client has no plan.", ["I don't have a plan."], ["Now it was corrected."], ClaimState.UNSUPPORTED),
        ("Client has no plan.", [], [], ClaimState.UNSUPPORTED),
        ("Client has no plan.", ["I don't have a plan."], [""], ClaimState.UNSUPPORTED),
        ("Four out of ten.", ["Maybe a three out of ten."], [SEGMENT], ClaimState.INFERRED),
    ],
)
def test_states_after_an_edit(text: str, quotes: list[str], segments: list[str], state: ClaimState) -> None:
    assert check_claim(text, quotes, segments) is state


@pytest.mark.parametrize(
    ("quote", "claim"),
    [
        ("I would like us to write a short safety plan together today.",
         "Therapist proposed: write a short safety plan together today."),
        ("And for homework, could you keep a thought record once a day, and have no coffee after noon?",
         "Homework proposed by therapist: keep a thought record once a day, and have no coffee after noon."),
        ("Okay, so can you please call the clinic before Friday?",
         "Therapist proposed: call the clinic before Friday."),
        ("Could you tell me about your sleep?", None),
        ("I'll call the clinic for you.", None),
        ("I'd like you to write down what I told you.", None),
    ],
)  # fmt: skip
def test_a_request_loses_its_polite_frame_only(quote: str, claim: str | None) -> None:
    assert deed_of(quote) == claim


def test_hesitation_is_taken_out_before_the_model_reads() -> None:
    assert spoken_clean("But, um, I-I just, you know, can't sl- sleep.") == "I just, can't sleep."
