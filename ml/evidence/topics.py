# ruff: noqa: E501 - tables of words read best as they are
"""What the finders look for: themes of a session, and prototype sentences of each topic.

Themes are the fine grain (sleep, mood, work, alcohol): a good note touches each one that came
up once, before it tells more about any. The prototypes are our own words; a unit that lies
close to one of them in the embedding space is a candidate although no cue rule knows it.
"""

from __future__ import annotations

import re
from typing import Final

from ml.schemas.report import Topic

THEMES: Final[dict[str, re.Pattern[str]]] = {
    name: re.compile(rf"\b(?:{words})\b", re.I)
    for name, words in {
        "sleep": r"sle(?:ep\w*|pt)|insomnia|nightmares?|w[ao]ke up|wak(?:e|ing) up|awake|in bed|naps?|tired|exhausted",
        "mood": r"mood|depress\w*|sad(?:ness)?|low|hopeless\w*|empty|numb|cry(?:ing)?|cried|unhappy|miserable|down|"
        r"worthless\w*|lonel\w+|alone|isolat\w+",
        "anxiety": r"anxi\w+|panic\w*|worr(?:y|ied|ies|ying)|nervous\w*|stress\w*|overwhelm\w*|afraid|scared|fear\w*|"
        r"tense|on edge|racing",
        "anger": r"ang(?:er|ry)|mad|furious|rage|irritab\w+|irritated|temper|frustrat\w+|annoy\w+|fight(?:s|ing)?|fought",
        "guilt": r"guilt\w*|asham\w+|shame|blam\w+|fault|regret\w*|embarrass\w+|burden",
        "appetite": r"eat(?:ing|s)?|ate|food|appetite|weight|pounds|meals?|diet\w*|calories|lunch|dinner|breakfast|"
        r"vegetables|soda|snack\w*|binge\w*",
        "exercise": r"exercis\w+|gym|walk(?:s|ing|ed)?|run(?:ning)?|workout|work(?:ing)? out|swim\w*|bike|yoga|active",
        "energy": r"energy|fatigue\w*|motivat\w+|concentrat\w+|focus\w*",
        "work": r"work(?:ing|ed)?|job|boss|office|shift|colleagues?|coworkers?|fired|laid off|manager|career|unemployed",
        "school": r"school|class(?:es)?|teachers?|grades?|homework|college|exams?|study\w*|principal|detention",
        "money": r"money|debts?|bills?|rent|afford\w*|cost\w*|gambl\w+|bets?|betting|casino|loan\w*|savings",
        "partner": r"husband|wife|spouse|partner|girlfriend|boyfriend|marriage|married|divorc\w+|separat\w+|dating|fianc\w+",
        "family": r"mother|mom|mum|father|dad|parents?|brother|sister|family|son|daughter|kids?|child(?:ren)?|baby|"
        r"grand(?:ma|mother|pa|father|parents|kids|children|daughter|son)|aunt|uncle|cousin",
        "friends": r"friends?|roommate|flatmate|neighbou?rs?|social",
        "grief": r"died|death|passed away|funeral|grief|griev\w+|loss|lost my|miss (?:him|her|them)",
        "alcohol": r"alcohol\w*|drink\w*|drank|drunk|beers?|wine|vodka|whisk\w+|liquor|sober|hung ?over|bar|pub|blackout\w*",
        "drugs": r"drugs?|weed|marijuana|cannabis|pot|cocaine|coke|heroin|meth|opioids?|fentanyl|pills?|high|stoned|"
        r"ecstasy|using|relapse\w*|clean",
        "smoking": r"smok\w+|cigarettes?|nicotine|vap(?:e|ing)|tobacco|quit(?:ting)?|pack",
        "caffeine": r"coffee|caffeine|energy drinks?",
        "medication": r"medic(?:ation|ations|ine|ines)|meds|dos(?:e|es|age)|mg|milligrams?|prescri\w+|side effects?|tablets?|"
        r"antidepressants?|insulin|inhaler|refills?|pharmacy",
        "pain": r"pain\w*|aches?|aching|headaches?|migraines?|hurts?|back|sore|injur\w+",
        "health": r"doctor|hospital|surgery|diabet\w+|blood (?:sugar|pressure)|asthma|diagnos\w+|symptoms?|sick|illness|"
        r"pregnan\w+|cancer|heart|breath\w*|teeth|dentist|clinic|nurse|tests?|cholesterol|kidney",
        "legal": r"court|judge|probation|parole|police|arrest\w*|jail|prison|lawyer|officer|charge[sd]?|licen[sc]e|DUI|DWI|"
        r"violat\w+|sentence|community service",
        "trauma": r"trauma\w*|abus\w+|assault\w*|flashbacks?|attack\w*|accident|raped?|hit me|violen\w+",
        "body": r"body|ugly|fat|mirror|appearance",
        "self": r"confiden\w+|self[- ]esteem|failure|good enough|stupid|perfect\w*|hate myself",
        "faith": r"god|pray\w*|church|faith|mosque|imam|priest",
        "home": r"house|apartment|moved?|moving|homeless|eviction|live (?:with|alone)",
        "thoughts": r"thoughts?|going over|ruminat\w+|can't stop thinking|think about",
        "safety": r"safety plan|crisis|hotline|988|safe",
    }.items()
}

