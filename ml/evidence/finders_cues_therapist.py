# ruff: noqa: E501 - tables of words read best as they are
"""Cue rules for the therapist's words."""

from __future__ import annotations

import re
from typing import Final

from ml.evidence.finders_cues import DAY, DO, NEXT, Cue, cues
from ml.schemas.report import Topic

THERAPIST: Final[dict[Topic, tuple[Cue, ...]]] = {
    Topic.PLAN: cues(
        (
            r"\byou(?:'ll| will|'d) (?:[\w']+ )?(?!see|get|have|find|notice|feel|know|like|be|think|want|look|make|say|tell)"
            + DO
            + r"\b",
            0.68,
        ),
        (
            r"\bi(?:'m going to| am going to|'ll| will| can|'d like to) (?:increase|raise|lower|reduce|change|order|start|put|speak|fax|fill|draft|write|print|e-?mail|text|ring|ask your|book|get you)\b",
            0.75,
        ),
        (r"\b(?:for|as|your|the|some|of) homework\b", 0.95),
        (r"\bi(?:'d| would) (?:really |also )?like (?:us|you) to\b|\bi (?:want|need|'d ask) you to\b", 0.95),
        (
            r"\b(?:could|can|would|will) you (?:please |also |just |maybe |try (?:and|to) |be willing to |agree to |commit to )*"
            + DO
            + r"\b.*\b(?:"
            + NEXT
            + r"|every|each|once|twice|(?:a|per) (?:day|week)|before|after|until|between|at home|daily|when(?:ever)?|"
            + DAY
            + r")\b",
            0.9,
        ),
        (
            r"\b(?:between now and|before (?:we|you|our|your|the next)|until (?:we|our|next|then)|by (?:our )?next|over the (?:next|coming)|in the (?:next|meantime|coming))\b.*",
            0.7,
        ),
        (
            r"\b(?:let's|let us|shall we|why don't (?:we|you)|how about (?:we|you|if we)) (?:[\w']+ ){0,2}(?:meet|schedule|plan|agree|set|write|make|check|follow|touch base|get together|talk again|book|start|aim|see each other|come back|continue|review|put)\b",
            0.75,
        ),
        (
            r"\b(?:we'll|we will|we can|we're going to|i'll|i will|i'm going to|i can|let me) (?:[\w']+ ){0,3}(?:see you|meet|check|follow|review|refer|send|give you|get you|call|e-?mail|book|schedule|set (?:you )?up|connect|prescribe|write (?:you|up|a)|talk (?:again|to your)|contact|arrange|work on|pick (?:this|that|it) up|print|put you|start you|make (?:you )?(?:an appointment|a referral|a copy))\b",
            0.8,
        ),
        (
            r"\b(?:follow[- ]?up|next appointment|(?<!good to )(?<!nice to )(?<!great to )see you (?:next|in|on|then|back|again (?:next|in|on|then|soon))|come back (?:in|next|and|to)|(?<!at the )same time|back here (?:in|next))\b",
            0.85,
        ),
        (
            r"\b(?:i(?:'d)? (?:recommend|suggest|encourage)|my (?:recommendation|suggestion|advice)|i would (?:recommend|suggest|encourage)|i'm (?:recommending|suggesting|asking you|going to ask you|prescribing))\b",
            0.85,
        ),
        (
            r"\b(?:so )?(?:our|the|your) (?:plan|assignment|task|next step|first step|goal for (?:this|next|the)) (?:is|will be|for|would be)\b",
            0.85,
        ),
        (
            r"\b(?:(?:as )?we(?:'ve)? (?:agreed|said|decided|settled)|so you(?:'re| are) (?:going to|gonna)|you(?:'re| are) going to (?:"
            + DO
            + r")|you said you(?:'ll| will|'re going to| would| could))\b",
            0.65,
        ),
        (
            r"^(?:so |and |then |also |please |just |now,? )*(?:keep (?:a|up|doing|taking|writing|track|practi\w+|using|going)|try (?:to|and|writing|doing|using|the)|write (?:down|it|them)|practi[sc]e|bring|call me|continue|make sure|remember to|take (?:your|the|one|this)|use the|schedule|avoid|no )\b",
            0.75,
        ),
        (
            r"\b(?:give (?:me|us) a call|call (?:me|us|the)|reach out|crisis line|hotline|support group|safety plan|thought record|(?:sleep|food|mood|drink\w*) (?:diary|log|journal)|referral|worksheet|handout|pamphlet|brochure)\b",
            0.75,
        ),
        (
            r"\b(?:you (?:should|need to|must|have to|ought to)|it would be (?:good|helpful|great|best) (?:if you|for you|to))\b.*",
            0.5,
        ),
    ),
    Topic.INTERVENTION: cues(
        (
            r"\b(?:breathing|relaxation|mindful\w*|grounding|meditation|role[- ]?play|exposure|thought record|reframe|cognitive|behaviou?ral|coping|values|worksheet|exercise (?:together|we|where|called)|imagine|visuali[sz]e|body scan|muscle relaxation)\b",
            0.75,
        ),
        (r"\b(?:scale (?:of|from)|from (?:zero|0|one|1) to (?:ten|10))\b", 0.8),
        (
            r"\b(?:what(?:'s| is) the evidence|what would you (?:say|tell) (?:a|to a|your) friend|another way (?:of|to) look|pros and cons|good things (?:about|and)|not[- ]so[- ]good|less good)\b",
            0.85,
        ),
        (
            r"\b(?:thank you|thanks) for (?:telling|sharing|trusting|being)\b|\bi appreciate (?:you|your)\b",
            0.55,
        ),
        (
            r"\b(?:is it (?:ok|okay|all right|alright) if i|would it be (?:ok|okay|all right|alright) if i|can i|may i|let me) (?:[\w']+ ){0,2}(?:share|tell|give|explain|show|offer|ask you about)\b",
            0.6,
        ),
        (
            r"\b(?:research|studies|guidelines?|recommended|risk of|can cause|what we know|what happens is|it's common|many people|a lot of people)\b",
            0.65,
        ),
        (
            r"\b(?:you've (?:really |already |been )|you (?:really |clearly )?(?:care|showed|were able|managed|did a great)|that took|takes (?:a lot of )?(?:courage|strength)|good job|great job|well done|i'm impressed)\b",
            0.5,
        ),
        (r"\b(?:on the one hand|part of you)\b", 0.7),
    ),
    Topic.ASSESSMENT: cues(
        (
            r"\b(?:your score|scored|criteria|diagnosis|consistent with|suggests?|indicates?|in the (?:moderate|severe|mild|high|low)|test results?|results show|your (?:blood|a1c|levels?|numbers?|labs?))\b",
            0.85,
        ),
        (
            r"\b(?:my (?:sense|impression|understanding) is|what i(?:'m| am)? (?:hear(?:ing)?|notic(?:e|ing)|seeing|think))\b",
            0.75,
        ),
        (r"\b(?:it|this|that) (?:sounds|seems|looks) (?:like|as if|as though|that)\b", 0.55),
        (r"^(?:so,? )?(?:you(?:'re| are|'ve| have| feel| want| know| don't)|on the one hand)\b", 0.4),
    ),
    Topic.GOAL: cues(
        (r"\b(?:our|your|the|main) (?:main )?goals?\b", 0.7),
        (r"\b(?:agenda|focus on today|work on today|what would you like to)\b", 0.5),
    ),
    Topic.PROGRESS: cues(
        (
            r"\b(?:you've made|(?:lots of|good|great|real|much) progress|big step|better than (?:last|before)|compared (?:to|with)|since (?:we|our) last|big change|you've (?:cut|stopped|reduced|improved|gone|been able|managed|come a long))\b",
            0.7,
        ),
    ),
    Topic.MEDICATION: cues(
        (r"\b(?:\d+|\w+) ?(?:mg|milligrams?)\b", 0.9),
        (
            r"\b(?:prescri\w+|side effects?|dosage|increase (?:your|the) dose|refill|twice a day|once a day|with food)\b",
            0.7,
        ),
    ),
}

