# ruff: noqa: E501 - tables of words read best as they are
"""Cue rules: what a sentence must hold to be a candidate for a topic, by who speaks.

Patterns read `Unit.cue_text`: lower case, straight apostrophes, fillers removed. A weight is
between 0 and 1; the strongest cue of a topic counts.
"""

from __future__ import annotations

import re
from typing import Final

from ml.schemas.report import Topic

Cue = tuple[re.Pattern[str], float]


def _cues(*rules: tuple[str, float]) -> tuple[Cue, ...]:
    return tuple((re.compile(pattern), weight) for pattern, weight in rules)


_NEXT = r"(?:next|following|coming) (?:\w+ )?(?:week|time|session|appointment|visit|meeting|month|monday|tuesday|wednesday|thursday|friday|saturday|sunday)"
_DAY = r"(?:tomorrow|tonight|today|this (?:week|weekend|month|afternoon|evening)|(?:on )?(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday))"
_DO = (
    r"(?:keep|try|write|practi[sc]e|call|contact|bring|take|make|start|stop|do|use|read|go|track|log|note|record|think"
    r"|talk|tell|schedule|book|set|put|cut|check|come|meet|avoid|have|get|look|ask|work|plan|follow|walk|limit|give"
    r"|send|let|see|continue|reach|attend|join|eat|drink|visit|list|choose|pick|find|remove|lock|sign|fill|monitor|switch)"
)
_SYMPTOM = (
    r"\b(?:depress\w*|anxi\w+|panic\w*|hopeless\w*|worthless\w*|insomnia|nightmares?|crying|cried|overwhelm\w*|stress\w*"
    r"|exhaust\w*|lonely|numb|empty|angry|irritable|ashamed|guilty|scared|afraid|worr(?:y|ied|ying)|frustrat\w+|miserable"
    r"|flashbacks?|shak(?:y|ing)|racing|dizzy|headaches?|pain|hurts?|terrible|awful|horrible|struggl\w+|suffer\w*"
    r"|low|sad|tired|restless|hate|mad|embarrass\w+|stuck|trapped|out of control|lost)\b"
)

