# ruff: noqa: E501 - tables of words read best as they are
"""Cue rules for the client's words, and how a client answers a proposal."""

from __future__ import annotations

import re
from typing import Final

from ml.evidence.finders_cues import DAY, DO, NEXT, SYMPTOM, Cue, cues
from ml.lexicon.clinical_terms import MEDICATIONS
from ml.schemas.report import Topic

CLIENT: Final[dict[Topic, tuple[Cue, ...]]] = {
    Topic.CONCERN: cues(
        (r"\b(?:[\w']+ )?out of (?:ten|10|a hundred|100|five)\b", 0.95),
        (
            r"\b(?:can't|cannot|couldn't|hardly|barely|don't|didn't) (?:[\w']+ )?(?:sleep|eat|concentrate|focus|breathe|cope|stop|get out|enjoy)",
            0.9,
        ),
        (r"\b(?:fall asleep|wake up|woke up|lie awake|hours of sleep|sleep(?:ing)?|nightmares?)\b", 0.8),
        (SYMPTOM + r".*\b(?:all the time|every day|always|lately|a lot|at night|since)\b", 0.85),
        (r"\bi(?:'m| am|'ve been| have been| feel| felt| get| was| keep)\b.*" + SYMPTOM, 0.75),
        (r"\b(?:my|the) (?:biggest |main |real )?(?:problem|concern|issue|worry|fear)\b", 0.8),
        (r"\bi keep (?:going over|thinking|worrying|having|getting|forgetting|losing)", 0.8),
        (
            r"\b(?:it's|it is|it's been|been) (?:really |so |very |pretty |been )*(?:hard|difficult|tough|rough|bad)\b",
            0.65,
        ),
        (r"\b(?:worried|concerned|afraid|scared) (?:about|of|that)\b", 0.75),
        (
            r"\b(?:blood sugar|blood pressure|weight|symptoms?|pounds|asthma|diabetes|heart attack|cancer)\b",
            0.6,
        ),
        (r"\b(?:trouble|problems?|struggling|hard time) (?:with|sleeping|getting|at)\b", 0.75),
        (
            r"\bi (?:don't|didn't) (?:really )?(?:think|feel|see|want|need|like|know why|trust|believe)\b",
            0.45,
        ),
        (SYMPTOM, 0.5),
    ),
    Topic.EVENT: cues(
        (
            r"\b(?:got|was|were|been) (?:[\w']+ )?(?:fired|arrested|laid off|suspended|expelled|divorced|evicted|diagnosed|pulled over|hospitali[sz]ed|attacked|robbed|sentenced|pregnant|caught)\b",
            0.9,
        ),
        (r"\b(?:died|passed away|miscarriage|funeral|accident|surgery|overdosed?|relapsed)\b", 0.85),
        (
            r"\b(?:lost my|broke up|moved out|walked out|left me|kicked (?:me )?out|called the (?:police|cops)|got into a fight|had a fight|had an argument|panic attack)\b",
            0.85,
        ),
        (
            r"\b(?:last (?:night|week|weekend|month|year|time|monday|tuesday|wednesday|thursday|friday|saturday|sunday)|yesterday|the other (?:day|night)|a (?:few|couple of|couple) (?:days|weeks|months|years) ago|(?:two|three|four|five|six|\d+) (?:days|weeks|months|years) ago)\b",
            0.65,
        ),
        (
            r"\b(?:my doctor|the doctor|the judge|my lawyer|my probation officer|my boss|they) (?:said|told|says|sent)\b",
            0.6,
        ),
    ),
    Topic.RELATIONSHIP: cues(
        (
            r"\bmy (?:[\w']+ )?(?:wife|husband|mom|mum|mother|dad|father|parents|brother|sister|son|daughter|kids?|children|boyfriend|girlfriend|partner|family|friends?|roommate|boss|ex|fiance\w*|grand\w+)\b.*\b(?:said|says|thinks?|wants?|told|tells|yell\w*|hat(?:es?|ed)|lov(?:es?|ed)|left|fight\w*|argu\w+|support\w*|worr\w+|care[sd]?|understands?|knows?|upset|mad|angry|makes?|gets?|keeps?|nag\w*|never|always)\b",
            0.7,
        ),
        (r"\b(?:we|us) (?:[\w']+ )?(?:fight|argue|fought|argued|don't talk|broke up|split)\b", 0.75),
        (r"\b(?:nobody|no one|no-one) (?:[\w']+ )?(?:understands|cares|listens|to talk)\b", 0.75),
        (
            r"\bmy (?:wife|husband|mom|mum|mother|dad|father|parents|brother|sister|son|daughter|kids?|children|boyfriend|girlfriend|partner|family|roommate)\b",
            0.4,
        ),
    ),
    Topic.SUBSTANCE: cues(
        (
            r"\b(?:\d+|one|two|three|four|five|six|seven|eight|ten|twelve|a (?:few|couple(?: of)?|bottle|glass|pack|gram|case)|half a|some|more) (?:[\w']+ ){0,3}(?:drinks?|beers?|wine|vodka|shots?|cigarettes?|joints?|packs?|whiske?y|bottles?|coffees?|cups)\b",
            0.9,
        ),
        (
            r"\b(?:relapsed|got (?:drunk|high|stoned|wasted)|blacked out|hung ?over|sober|withdrawal|pack a day|packs a day)\b",
            0.85,
        ),
        (
            r"\b(?:drink(?:ing|s)?|drank|drunk|alcohol|beers?|wine|vodka|liquor|weed|marijuana|cannabis|cocaine|heroin|meth|pot|opioids?|oxy\w*|xanax|smok(?:e|es|ed|ing)|cigarettes?|vap(?:e|ing)|nicotine|gambl\w+|drugs?|coffee)\b.*\b(?:day|days|night|nights|week|weekend|weekends|morning|every|years?|months?|times|since|always|usually)\b",
            0.75,
        ),
        (r"\bi (?:[\w']+ )?(?:drink|drank|smoke|smoked|use|used|gamble|vape|get high)\b", 0.65),
        (r"\b(?:alcohol|drinking|weed|marijuana|cocaine|heroin|meth|smoking|cigarettes?|gambling)\b", 0.5),
    ),
    Topic.MEDICATION: cues(
        (
            r"\b(?:haven't|never|didn't|don't|only) (?:[\w']+ )?miss(?:ed)? (?:one|any|it|a (?:day|dose|single|pill|tablet)|[\w']+ dos)",
            0.8,
        ),
        (r"\b(?:\d+|\w+) ?(?:mg|milligrams?|units)\b", 0.9),
        (
            r"\b(?:stopped|quit|forg[eo]t\w*|missed|skip\w*|ran out|refus\w+|don't|didn't|not|hate|started|start|keep|off)\b.*\b(?:meds?|medications?|medicines?|pills?|dos(?:e|es)|insulin|inhaler|prescription|antidepressants?|tablets?)\b",
            0.9,
        ),
        (r"\b(?:side effects?|refills?|dosage|prescri\w+)\b", 0.8),
        (
            rf"\b(?:{'|'.join(MEDICATIONS)})\b",
            0.85,
        ),
        (r"\b(?:meds?|medications?|medicines?|pills?|inhaler|insulin|tablets?)\b", 0.6),
    ),
    Topic.STRENGTH: cues(
        (
            r"\b(?:i would never|i'd never|i could never|wouldn't) (?:[\w']+ ){0,4}(?:to|because of|for) my\b",
            0.85,
        ),
        (
            r"\b(?:reason (?:i|to|for)|live for|keeps? me going|keep going for|look(?:ing)? forward to)\b",
            0.85,
        ),
        (r"\b(?:helps? me|helped me|calms? me|makes me feel (?:better|good|happy|calm))\b", 0.8),
        (
            r"\b(?:i'm proud|proud of|i managed|i was able to|i got through|i'm good at|i can handle|i've done it before|i know i can)\b",
            0.8,
        ),
        (r"\b(?:supportive|supports? me|there for me|i can (?:talk to|call|count on)|has my back)\b", 0.8),
        (
            r"\b(?:i (?:really )?(?:love|enjoy|care about|value)|important to me|means a lot|mean everything)\b",
            0.65,
        ),
    ),
    Topic.GOAL: cues(
        (r"\b(?:my goal|my dream|one of my goals|what i want)\b", 0.9),
        (r"\bi(?:'d| would) (?:really |just )?(?:like|love) to\b", 0.75),
        (
            r"\bi (?:really |just |do )?(?:want|need|hope|wish|have) to (?:be|stop|quit|get|lose|have|feel|make|see|change|go|find|do|start|live|keep|cut|finish|stay)\b",
            0.7,
        ),
        (r"\bi (?:just )?want (?:my|things|it|him|her|them)\b", 0.6),
    ),
    Topic.PROGRESS: cues(
        (
            r"\b(?:haven't|have not|not) (?:had|touched|used|smoked|drunk|drank|gambled|cut)\b.*\b(?:in|for|since)\b",
            0.9,
        ),
        (
            r"\b(?:better|improv\w+|easier|less|fewer|cut (?:down|back)|went well|going well|worked|progress|lost (?:[\w']+ )?pounds|calmer)\b",
            0.6,
        ),
        (
            r"\bi (?:did|used|tried|practi[sc]ed|kept|wrote|finished|completed) (?:the|my|that|it|this)\b",
            0.65,
        ),
        (r"\b(?:days|weeks|months|years) (?:sober|clean|without)\b", 0.9),
    ),
    Topic.RESPONSE: cues(
        (r"\b(?:that|it) (?:makes|made) (?:a lot of |\w+ )?sense\b", 0.85),
        (
            r"\b(?:never|hadn't|haven't|didn't) (?:[\w']+ )?(?:thought|think|looked|look) (?:of|about|at) (?:it|that)\b",
            0.85,
        ),
        (
            r"\bthat(?:'s| is| was| would be| sounds)(?: (?:really|pretty|very|actually|a))* (?:helpful|good|great|useful|true|reasonable|idea|interesting)\b",
            0.7,
        ),
        (
            r"\b(?:i feel|feeling|feels) (?:[\w']+ )?(?:better|calmer|lighter|relieved|hopeful|good about|ready|confident)\b",
            0.8,
        ),
        (
            r"\b(?:i'm not sure (?:that|it|if|i)|i don't think (?:that|it|i)|it won't|that won't|i doubt)\b",
            0.55,
        ),
        (r"\b(?:thank you|thanks) (?:for|so much)\b", 0.4),
    ),
    Topic.PLAN: cues(
        (
            r"\bi(?:'m| am) (?:seeing|meeting|going|starting|calling|visiting|taking|having|moving|trying)\b.*\b"
            + DAY,
            0.7,
        ),
        (
            r"\bi(?:'ve| have) (?:already )?(?:booked|signed up|arranged|scheduled|made an appointment|got an appointment|an appointment)\b",
            0.68,
        ),
        (
            r"\bi (?:do )?(?:want|would like|'d like) to (?:carry on|keep (?:on|up|going|doing)|continue|start|try)\b",
            0.62,
        ),
        (
            r"\bi(?:'ll| will| should be able to) (?:[\w']+ ){0,2}"
            + DO
            + r"\b.*\b(?:"
            + DAY
            + r"|"
            + NEXT
            + r"|every|each|a day|a week|per|before|after|when|instead|until|at least|in the (?:morning|evening))\b",
            0.85,
        ),
        (
            r"\bi (?:can|could) (?:[\w']+ ){0,2}"
            + DO
            + r"\b.*\b(?:"
            + DAY
            + r"|"
            + NEXT
            + r"|every (?:day|morning|evening|night|week)|a (?:day|week))\b",
            0.75,
        ),
        (
            r"\bi(?:'m| am) (?:definitely |just |probably )?(?:going to|gonna|planning (?:to|on)) (?:[\w']+ ){0,2}"
            + DO
            + r"\b",
            0.75,
        ),
        (r"\bi(?:'ll| will) (?:definitely |probably |just |try (?:and|to) )*" + DO + r"\b", 0.7),
        (
            r"\b(?:i can do that|i could do that|i'll do (?:that|it)|i can try (?:that|it)?|i'm willing to|i'd be willing to|i promise|i commit|i agree to|i'll try)\b",
            0.6,
        ),
        (
            r"\b(?:i think )?i(?:'d| would| could| can|'m able to) (?:probably |maybe |definitely )?(?:start(?: by| with)?|try(?: to)?|cut (?:down|back)|call|talk to|go to|sign up|make an appointment|set|write)\b",
            0.6,
        ),
        (
            r"\b(?:i (?:suppose|guess|think|know) (?:that )?i (?:could|can|should|need to|have to)|maybe (?:if )?i(?: could| can| should|'ll)?|i (?:really )?(?:need|have|got|gotta|should) (?:to )?(?:start|stop|cut|quit|call|talk to|get rid|make sure|take|go (?:to|see|back)|ask)) (?:[\w']+ ){0,2}(?:"
            + DO
            + r"|back|down|rid|replace|substitute|remove|skip|reduce|leave|myself|my|it|the|a)\b",
            0.62,
        ),
        (r"\b(?:i plan to|my plan is|the plan is|first step)\b", 0.8),
        (r"\bstarting (?:" + DAY + r"|now|next)\b", 0.7),
        (r"\b(?:see you|i'll be (?:here|back)|come back) (?:[\w']+ ){0,2}(?:next|on|then|in)\b", 0.65),
    ),
}

