"""Cues of who is speaking, therapist or client, in English and modestly in Arabic."""

from __future__ import annotations

from collections.abc import Mapping

# Each cue is counted per 100 words. Sentence cues are matched at the start of a sentence.
ENGLISH_WORDS: Mapping[str, str] = {
    "first_person": r"\b(i|i'm|i've|i'd|i'll|me|my|myself|mine)\b",
    "second_person": r"\b(you|you're|you've|you'd|you'll|your|yours|yourself)\b",
    "together": r"\b(we|we're|we've|we'll|let's|our|us)\b",
    "third_person": r"\b(he|she|they|him|her|them|his|their|he's|she's|they're)\b",
    "hedge": r"\b(i guess|i don't know|i dunno|dunno|kind of|kinda|sort of|i mean|whatever|maybe)\b",
    "filler": r"\b(um|uh|er|like|you know)\b",
    "negation": r"\b(no|not|never|nothing|don't|didn't|can't|won't|isn't|wasn't|couldn't|wouldn't)\b",
    "past": r"\b(was|were|had|did|went|said|told|got|came|thought|felt|used to)\b",
    "reasons": r"\b(because|'cause|so that|and then|but)\b",
    "relations": r"\bmy (\w+ )?(mom|mother|dad|father|wife|husband|girlfriend|boyfriend|partner|son|"
    r"daughter|kids?|children|family|friends?|boss|job|work|sister|brother|parents|life|head)\b",
    "distress": r"\bi('m| am| feel| felt| was)( \w+)? (\w+ )?(tired|sad|scared|afraid|angry|anxious|"
    r"depressed|worried|stressed|alone|worthless|hopeless|guilty|ashamed|lost|stuck|sick|awful|bad)\b|"
    r"\bi (can't|couldn't|don't want|just want|hate|wish|need|want|drink|smoke|take|sleep|wake)\b",
    "your_feelings": r"\byou('re| are)? (feel|feeling|felt|seem|sound|look|mentioned|said|think|want|know|"
    r"notice|describe|talked|told)\w*\b",
    "permission": r"\b(would you|could you|can you|is it ok|is it okay|would it be|if it's okay|do you mind|"
    r"are you willing|may i|can i ask|i wonder|i'm wondering|wondering|i'm curious)\b",
    "agenda": r"\b(session|homework|practice|thought record|safety plan|worksheet|exercise|goals?|today|"
    r"next (week|time|session)|last (week|time|session)|follow up|check in|appointment|treatment|strateg\w+|"
    r"scale|plan|steps?|options?|write (it |that |them )?down)\b",
    "information": r"\b(research|studies|recommend\w*|suggest\w*|some people|many people|"
    r"people who|most people|important|helpful|concern\w*|risk\w*|information|share with you|health)\b",
    "praise": r"\b(great|good for you|excellent|wonderful|thank you|thanks|appreciate|glad|proud|well done|"
    r"strength|that's (really )?(great|good|important))\b",
}
ENGLISH_STARTS: Mapping[str, str] = {
    "open_question": r"(and |so |well |okay |um |uh |but )*(how|what|when|where|why|who|which|tell me|"
    r"can you tell|could you tell|help me understand|walk me through)\b",
    "closed_question": r"(and |so |well |okay |um |uh |but )*(do|does|did|are|is|was|were|have|has|had|will|"
    r"would|could|can|should|any) (you|it|that|there|this|your|they|we)\b",
    "reflection": r"(and |so |well |okay |yeah |um |uh |but |right )*((it|that|this) (sounds|seems|"
    r"looks|must|feels)|sounds like|seems like|so (you|it|that|on one|part)|"
    r"you (feel|want|really|don't|have|know|were|are|think|can|see|might|like|just)|you're|you've|"
    r"what i'm hearing|i('m)? hear(ing)?|"
    r"in other words|on the one hand|i can (see|hear|imagine)|that must)\b",
    "structuring": r"(and |so |well |okay |alright |um |uh |now )*(let's|let me|i'd like (us )?to|i want us|"
    r"i would like|today|before we|we('ll| can| could| will| have)|what if|if you|for (this|next) week|"
    r"for homework|i'm going to|maybe we)\b",
    "acknowledgement": r"(okay|ok|right|mm-?hmm|mhm|alright|all right|i see|sure|great|good|"
    r"gotcha|got it|wow)\b",
    "answer": r"(yes|yeah|yep|no|nope|nah|not really|i guess|probably|i don't|i do|i am|i have|well i|"
    r"because|about|like)\b",
    "self": r"(and |so |but |well |um |uh |yeah |no |because )*(i|i'm|i've|my)\b",
}