NOT_PLAN: Final = re.compile(
    r"\b(?:made (?:the|a) referral|before (?:we|you) (?:end|start|begin|finish|get|go|move|leave)|i (?:did |just )?want(?:ed)? to (?:go over|talk|ask|check|make sure)|you (?:can|could) (?:see|hear|tell)|last (?:week|time|session)(?:'s)? homework|how did (?:the|your) homework|did you (?:do|get|manage|bring|try)|have you (?:tried|ever|been|thought)"
    r"|what (?:do|would|could|will|are|is|were|did|else|kind|kinds|if|makes|made|happens|might) |how (?:do|would|could|are|is|was|did|important|confident|ready|much|many|often|long) |why (?:do|did|would|are|is|not) "
    r"|can you tell me|could you tell me|can you (?:describe|explain|give me an example|say more)|would you say|do you (?:think|feel|want|have|see|know|mean)|are you (?:able|aware|saying|worried)"
    r"|i want you to know|i'd like to (?:ask|know|hear|understand)|i would like to (?:ask|know|hear|understand)|let me (?:ask|just ask|see|make sure|know if i)|i'm going to ask you (?:some|a few|about)"
    r"|talk (?:a (?:little )?(?:bit )?)?about (?:what|how|why) (?:brought|is going))"
)
"""Therapist talk that looks like a plan and asks or looks back instead."""
