# ruff: noqa: E501 - tables of expressions are easier to read unwrapped
"""Rule cues for a therapist's strategy: words that mostly mean one strategy.

They were written from the strategies' definitions (Hill's helping skills) and weighed on MESC's
training dialogues (`benchmarks.labels.weigh_cues`): a cue's confidence is the share of the turns it
hits that have its strategy. They leave most turns to others.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from ml.labelling.tasks import Answer, Answers, Task
from ml.schemas.dialogue import AnnotatedDialogue
from ml.schemas.labels import Strategy
from ml.schemas.transcript import SpeakerRole


class Cue(NamedTuple):
    """An expression, the strategy it speaks for, and how often it is right, 0 to 1."""

    name: str
    pattern: re.Pattern[str]
    strategy: Strategy
    confidence: float


class Hit(NamedTuple):
    """What a cue says of a turn."""

    strategy: Strategy
    confidence: float
    cue: str


_EXPRESSIONS: tuple[tuple[str, Strategy, float, str], ...] = (
    (
        "wh_question",
        Strategy.OPEN_QUESTION,
        0.8,
        r"(?:^|[,.;…] *)(?:(?:and|so|but|well|okay|now),? )*(?:what|how|why|who|where|when|which)\b(?! (?:a|about you)\b).*\?",
    ),
    (
        "yes_no_question",
        Strategy.OPEN_QUESTION,
        0.74,
        r"(?:^|[,.;…] *)(?:(?:and|so|but|well|okay|now),? )*(?:do|did|does|have|has|had|are|were|was|is|can|could|would|will)(?:n['’]t)? (?:you|he|she|they|it|that|there|this|your)\b.*\?",
    ),
    ("any_question", Strategy.OPEN_QUESTION, 0.69, r"\?\s*$"),
    (
        "you_statement_asked",
        Strategy.RESTATEMENT,
        0.3,
        r"^(?:(?:and|so|but|well),? )*(?:you|your|he|she|they)\b[^?]*\?\s*$",
    ),
    (
        "so_you",
        Strategy.RESTATEMENT,
        0.29,
        r"^(?:so|and)[, ]+you(?:['’]re| are| were| felt| feel| think| thought)?\b",
    ),
    (
        "you_said",
        Strategy.RESTATEMENT,
        0.68,
        r"\byou (?:said|told me|mentioned|were saying|described|talked about|called it)\b",
    ),
    (
        "perhaps_you",
        Strategy.INTERPRETATION,
        0.55,
        r"\b(?:maybe|perhaps|i wonder if|i wonder whether|it seems|it sounds|seems to me|i think (?:that )?(?:you|there|what|it)|i suspect|i sense)\b",
    ),
    (
        "because_you",
        Strategy.INTERPRETATION,
        0.63,
        r"\bbecause (?:you|your|he|she|they|of)\b|\bthat['’]s why you\b",
    ),
    (
        "part_of_you",
        Strategy.INTERPRETATION,
        0.55,
        r"\b(?:part of you|afraid (?:of|to|that)|unconscious\w*|as if you|protect(?:ing)? yourself|your need|your fear|your anger|your feelings?)\b",
    ),
    (
        "i_feel",
        Strategy.SELF_DISCLOSURE,
        0.52,
        r"\bi(?:['’]ve| have)? ?(?:felt|feel|was|am|had|used to|grew up|lost|remember|wanted|regret|admit|miss|love[ds]?)\b",
    ),
    (
        "my_own",
        Strategy.SELF_DISCLOSURE,
        0.48,
        r"\bmy (?:own|wife|husband|father|mother|dad|mom|son|daughter|kids|children|life|marriage|house|patients?)\b",
    ),
    (
        "no_i",
        Strategy.SELF_DISCLOSURE,
        0.4,
        r"^(?:yes|no|well|yeah),? i(?:['’]m| am| do| did| don['’]t| didn['’]t| have| was)\b",
    ),
    (
        "good",
        Strategy.APPROVAL,
        0.45,
        r"\b(?:good for you|well done|that['’]s (?:good|great|wonderful|right|true|fair|very)|very (?:good|brave|impressive)|i(?:['’]m| am) (?:proud|glad|impressed)|i believe you|i understand|of course|congratulations|excellent|you(?:['’]re| are) right|absolutely|exactly)\b",
    ),
    (
        "thanks_and_greetings",
        Strategy.COMMUNICATION_SKILLS,
        0.56,
        r"\b(?:thank you|thanks|hello|hi|good ?bye|bye|good (?:morning|afternoon|evening|night)|have a seat|sit down|come (?:on )?in|excuse me|nice to (?:meet|see) you|see you)\b",
    ),
    (
        "backchannel",
        Strategy.COMMUNICATION_SKILLS,
        0.68,
        r"^(?:(?:mm+|mm-hm+|uh-huh|hm+|ok(?:ay)?|all right|right|sure|yeah|yes|fine|oh|i see|go on|well|so)[ ,.…!-]*)+$",
    ),
    ("sorry", Strategy.COMMUNICATION_SKILLS, 0.56, r"\bi(?:['’]m| am) (?:so |very |really )?sorry\b"),
    (
        "you_should",
        Strategy.ADVISEMENT,
        0.31,
        r"\b(?:you (?:should|need to|have to|ought to|must|might want to|could try)|i(?:['’]d| would) (?:suggest|advise|recommend|like you to)|i want you to|why don['’]t you|try to|my advice|it(?:['’]s| is) important (?:that|to)|it (?:might|would|may) (?:be|help))\b",
    ),
    (
        "tell_me",
        Strategy.GUIDING,
        0.26,
        r"\b(?:tell me|let['’]s (?:talk|go|get|look|focus|stay|try|come)|go back to|come back to|talk (?:a little )?(?:more )?about|i(?:['’]d| would) like to (?:hear|talk|know|go|understand)|slow down|take your time)\b",
    ),
    (
        "session",
        Strategy.STRUCTURING,
        0.21,
        r"\b(?:time(?:['’]s| is) up|our time|next week|this (?:session|hour|office|room)|in (?:here|therapy)|the session|confidential\w*|ethic\w*|our sessions?|appointment|reschedule|therapist|supervis\w+|boundar\w+)\b",
    ),
)


def cue_hits(text: str) -> list[Hit]:
    """All cues that a therapist's turn holds, the surest first; empty where none does."""
    hits = [Hit(cue.strategy, cue.confidence, cue.name) for cue in CUES if cue.pattern.search(text)]
    return sorted(hits, key=lambda hit: (-hit.confidence, hit.cue))


class RuleLabeller:
    """Labels the therapist's turns that a cue hits; has no opinion on emotions and unseen turns."""

    name = "rules"

    def answer(self, task: Task, dialogues: Sequence[AnnotatedDialogue]) -> Answers:
        """See `ml.labelling.tasks.Labeller`."""
        answers: Answers = [[None] * len(dialogue.utterances) for dialogue in dialogues]
        if task is not Task.STRATEGY:
            return answers
        for dialogue, row in zip(dialogues, answers, strict=True):
            for place, turn in enumerate(dialogue.utterances):
                hits = cue_hits(turn.text) if turn.role is SpeakerRole.THERAPIST else []
                if hits:
                    row[place] = Answer(hits[0].strategy.value, hits[0].confidence)
        return answers


CUES = tuple(
    Cue(name, re.compile(pattern, re.IGNORECASE), strategy, confidence)
    for name, strategy, confidence, pattern in _EXPRESSIONS
)
