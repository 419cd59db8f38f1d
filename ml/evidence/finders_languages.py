# ruff: noqa: E501 - tables of words read best as they are
"""Finders for languages other than English: few words, and the shape of a session.

What a client tells at some length is a key point; what a therapist asks for towards the end, or
with the words of homework and appointments, is plan. Nothing is read into it: all of it is
quoted. Arabic and some European languages have cue words; the rest go by shape alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from ml.evidence.finders_units import Unit, word_count
from ml.evidence.quotes import plain
from ml.schemas.report import Topic
from ml.schemas.transcript import SpeakerRole

Found = tuple[Unit, Topic, float, tuple[str, ...]]


def _rule(words: str) -> re.Pattern[str]:
    # Compared as quotes are: accents and vowel marks put aside.
    return re.compile(plain(words))


PLAN: Final[dict[str, re.Pattern[str]]] = {
    "ar": _rule("واجب|الجلسه القادمه|الجلسة القادمة|الاسبوع القادم|الأسبوع القادم|الاسبوع المقبل|الأسبوع المقبل|موعد|حتى نلتقي|سنلتقي|نلتقي|خطه السلامه|خطة السلامة|خطة امان|خطة أمان|كل مساء|كل يوم|كل صباح|اريدك ان|أريدك أن|اريد منك|أريد منك|اود ان|أود أن|سوف احيلك|سأحيلك|هل يمكنك ان|هل يمكنك أن|حاول ان|حاول أن|حاولي|اكتبي"),
    "de": _rule(r"\bhausaufgabe|\bbis (?:zum|zur) nächsten|\bbis nächste|\bnächste (?:woche|sitzung|mal)|\bnächsten (?:termin|mal|montag|dienstag|mittwoch|donnerstag|freitag)|\btermin\b|\bschreiben sie\b|\bbitte\b|\bich möchte,? dass|\bkönnten sie\b|\bversuchen sie\b|\bjeden (?:tag|abend|morgen)\b"),
    "fr": _rule(r"\bdevoirs?\b|\bprochaine? (?:séance|fois|semaine|rendez)|\bsemaine prochaine\b|\brendez-vous\b|\bj'aimerais que\b|\bpourriez-vous\b|\bessayez\b|\bnotez\b|\bchaque (?:jour|soir|matin)\b|\bd'ici\b"),
    "es": _rule(r"\btareas?\b|\bpróxim[ao] (?:sesión|semana|cita|vez)|\bsemana que viene\b|\bcita\b|\bme gustaría que\b|\bpodría usted\b|\bpodrías\b|\bintente\b|\bintenta\b|\bcada (?:día|noche|mañana)\b|\bescriba\b|\bapunte\b"),
    "it": _rule(r"\bcompit[oi]\b|\bprossim[ao] (?:seduta|settimana|volta|appuntamento)|\bappuntamento\b|\bvorrei che\b|\bpotrebbe\b|\bprovi a\b|\bogni (?:giorno|sera|mattina)\b|\bscriva\b"),
    "pt": _rule(r"\btarefas?\b|\bpróxim[ao] (?:sessão|semana|consulta|vez)|\bsemana que vem\b|\bconsulta\b|\bgostaria que\b|\bpoderia\b|\btente\b|\bcada dia\b|\btodos os dias\b|\bescreva\b"),
    "nl": _rule(r"\bhuiswerk\b|\bvolgende (?:week|sessie|keer|afspraak)|\bafspraak\b|\bik wil graag dat\b|\bzou u\b|\bzou je\b|\bprobeer\b|\belke (?:dag|avond|ochtend)\b|\bschrijf\b"),
    "tr": _rule(r"\bödev|\bgelecek (?:hafta|seans)|\bbir sonraki\b|\brandevu|\bistiyorum\b|\bdener misin|\bher (?:gün|akşam|sabah)\b|\byazın\b|\byazmanı"),
}  # fmt: skip
"""Words of homework, agreements and appointments, by language."""

_PROMISE: Final[dict[str, re.Pattern[str]]] = {
    "ar": _rule(
        r"(?:^|\s)س(?:اتصل|أتصل|اكتب|أكتب|احاول|أحاول|اذهب|أذهب|ابدا|أبدأ|اتوقف|أتوقف|افعل|أفعل|اخذ|آخذ)|سوف"
    ),
    "de": _rule(r"\bich werde\b|\bmorgen\b.*\b(?:rufe|gehe|mache)\b|\bich rufe\b"),
    "fr": _rule(r"\bje vais\b|\bj'appellerai\b"),
    "es": _rule(r"\bvoy a\b|\bllamaré\b"),
}
_CONCERN: Final[dict[str, re.Pattern[str]]] = {
    "ar": _rule(
        "نوم|انام|أنام|قلق|القلق|حزن|حزين|اكتئاب|خوف|خائف|تعب|وحيد|عمل|شغل|دواء|جرعة|كحول|اشرب|أشرب|زوج|زوجت|امي|أمي|ابي|أبي|ابن|بنت|صداع|ألم|الم|غضب|بكاء|ابكي|أبكي|من عشره|من عشرة|اشعر|أشعر"
    ),
    "de": _rule(
        r"schlaf|angst|traurig|depress|müde|einsam|arbeit|medikament|alkohol|trinke|schmerz|wütend|von zehn|streit"
    ),
    "fr": _rule(
        r"dor[ms]|sommeil|angoiss|anxi|trist|dépri|fatigu|seule?\b|travail|médicament|alcool|boi[st]|douleur|colère|sur dix"
    ),
    "es": _rule(
        r"duerm|dormir|sueño|ansie|trist|depri|cansad|sol[oa]\b|trabajo|medicament|alcohol|bebo|dolor|enfad|de diez"
    ),
}


def found_in(units: Sequence[Unit], language: str) -> Iterator[Found]:
    """Candidates as (unit, topic, score, themes), for `Finder`."""
    plan, promise, concern = PLAN.get(language), _PROMISE.get(language), _CONCERN.get(language)
    for unit in units:
        words = word_count(unit.text)
        # Scripts without spaces count by letters.
        words = max(words, len(unit.text) // 6 if words <= 2 else 0)
        text = plain(unit.text)
        if unit.role is SpeakerRole.THERAPIST:
            if plan is not None and plan.search(text):
                yield unit, Topic.PLAN, 0.8 if not unit.is_question else 0.6, ()
            elif plan is None and unit.position > 0.8 and words >= 5 and not unit.is_question:
                yield unit, Topic.PLAN, 0.6, ()
            continue
        if words < 4 or unit.is_question:
            continue
        if promise is not None and promise.search(text):
            yield unit, Topic.PLAN, 0.7, ()
        hits = tuple(dict.fromkeys(concern.findall(text))) if concern is not None else ()
        yield unit, Topic.CONCERN, min(1.0, 0.35 + 0.02 * min(words, 20) + 0.15 * len(hits)), hits