CLIENT: Final[dict[Topic, tuple[Cue, ...]]] = {
    Topic.CONCERN: _cues(
        (r"\b(?:\w+ )?out of (?:ten|10|a hundred|100|five)\b", 0.95),
        (
            r"\b(?:can't|cannot|couldn't|hardly|barely|don't|didn't) (?:\w+ )?(?:sleep|eat|concentrate|focus|breathe|cope|stop|get out|enjoy)",
            0.9,
        ),
        (r"\b(?:fall asleep|wake up|woke up|lie awake|hours of sleep|sleep(?:ing)?|nightmares?)\b", 0.8),
        (_SYMPTOM + r".*\b(?:all the time|every day|always|lately|a lot|at night|since)\b", 0.85),
        (r"\bi(?:'m| am|'ve been| have been| feel| felt| get| was| keep)\b.*" + _SYMPTOM, 0.75),
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
        (_SYMPTOM, 0.5),
    ),
    Topic.EVENT: _cues(
        (
            r"\b(?:got|was|were|been) (?:\w+ )?(?:fired|arrested|laid off|suspended|expelled|divorced|evicted|diagnosed|pulled over|hospitali[sz]ed|attacked|robbed|sentenced|pregnant|caught)\b",
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
    Topic.RELATIONSHIP: _cues(
        (
            r"\bmy (?:\w+ )?(?:wife|husband|mom|mum|mother|dad|father|parents|brother|sister|son|daughter|kids?|children|boyfriend|girlfriend|partner|family|friends?|roommate|boss|ex|fiance\w*|grand\w+)\b.*\b(?:said|says|thinks?|wants?|told|tells|yell\w*|hat(?:es?|ed)|lov(?:es?|ed)|left|fight\w*|argu\w+|support\w*|worr\w+|care[sd]?|understands?|knows?|upset|mad|angry|makes?|gets?|keeps?|nag\w*|never|always)\b",
            0.7,
        ),
        (r"\b(?:we|us) (?:\w+ )?(?:fight|argue|fought|argued|don't talk|broke up|split)\b", 0.75),
        (r"\b(?:nobody|no one|no-one) (?:\w+ )?(?:understands|cares|listens|to talk)\b", 0.75),
        (
            r"\bmy (?:wife|husband|mom|mum|mother|dad|father|parents|brother|sister|son|daughter|kids?|children|boyfriend|girlfriend|partner|family|roommate)\b",
            0.4,
        ),
    ),
    Topic.SUBSTANCE: _cues(
        (
            r"\b(?:\d+|one|two|three|four|five|six|seven|eight|ten|twelve|a (?:few|couple(?: of)?|bottle|glass|pack|gram|case)|half a|some|more) (?:\w+ ){0,3}(?:drinks?|beers?|wine|vodka|shots?|cigarettes?|joints?|packs?|whiske?y|bottles?|coffees?|cups)\b",
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
        (r"\bi (?:\w+ )?(?:drink|drank|smoke|smoked|use|used|gamble|vape|get high)\b", 0.65),
        (r"\b(?:alcohol|drinking|weed|marijuana|cocaine|heroin|meth|smoking|cigarettes?|gambling)\b", 0.5),
    ),
    Topic.MEDICATION: _cues(
        (r"\b(?:\d+|\w+) ?(?:mg|milligrams?|units)\b", 0.9),
        (
            r"\b(?:stopped|quit|forg[eo]t\w*|missed|skip\w*|ran out|refus\w+|don't|didn't|not|hate|started|start|keep|off)\b.*\b(?:meds?|medications?|medicines?|pills?|dos(?:e|es)|insulin|inhaler|prescription|antidepressants?|tablets?)\b",
            0.9,
        ),
        (r"\b(?:side effects?|refills?|dosage|prescri\w+)\b", 0.8),
        (
            r"\b(?:prozac|fluoxetine|zoloft|sertraline|lexapro|escitalopram|celexa|citalopram|paxil|paroxetine|wellbutrin|bupropion|effexor|venlafaxine|cymbalta|duloxetine|lithium|lamictal|lamotrigine|seroquel|quetiapine|abilify|aripiprazole|risperdal|risperidone|zyprexa|olanzapine|haldol|clozapine|xanax|alprazolam|ativan|lorazepam|klonopin|clonazepam|valium|diazepam|ambien|zolpidem|trazodone|mirtazapine|remeron|buspirone|adderall|ritalin|methylphenidate|vyvanse|strattera|methadone|suboxone|naltrexone|insulin|metformin|lisinopril|albuterol|ibuprofen|tylenol|aspirin|chantix|varenicline|antabuse|melatonin|propranolol)\b",
            0.85,
        ),
        (r"\b(?:meds?|medications?|medicines?|pills?|inhaler|insulin|tablets?)\b", 0.6),
    ),
    Topic.STRENGTH: _cues(
        (
            r"\b(?:i would never|i'd never|i could never|wouldn't) (?:\w+ ){0,4}(?:to|because of|for) my\b",
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
    Topic.GOAL: _cues(
        (r"\b(?:my goal|my dream|one of my goals|what i want)\b", 0.9),
        (r"\bi(?:'d| would) (?:really |just )?(?:like|love) to\b", 0.75),
        (
            r"\bi (?:really |just |do )?(?:want|need|hope|wish|have) to (?:be|stop|quit|get|lose|have|feel|make|see|change|go|find|do|start|live|keep|cut|finish|stay)\b",
            0.7,
        ),
        (r"\bi (?:just )?want (?:my|things|it|him|her|them)\b", 0.6),
    ),
    Topic.PROGRESS: _cues(
        (
            r"\b(?:haven't|have not|not) (?:had|touched|used|smoked|drunk|drank|gambled|cut)\b.*\b(?:in|for|since)\b",
            0.9,
        ),
        (
            r"\b(?:better|improv\w+|easier|less|fewer|cut (?:down|back)|went well|going well|worked|progress|lost (?:\w+ )?pounds|calmer)\b",
            0.6,
        ),
        (
            r"\bi (?:did|used|tried|practi[sc]ed|kept|wrote|finished|completed) (?:the|my|that|it|this)\b",
            0.65,
        ),
        (r"\b(?:days|weeks|months|years) (?:sober|clean|without)\b", 0.9),
    ),
    Topic.RESPONSE: _cues(
        (r"\b(?:that|it) (?:makes|made) (?:a lot of |\w+ )?sense\b", 0.85),
        (
            r"\b(?:never|hadn't|haven't|didn't) (?:\w+ )?(?:thought|think|looked|look) (?:of|about|at) (?:it|that)\b",
            0.85,
        ),
        (
            r"\bthat(?:'s| is| was| would be| sounds)(?: (?:really|pretty|very|actually|a))* (?:helpful|good|great|useful|true|reasonable|idea|interesting)\b",
            0.7,
        ),
        (
            r"\b(?:i feel|feeling|feels) (?:\w+ )?(?:better|calmer|lighter|relieved|hopeful|good about|ready|confident)\b",
            0.8,
        ),
        (
            r"\b(?:i'm not sure (?:that|it|if|i)|i don't think (?:that|it|i)|it won't|that won't|i doubt)\b",
            0.55,
        ),
        (r"\b(?:thank you|thanks) (?:for|so much)\b", 0.4),
    ),
    Topic.PLAN: _cues(
        (
            r"\bi(?:'ll| will| should be able to) (?:\w+ ){0,2}"
            + _DO
            + r"\b.*\b(?:"
            + _DAY
            + r"|"
            + _NEXT
            + r"|every|each|a day|a week|per|before|after|when|instead|until|at least|in the (?:morning|evening))\b",
            0.85,
        ),
        (
            r"\bi (?:can|could) (?:\w+ ){0,2}"
            + _DO
            + r"\b.*\b(?:"
            + _DAY
            + r"|"
            + _NEXT
            + r"|every (?:day|morning|evening|night|week)|a (?:day|week))\b",
            0.75,
        ),
        (
            r"\bi(?:'m| am) (?:definitely |just |probably )?(?:going to|gonna|planning (?:to|on)) (?:\w+ ){0,2}"
            + _DO
            + r"\b",
            0.75,
        ),
        (r"\bi(?:'ll| will) (?:definitely |probably |just |try (?:and|to) )*" + _DO + r"\b", 0.7),
        (
            r"\b(?:i can do that|i could do that|i'll do (?:that|it)|i can try (?:that|it)?|i'm willing to|i'd be willing to|i promise|i commit|i agree to|i'll try)\b",
            0.6,
        ),
        (
            r"\b(?:i think )?i(?:'d| would| could| can|'m able to) (?:probably |maybe |definitely )?(?:start(?: by| with)?|try(?: to)?|cut (?:down|back)|call|talk to|go to|sign up|make an appointment|set|write)\b",
            0.6,
        ),
        (
            r"\b(?:i (?:suppose|guess|think|know) (?:that )?i (?:could|can|should|need to|have to)|maybe (?:if )?i(?: could| can| should|'ll)?|i (?:really )?(?:need|have|got|gotta|should) (?:to )?(?:start|stop|cut|quit|call|talk to|get rid|make sure|take|go (?:to|see|back)|ask)) (?:\w+ ){0,2}(?:"
            + _DO
            + r"|back|down|rid|replace|substitute|remove|skip|reduce|leave|myself|my|it|the|a)\b",
            0.62,
        ),
        (r"\b(?:i plan to|my plan is|the plan is|first step)\b", 0.8),
        (r"\bstarting (?:" + _DAY + r"|now|next)\b", 0.7),
        (r"\b(?:see you|i'll be (?:here|back)|come back) (?:\w+ ){0,2}(?:next|on|then|in)\b", 0.65),
    ),
}

THERAPIST: Final[dict[Topic, tuple[Cue, ...]]] = {
    Topic.PLAN: _cues(
        (r"\b(?:for|as|your|the|some|of) homework\b", 0.95),
        (r"\bi(?:'d| would) (?:really |also )?like (?:us|you) to\b|\bi (?:want|need|'d ask) you to\b", 0.95),
        (
            r"\b(?:could|can|would|will) you (?:please |also |just |maybe |try (?:and|to) |be willing to |agree to |commit to )*"
            + _DO
            + r"\b.*\b(?:"
            + _NEXT
            + r"|every|each|once|twice|(?:a|per) (?:day|week)|before|after|until|between|at home|daily|when(?:ever)?|"
            + _DAY
            + r")\b",
            0.9,
        ),
        (
            r"\b(?:between now and|before (?:we|you|our|your|the next)|until (?:we|our|next|then)|by (?:our )?next|over the (?:next|coming)|in the (?:next|meantime|coming))\b.*",
            0.7,
        ),
        (
            r"\b(?:let's|let us|shall we|why don't (?:we|you)|how about (?:we|you|if we)) (?:\w+ ){0,2}(?:meet|schedule|plan|agree|set|write|make|check|follow|touch base|get together|talk again|book|start|aim|see each other|come back|continue|review|put)\b",
            0.75,
        ),
        (
            r"\b(?:we'll|we will|we can|we're going to|i'll|i will|i'm going to|i can|let me) (?:\w+ ){0,3}(?:see you|meet|check|follow|review|refer|send|give you|get you|call|e-?mail|book|schedule|set (?:you )?up|connect|prescribe|write (?:you|up|a)|talk (?:again|to your)|contact|arrange|work on|pick (?:this|that|it) up|print|put you|start you|make (?:you )?(?:an appointment|a referral|a copy))\b",
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
            r"\b(?:we(?:'ve)? agreed|so you(?:'re| are| will|'ll) (?:going to|gonna)?|you(?:'re| are) going to (?:"
            + _DO
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
    Topic.INTERVENTION: _cues(
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
            r"\b(?:is it (?:ok|okay|all right|alright) if i|would it be (?:ok|okay|all right|alright) if i|can i|may i|let me) (?:\w+ ){0,2}(?:share|tell|give|explain|show|offer|ask you about)\b",
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
    Topic.ASSESSMENT: _cues(
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
    Topic.GOAL: _cues(
        (r"\b(?:our|your|the|main) (?:main )?goals?\b", 0.7),
        (r"\b(?:agenda|focus on today|work on today|what would you like to)\b", 0.5),
    ),
    Topic.PROGRESS: _cues(
        (
            r"\b(?:you've made|(?:lots of|good|great|real|much) progress|big step|better than (?:last|before)|compared (?:to|with)|since (?:we|our) last|big change|you've (?:cut|stopped|reduced|improved|gone|been able|managed|come a long))\b",
            0.7,
        ),
    ),
    Topic.MEDICATION: _cues(
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