NOT_COMMITMENT: Final = re.compile(
    r"\b(?:i(?:'ll| will| can|'m going to) (?:never|tell you|admit|say|be honest|give you that|see (?:what|if|him|her|how)|think (?:like|that)|just (?:sit|lie|lay)|always|get (?:angry|mad|upset|drunk|high|fired|in trouble)|have to (?:see|think))"
    r"|i can't|i cannot|i could(?:n't| not)|i won't|i don't (?:want|think|know|see)|i'm not (?:sure|ready|going)|i will not|if i (?:do|don't|did|didn't)|i used to|whenever i|sometimes|every time|most (?:times|of the time)|usually|normally|if it's been"
    r"|i(?:'m| am) going to (?:die|be|have to|lose|hear|kill|get (?:angry|mad|caught|in trouble|sick|fired))|i'll be (?:like|honest|fine|in)|then i'll|and i'll just|i could care|i can (?:tell|see|understand|imagine|remember|feel|hear|think)"
    r"|i could (?:see|have|be|feel|tell|understand|die|lose|get)|i would(?:n't| not))\b"
)
"""Client talk in the future tense that promises nothing."""

REJECTS: Final = re.compile(
    r"^(?:uh |um |well,? |oh,? )*(?:no\b(?!,? (?:that's (?:fine|okay|ok|good)|problem|not at all|i can))|nope|not really|i (?:don't|can't|won't|couldn't|wouldn't|do not|cannot|will not|would not)\b|i'm not (?:sure|going|doing|ready)|absolutely not|no way|never\b|that (?:won't|wouldn't|isn't|doesn't))"
)
"""A client's answer that turns a proposal down."""

ACCEPTS: Final = re.compile(
    r"\b(?:yes|yeah|yep|okay|ok|sure|alright|all right|i can do that|i could do that|i'll (?:do|try)|sounds good|definitely|absolutely|of course|that (?:sounds|works|would)|good idea|i think so|fine)\b"
)
"""A client's answer that takes a proposal up."""
