# ruff: noqa: E501 - tables of words read best as they are
"""Cue rules: the pieces that the tables of client and therapist share.

Patterns read `Unit.cue_text`: lower case, straight apostrophes, fillers removed. A weight is
between 0 and 1; the strongest cue of a topic counts.
"""

from __future__ import annotations

import re

Cue = tuple[re.Pattern[str], float]


def cues(*rules: tuple[str, float]) -> tuple[Cue, ...]:
    return tuple((re.compile(pattern), weight) for pattern, weight in rules)


NEXT = r"(?:next|following|coming) (?:[\w']+ )?(?:week|time|session|appointment|visit|meeting|month|monday|tuesday|wednesday|thursday|friday|saturday|sunday)"
DAY = r"(?:tomorrow|tonight|today|this (?:week|weekend|month|afternoon|evening)|(?:on )?(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday))"
DO = (
    r"(?:keep|try|write|practi[sc]e|call|contact|bring|take|make|start|stop|do|use|read|go|track|log|note|record|think"
    r"|talk|tell|schedule|book|set|put|cut|check|come|meet|avoid|have|get|look|ask|work|plan|follow|walk|limit|give"
    r"|send|let|see|continue|reach|attend|join|eat|drink|visit|list|choose|pick|find|remove|lock|sign|fill|monitor|switch|add|carry|leave|ring|text|drive|sleep|buy|wear|draft|step|turn|move|share|prepare|wait|notice|practise|rate|repeat|add)"
)
SYMPTOM = (
    r"\b(?:depress\w*|anxi\w+|panic\w*|hopeless\w*|worthless\w*|insomnia|nightmares?|crying|cried|overwhelm\w*|stress\w*"
    r"|exhaust\w*|lonely|numb|empty|angry|irritable|ashamed|guilty|scared|afraid|worr(?:y|ied|ying)|frustrat\w+|miserable"
    r"|flashbacks?|shak(?:y|ing)|racing|dizzy|headaches?|pain|hurts?|terrible|awful|horrible|struggl\w+|suffer\w*"
    r"|low|sad|tired|restless|hate|mad|embarrass\w+|stuck|trapped|out of control|lost)\b"
)
