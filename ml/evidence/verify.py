"""The verifier: what a worded claim says that its quotes do not, and what it leaves out.

It knows no paraphrase on purpose. A wording stands only as a near-verbatim change of person;
everything else is reported as a difference, and the caller puts the quote in its place.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ml.evidence import verify_words as w
from ml.evidence.quotes import quote_in
from ml.schemas.transcript import SpeakerRole

_QUOTED = re.compile(r"[“\"«](.+?)[”\"»]", re.S)
_MENTION = re.compile(r"\s*the session touched on ", re.I)
"""A list of what came up asserts nothing of it, so it cannot turn anything round."""
_REACH = 4
"""Words after a negation or hedge that it is taken to bear on, within its clause."""
_REQUEST = re.compile(
    r"\b(?:could|can|would|will) (?:you|we) (?:please |also |just |maybe )*(?=[a-z])"
    r"|\bi(?:'d| would) (?:really |also )?like (?=(?:us|you) to\b)",
    re.I,
)
"""The polite frame of a request; its "could" and "would" say nothing about the deed."""
_PERSON_WORDS = w.SPEAKER | w.ADDRESSEE | w.WE | w.HE | w.SHE | w.THEY | w.CLIENT | w.THERAPIST
_PRONOUN_CLASSES = (("he", w.HE), ("she", w.SHE), ("they", w.THEY))


@dataclass(frozen=True, slots=True)
class Difference:
    """One way in which a claim departs from its evidence; `word` is for tests, never for logs."""

    kind: str
    word: str


def differences(
    text: str, quotes: Sequence[str], *, role: SpeakerRole | None = None, strict: bool = False
) -> list[Difference]:
    """Compare a claim with its evidence.

    Args:
        text: the claim. Passages in quotation marks that stand in the evidence are exempt.
        quotes: the verbatim evidence.
        role: who spoke the quotes; None checks persons only for first person left in the claim.
        strict: for wordings by a model: nothing that matters may be lost either, and tense and
            persons must stay. Not strict, for people's edits: a claim may say less.

    Returns:
        The differences; empty where the claim says only what the quotes say.
    """
    body = _QUOTED.sub(lambda m: " " if any(quote_in(q, m.group(1)) for q in quotes) else m.group(0), text)
    evidence = _REQUEST.sub(" ", " . ".join(quotes).replace("’", "'"))
    found = [*_numbers(body, evidence, strict), *_content(body, evidence, strict)]
    if _MENTION.match(body):
        return found
    found += [
        *_scope(body, evidence, w.NEGATIONS, "negation", strict),
        *_scope(body, evidence, w.HEDGES, "modality", strict),
    ]
    if strict and role is not None and body.strip():
        found.extend(_attribution(body, role))
    if strict or role is not None:
        found.extend(_persons(body, quotes, role))
    return found


def _is_content(token: str) -> bool:
    return not (
        w.is_number(token)
        or token in w.FUNCTION
        or token in w.FRAME
        or token in w.NEGATIONS
        or token in w.HEDGES
        or token in _PERSON_WORDS
    )


def _numbers(body: str, evidence: str, strict: bool) -> list[Difference]:
    said = {t for t in w.tokens(evidence) if w.is_number(t)}
    claimed = {t for t in w.tokens(body) if w.is_number(t)}
    # "no one", "one of us": the word one is too common to be held against a shorter claim.
    wrong = (claimed - said) | ((said - claimed - {"1"}) if strict and body.strip() else set())
    return [Difference("number", token) for token in sorted(wrong)]


def _content(body: str, evidence: str, strict: bool) -> list[Difference]:
    loose = not strict
    said_tokens, claimed_tokens = w.tokens(evidence), w.tokens(body)
    said = {w.stem(t, loose=loose) for t in said_tokens}
    claimed = {w.stem(t, loose=loose) for t in claimed_tokens}
    new = {t for t in claimed_tokens if _is_content(t) and w.stem(t, loose=loose) not in said}
    found = [Difference("content", token) for token in sorted(new)]
    if strict and claimed_tokens:
        kept = {t for t in said_tokens if _is_content(t)}
        lost = {t for t in kept if w.stem(t) not in claimed}
        if len(lost) > 0.15 * len(kept):
            found.extend(Difference("lost", token) for token in sorted(lost))
    return found


def _marked(text: str, markers: frozenset[str], loose: bool) -> tuple[set[str], set[str], int]:
    """Stems within reach of a marker, stems free of one, and the number of markers."""
    inside: set[str] = set()
    free: set[str] = set()
    count = 0
    for clause in w.clauses(text):
        left = 0
        for token in clause:
            if token in markers:
                count += 1
                left = _REACH
                continue
            if _is_content(token) or token in w.HEDGES:
                (inside if left else free).add(w.stem(token, loose=loose))
            # Only words that carry content use up the reach of a marker.
            if left and _is_content(token):
                left -= 1
    return inside, free, count


def _scope(body: str, evidence: str, markers: frozenset[str], kind: str, strict: bool) -> list[Difference]:
    if not body.strip():
        return []
    in_claim, free_claim, claim_count = _marked(body, markers, not strict)
    in_said, free_said, said_count = _marked(evidence, markers, not strict)
    found = [Difference(kind, stem) for stem in sorted((in_claim & free_said) - in_said)]
    found += [Difference(kind, stem) for stem in sorted((free_claim & in_said) - free_said)]
    claimed = {t for t in w.tokens(body) if t in markers}
    said = {t for t in w.tokens(evidence) if t in markers}
    if kind == "modality":
        new = {w.stem(t) for t in claimed} - {w.stem(t) for t in said}
        found += [Difference(kind, stem) for stem in sorted(new)]
        if strict:
            lost = {w.stem(t) for t in said} - {w.stem(t) for t in claimed}
            found += [Difference(kind, stem) for stem in sorted(lost)]
    elif (claim_count and not said_count) or (strict and claim_count != said_count):
        found.append(Difference(kind, f"{said_count}->{claim_count}"))
    return found


def _attribution(body: str, role: SpeakerRole) -> list[Difference]:
    """What one person said must not read as a plain fact.

    A therapist's words keep the therapist as subject: "Client is worried" from "You're worried"
    would turn a guess into a report.
    """
    spoken = w.tokens(body)
    if role is SpeakerRole.THERAPIST:
        ok = any(token in w.THERAPIST for token in spoken[:5])
    else:
        ok = any(token in w.CLIENT for token in spoken)
    return [] if ok else [Difference("attribution", role.value)]


def _classes(token: str) -> str | None:
    for name, words in (("S", w.SPEAKER), ("A", w.ADDRESSEE), ("W", w.WE), *_PRONOUN_CLASSES):
        if token in words:
            return name
    return None


def _persons(body: str, quotes: Sequence[str], role: SpeakerRole | None) -> list[Difference]:
    """Whether the claim speaks of the same people in the same order.

    The speaker may be called by role or by a pronoun that the quote does not use itself; who
    else is meant has to stay as it was said. The speaker may be left out where repeated.
    """
    claimed_tokens = _without_frame(w.tokens(body), role)
    if any(token in w.SPEAKER for token in claimed_tokens):
        return [Difference("person", "first person")]
    if role is None:
        return []
    said = [name for quote in quotes for token in w.tokens(quote) if (name := _classes(token))]
    at = 0
    for token in claimed_tokens:
        wanted = _accepted(token, role, said)
        if wanted is None:
            continue
        while at < len(said) and said[at] not in wanted and said[at] in ("S", "W", "A"):
            at += 1
        if at == len(said) or said[at] not in wanted:
            return [Difference("person", token)]
        at += 1
    if any(name not in ("S", "W", "A") for name in said[at:]):
        return [Difference("person", "left out")]
    return []


def _without_frame(claimed: list[str], role: SpeakerRole | None) -> list[str]:
    """The claim without a leading "Client said that" or "Homework proposed by therapist"."""
    if role is SpeakerRole.THERAPIST:
        for at, token in enumerate(claimed[:5]):
            if token in w.THERAPIST:
                return claimed[:at] + claimed[at + 1 :]
    own = w.THERAPIST if role is SpeakerRole.THERAPIST else w.CLIENT
    words = claimed[1:] if claimed and claimed[0] == "the" else claimed
    if len(words) > 1 and words[0] in own and words[1] in w.FRAME:
        return words[2:]
    return claimed


def _accepted(token: str, role: SpeakerRole, said: Sequence[str]) -> frozenset[str] | None:
    """The classes in the quote that a word of the claim may stand for; None if it names nobody."""
    client, therapist = ("A", "S") if role is SpeakerRole.THERAPIST else ("S", "A")
    if token in w.CLIENT:
        return frozenset({client})
    if token in w.THERAPIST:
        return frozenset({therapist})
    if token in w.ADDRESSEE:
        return frozenset({"A"})
    if token in w.WE:
        return frozenset({"W"})
    for name, words in _PRONOUN_CLASSES:
        if token in words:
            # A pronoun the speaker used for somebody else cannot also mean the client, and whether
            # the client is a he or a she is not in the words.
            own = {client, "W"} if name == "they" and "they" not in said else set()
            return frozenset({name} | own)
    return None