# Modest: spoken Levantine, Gulf and Egyptian forms beside the standard ones.
ARABIC_WORDS: Mapping[str, str] = {
    "first_person": r"\b(أنا|انا|إني|اني|لي|عندي|معي|نفسي|بي|مني|عني|علي|حياتي|كنت|صرت)\b",
    "second_person": r"\b(أنت|انت|إنت|أنتِ|لك|عندك|معك|نفسك|بك|منك|عنك|عليك|حضرتك|كيفك|حالك)\b",
    "together": r"\b(نحن|احنا|إحنا|دعنا|خلينا|لنا|معا|معاً|سوا)\b",
    "third_person": r"\b(هو|هي|هم|له|لها|لهم)\b",
    "hedge": r"\b(يمكن|ربما|مش عارف|ما بعرف|لا أعرف|لا أدري|ما أدري|يعني)\b",
    "filler": r"\b(آه|اه|امم|طيب|والله)\b",
    "negation": r"\b(لا|ما|مش|لم|لن|ليس|مو|مافي|ولا)\b",
    "relations": r"\b(أمي|امي|أبي|ابي|زوجي|زوجتي|ابني|ابنتي|بنتي|أولادي|اولادي|أخي|اخي|"
    r"أختي|اختي|أهلي|اهلي|شغلي|عملي|أصحابي)\b",
    "distress": r"\b(تعبان|تعبانة|حزين|حزينة|خائف|خايف|خايفة|قلقان|قلق|زعلان|وحيد|وحيدة|مكتئب|أكره|لا أستطيع|"
    r"مش قادر|ما أقدر|ما بقدر|أشعر|بحس|أحس|أريد|بدي|عايز|عايزة)\b",
    "your_feelings": r"\b(تشعر|تشعرين|تحس|تحسين|شعرت|قلت|ذكرت|حكيت|تفكر|تفكرين|تريد|تريدين|بتحس)\b",
    "permission": r"\b(هل يمكن|هل يمكنك|ممكن|تقدر|تقدرين|هل تسمح|لو سمحت|أتساءل)\b",
    "agenda": r"\b(جلسة|الجلسة|واجب|الواجب|تمرين|خطة|هدف|أهداف|اليوم|القادمة|القادم|الماضية|"
    r"الأسبوع|موعد|العلاج|سجل|اكتب|تكتب)\b",
    "information": r"\b(دراسات|أنصح|أقترح|بعض الناس|كثير من الناس|مهم|مفيد)\b",
    "praise": r"\b(شكرا|شكراً|ممتاز|رائع|جيد|أحسنت|برافو|سعيد)\b",
}
ARABIC_STARTS: Mapping[str, str] = {
    "open_question": r"(و|طيب |إذن )*(كيف|ماذا|ما |متى|أين|لماذا|من |شو|ايش|إيش|وش|ليش|ليه|"
    r"احكي|حدثني|أخبرني|خبرني|قل لي)",
    "closed_question": r"(و|طيب )*(هل|في |عندك|بتحس|تحس|حاسس)",
    "reflection": r"(و|طيب )*(يبدو|واضح أن|إذن أنت|يعني أنت|أفهم|أسمع|تشعر|كأنك)",
    "structuring": r"(و|طيب )*(دعنا|خلينا|لنبدأ|سوف|سنقوم|أريدك|أريد منك|أود|اليوم|قبل أن)",
    "acknowledgement": r"(طيب|حسنا|حسناً|تمام|نعم أفهم|أفهم|جيد|ممتاز|أكيد)",
    "answer": r"(نعم|لا|أيوة|ايوه|إي|مش|ما |يمكن|لأن|والله)",
    "self": r"(و|بس |لكن )*(أنا|انا|إني|عندي|كنت)",
}