PROTOTYPES: Final[dict[Topic, tuple[str, ...]]] = {
    Topic.CONCERN: (
        "I can't sleep at night and I wake up tired.",
        "I've been feeling really down and I don't enjoy anything anymore.",
        "My mood is low, maybe a two out of ten.",
        "I get so anxious that my heart races and I can't breathe.",
        "I keep worrying about everything and can't switch it off.",
        "I don't have any energy to get out of bed.",
        "I feel like I'm failing and everyone would see it.",
        "I've been losing my temper and shouting at people.",
        "I'm overwhelmed and I don't know how to cope.",
        "I'm worried about what this is doing to my health.",
        "I hardly eat and I've lost weight.",
        "I feel guilty about what I did.",
        "It's hard for me to stop even though I know it's bad for me.",
        "I don't think I have a problem, everybody is making too much of it.",
        "I'm scared that something bad will happen.",
        "My blood sugar has been out of control.",
    ),
    Topic.EVENT: (
        "I got fired from my job last week.",
        "My father died in the spring.",
        "We had a huge fight on Saturday night.",
        "I was arrested and now I have to go to court.",
        "I had a panic attack in the supermarket.",
        "I ended up in the emergency room.",
        "She moved out and took the kids.",
        "I failed my exam and got suspended.",
        "The doctor told me the results were bad.",
    ),
    Topic.RELATIONSHIP: (
        "My wife and I argue about it all the time.",
        "My mother keeps telling me what to do.",
        "I feel like nobody in my family understands me.",
        "My boyfriend wants me to stop.",
        "I don't want my kids to see me like this.",
        "I have no close friends I can talk to.",
    ),
    Topic.SUBSTANCE: (
        "I drink a bottle of wine most evenings.",
        "I have five or six beers on the weekend.",
        "I smoke weed every day to calm down.",
        "I smoke a pack of cigarettes a day.",
        "I relapsed and used again last month.",
        "I take pills that aren't mine.",
    ),
    Topic.MEDICATION: (
        "I stopped taking my medication because of the side effects.",
        "I forget my pills a couple of days a week.",
        "My doctor put me on a higher dose.",
        "I take fifty milligrams in the morning.",
        "I don't like using my inhaler.",
    ),
    Topic.STRENGTH: (
        "My kids are the reason I keep going.",
        "Going for a walk helps me calm down.",
        "My sister supports me and I can call her any time.",
        "I'm proud that I got through it.",
        "I've done it before so I know I can do it again.",
        "My faith gives me strength.",
    ),
    Topic.GOAL: (
        "I want to be able to go to work without panicking.",
        "I'd like to stop drinking for good.",
        "My goal is to lose some weight.",
        "I want things to be better with my family.",
        "I'd like to be a better father.",
        "I want to finish school and get a good job.",
    ),
    Topic.PROGRESS: (
        "It has been better since last time.",
        "I did the exercise you gave me and it helped.",
        "I haven't had a drink for three weeks.",
        "I managed to go out twice this week.",
        "I'm sleeping more than I used to.",
        "I've cut down a lot.",
    ),
    Topic.INTERVENTION: (
        "Let's try a breathing exercise together now.",
        "What is the evidence for that thought, and what speaks against it?",
        "On a scale from zero to ten, how ready are you to change?",
        "What would be the good things about making this change?",
        "Thank you for trusting me with that, it took courage.",
        "When we avoid something, the fear grows stronger.",
        "Let's look at the thought and the feeling that came with it.",
        "Can I share some information about what drinking does?",
    ),
    Topic.RESPONSE: (
        "That makes sense, I hadn't thought of it like that.",
        "I feel calmer after doing that.",
        "It helps to talk about it.",
        "That's a good idea, I think I can do that.",
        "I'm not sure that would work for me.",
    ),
    Topic.ASSESSMENT: (
        "It sounds like you're torn about making this change.",
        "Your score points to moderate depression.",
        "It seems that being alone is what sets it off.",
        "What I hear is that your family matters most to you.",
    ),
    Topic.PLAN: (
        "For homework, please write down your thoughts each evening.",
        "I would like us to make a safety plan together.",
        "Before our next session, try the exercise once a day.",
        "Let's meet again next week at the same time.",
        "I'll call my doctor tomorrow to make an appointment.",
        "I'm going to cut down to one drink a day.",
        "I'll give you the number of a support group.",
        "I'm going to talk to my wife about it this weekend.",
        "Keep a diary of what you eat until we meet again.",
        "I'm going to start walking three times a week.",
        "We'll check in on how that went next time.",
        "I'll refer you to a specialist.",
    ),
}
"""Prototype sentences by topic, in plain spoken English."""

BACKGROUND: Final[tuple[str, ...]] = (
    "Okay.",
    "How are you today?",
    "Yeah, I guess so.",
    "Thanks for coming in.",
    "Tell me more about that.",
    "What do you mean by that?",
    "I don't know.",
    "Is it okay if I ask you a few questions?",
    "My name is and I'm a counselor here.",
    "That's right.",
    "Anything else?",
    "Nice to meet you.",
    "Let me see.",
    "Can you hear me?",
)
"""Talk that carries no content; likeness to it lowers a unit's score."""


def themes_of(text: str) -> list[str]:
    """The themes whose words stand in a text, in the order of the table."""
    return [name for name, pattern in THEMES.items() if pattern.search(text)]
