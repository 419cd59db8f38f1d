# ruff: noqa: E501 - tables of expressions are easier to read unwrapped
"""Arabic statements (standard and the larger dialects) by rules over normalised script."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from importlib.resources import files

from ml.evidence.risk.finding import Finding
from ml.schemas.report import Polarity, RiskCategory, Severity, Subject, Timeframe
from ml.schemas.transcript import Segment, SpeakerRole

_LETTERS = str.maketrans({"أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ة": "ه", "ؤ": "ؤ", "ـ": " "})
_MARKS = re.compile("[\u064b-\u065f\u0670\u200e\u200f\u0640]")
_SENTENCE = re.compile(r"[^.!?؟\n]+[.!?؟]*")
_CLAUSE = re.compile(r"[،,؛;]|\b(?:لكن|ولكن|بس|لكني|لكنني)\b")
_NEGATED = re.compile(
    r"(?:\b(?:لا|لم|لن|ما|مش|مو|ليس|ليست|لست|ولا|مستحيل|ابدا|عمري ما|ماعندي|ما عندي|معنديش|ليس لدي|بدون|مافي|ما في|مفيش|غير)\b)"
    r"\s*(?:\S+\s){0,3}?$"
)
_NEGATED_INSIDE = re.compile(r"^(?:ما|لا|لم|مش|مو)")
_PAST = re.compile(
    r"(?:قبل|من)\s*(?:\S+\s){0,2}?(?:سنوات|سنين|سنه|اعوام|عام|عقد)|السنه الماضيه|العام الماضي|زمان|لما كنت|عندما كنت|حين كنت|كنت\s+(?:افكر|اجرح|بفكر|بجرح|اشرب|صغير|صغيره|مراهق|مراهقه)|في (?:الجامعه|المدرسه|الثانويه|طفولتي|صغري|مراهقتي|الماضي)|وانا صغير"
)
_PEOPLE = "اخي|اخوي|اختي|ابي|ابوي|والدي|امي|والدتي|صديقي|صديقتي|صاحبي|صاحبتي|زوجي|زوجتي|جوزي|ابني|ابنتي|بنتي|عمي|خالي|خالتي|عمتي|جاري|جارتي|زميلي|زميلتي|ابن عمي|جدي|جدتي|خطيبي"
_OTHER_SELF = re.compile(
    rf"\b(?:{_PEOPLE})\b\s*(?:\S+\s){{0,4}}?(?:انتحر|انتحرت|حاول الانتحار|حاولت الانتحار|قتل نفسه|قتلت نفسها|(?:يريد|تريد|بدو|بدها|عايز|عايزه|يقول|قال|قالت|تقول)\s*(?:\S+\s){{0,3}}?(?:يموت|تموت|ينتحر|تنتحر)|شنق نفسه|يفكر (?:في|ب)\s?الانتحار|تفكر (?:في|ب)\s?الانتحار)"
)
_OTHER_HARM = re.compile(
    rf"\b(?:{_PEOPLE})\b\s*(?:\S+\s){{0,3}}?(?:يجرح|تجرح|بيجرح|بتجرح|يؤذي|تؤذي|بيأذي|بتأذي|يضرب|تضرب)\s*(?:نفسه|نفسها|حاله|حالها)"
)
_IDIOM = re.compile(
    r"(?:اموت|بموت|اموت|ميت|ميته|مت|متت|اموت)\s*(?:من|عل|علي|في|فيك|ب)\s*(?:ال)?(?:ضحك|جوع|عطش|حر|خوف|خجل|برد|تعب|شوق|ملل|فضول|كسوف|حب|القهوه|اكل|شوكولا|نعاس|الاكل)\S*|(?:اموت|بموت) (?:في|علي) |(?:سا|ها|ح|راح )?(?:اقتلك|بقتلك|هقتلك) (?:لو|اذا)|يقتلني (?:الفضول|الملل|الشوق)|قتلني (?:الجوع|الحر|الملل)|انتحار (?:سياسي|مهني|وظيفي)"
)
_QUESTION = {
    RiskCategory.SUICIDE: re.compile(
        r"انتحار|تنتحر|(?:انهاء|لانهاء|تنهي|بانهاء|انهائ) حياتك|حياتك|تموت|الموت|تقتل نفسك|قتل نفسك|ما تصحي|لا تستيقظ|خطه|الحياه لا تستحق"
    ),
    RiskCategory.SELF_HARM: re.compile(
        r"(?:تؤذي|تاذي|ايذاء|اذيت|تجرح|جرحت|اذيه|بتاذي) (?:نفسك|حالك)|ايذاء النفس|ايذاء نفسك|ايذاء الذات"
    ),
    RiskCategory.HARM_TO_OTHERS: re.compile(r"(?:ايذاء|تؤذي|اذيه|تاذي) (?:احد|شخص|الاخرين|غيرك|حدا)"),
    RiskCategory.SUBSTANCE_USE: re.compile(r"تشرب|كحول|مخدرات|تتعاطي|تدخن"),
    RiskCategory.INTIMATE_PARTNER_VIOLENCE: re.compile(r"يضربك|تضربك|بيضربك|زوجك|شريكك|خايفه منه|تخافين"),
    RiskCategory.PSYCHOSIS: re.compile(r"تسمع (?:\S+\s)?اصوات|تسمعين|اشياء لا يراها"),
    RiskCategory.MEDICATION: re.compile(r"دواءك|ادويتك|تاخذ (?:ال)?دواء|جرعه"),
}
_YES = re.compile(
    r"^\W*(?:نعم|ايوه|ايوا|اه|اي\b|ايه|احيانا|ساعات|مرات|كثيرا|كتير|دائما|دايما|طبعا|اكيد|للاسف|كل يوم|كل ليله|يعني|ممكن|بصراحه نعم|قليلا|شويه|اوقات)"
)
_NO = re.compile(r"^\W*(?:لا|لأ|كلا|ابدا|مستحيل|اطلاقا|لم|ما|مش|مو|ولا مره|عمري ما|لن|ليس)\b")


@lru_cache(maxsize=1)
def _rules() -> tuple[tuple[RiskCategory, int | None, re.Pattern[str]], ...]:
    text = files("ml.evidence.risk").joinpath("lexicon", "ar", "rules.txt").read_text(encoding="utf-8")
    rules = []
    for line in text.splitlines():
        if line.strip() and not line.startswith("#"):
            category, level, expression = line.split("|", 2)
            rules.append(
                (RiskCategory(category), int(level) if level.isdigit() else None, re.compile(expression))
            )
    return tuple(rules)


def normalised(text: str) -> str:
    """The same number of letters with one spelling each; marks become a soft hyphen that is skipped."""
    return text.translate(_LETTERS)


class ArabicReader:
    """Reads Arabic turns; the therapist's questions count with their answers."""

    def findings(self, segments: Sequence[Segment]) -> list[list[Finding]]:
        """Findings for each segment, in its order."""
        found: list[list[Finding]] = [[] for _ in segments]
        for index, segment in enumerate(segments):
            if segment.role is SpeakerRole.THERAPIST:
                following = segments[index + 1] if index + 1 < len(segments) else None
                place, added = self._asked(segment.text, following.text if following else "", index)
                found[place].extend(added)
            else:
                found[index].extend(self.read(segment.text))
        return found

    def read(self, text: str) -> list[Finding]:
        """Findings of one client turn."""
        found: list[Finding] = []
        plain, places = _plain(text)
        for sentence in _SENTENCE.finditer(plain):
            for category, level, expression in _rules():
                for match in expression.finditer(sentence.group()):
                    found.extend(self._finding(text, places, sentence, match, category, level))
            for expression, category in (
                (_OTHER_SELF, RiskCategory.SUICIDE),
                (_OTHER_HARM, RiskCategory.SELF_HARM),
            ):
                told = expression.search(sentence.group())
                if told:
                    done = bool(re.search(r"انتحرت?\b|حاولت? الانتحار|قتلت? نفس|شنق", told.group()))
                    timeframe = Timeframe.PAST if done else Timeframe.CURRENT
                    found.append(
                        _made(
                            text,
                            places,
                            sentence,
                            category,
                            Polarity.ENDORSED,
                            Subject.OTHER,
                            timeframe,
                            None,
                        )
                    )
        others = {item.category for item in found if item.subject is Subject.OTHER}
        return _distinct(
            [
                item
                for item in found
                if item.subject is Subject.OTHER or item.category not in others or "نفسي" in text
            ]
        )

    def _finding(  # noqa: PLR0917
        self,
        text: str,
        places: list[int],
        sentence: re.Match[str],
        match: re.Match[str],
        category: RiskCategory,
        level: int | None,
    ) -> list[Finding]:
        body = sentence.group()
        if any(
            match.start() < idiom.end() and idiom.start() < match.end() for idiom in _IDIOM.finditer(body)
        ):
            return []
        breaks = [part.end() for part in _CLAUSE.finditer(body, 0, match.start())]
        before = body[max(breaks, default=0) : match.start()]
        negated = bool(_NEGATED.search(before)) and not _NEGATED_INSIDE.match(match.group())
        timeframe = Timeframe.PAST if _PAST.search(body) and not negated else Timeframe.CURRENT
        polarity = Polarity.DENIED if negated else Polarity.ENDORSED
        return [_made(text, places, sentence, category, polarity, Subject.CLIENT, timeframe, level)]

    def _asked(self, question: str, reply: str, index: int) -> tuple[int, list[Finding]]:
        plain, answer = normalised(_MARKS.sub("", question)), normalised(_MARKS.sub("", reply))
        added = []
        place = index
        for category, expression in _QUESTION.items():
            if not expression.search(plain):
                continue
            polarity, timeframe = Polarity.NOT_ASSESSED, Timeframe.UNCLEAR
            start, end, asked = 0, len(question), None
            if _YES.match(answer) or _NO.match(answer):
                polarity = Polarity.ENDORSED if _YES.match(answer) else Polarity.DENIED
                timeframe, end, asked, place = Timeframe.CURRENT, len(reply), index, index + 1
            added.append(
                Finding(category, polarity, Subject.CLIENT, timeframe, start, end, "rules", "answer",
                        Severity.HIGH if polarity is Polarity.ENDORSED else Severity.LOW, question=asked)
            )  # fmt: skip
        return place, added


def _plain(text: str) -> tuple[str, list[int]]:
    """Normalised text without marks, and for each of its characters the place in the original."""
    places = [index for index, letter in enumerate(text) if not _MARKS.match(letter)]
    return normalised("".join(text[index] for index in places)), [*places, len(text)]


def _made(  # noqa: PLR0917
    text: str, places: list[int], sentence: re.Match[str], category: RiskCategory, polarity: Polarity,
    subject: Subject, timeframe: Timeframe, level: int | None,
) -> Finding:  # fmt: skip
    start, end = places[sentence.start()], places[sentence.end()]
    start += len(text[start:end]) - len(text[start:end].lstrip())
    severity = Severity.HIGH if polarity is Polarity.ENDORSED and (level or 3) >= 2 else Severity.MODERATE
    return Finding(category, polarity, subject, timeframe, start, end, "rules", "arabic", severity, level)


def _distinct(found: list[Finding]) -> list[Finding]:
    seen: dict[tuple[object, ...], Finding] = {}
    for item in found:
        seen.setdefault((item.category, item.polarity, item.subject, item.timeframe, item.start), item)
    return list(seen.values())
