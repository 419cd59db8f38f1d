"""Reading a transcript that was typed or comes as subtitles: plain text, srt, vtt or json.

Speakers are taken from a prefix ("Therapist:", "T:", "[00:01:02] Client:"), from WebVTT voice
tags, or from any short name before a colon that comes back. Where no role is named the role is
`other`; guessing it from what is said is `ml.transcription.roles`.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from html import unescape
from typing import Any

from ml.errors import ErrorCode, PermanentError
from ml.schemas.transcript import Speaker, SpeakerRole, Transcript
from ml.schemas.transcript_reading import read_transcript

_ROLES: dict[SpeakerRole, frozenset[str]] = {
    SpeakerRole.THERAPIST: frozenset({
        "therapist", "t", "th", "counselor", "counsellor", "psychologist", "psychotherapist",
        "psychiatrist", "clinician", "doctor", "dr", "interviewer", "coach", "م", "معالج", "معالجة",
        "المعالج", "المعالجة", "الطبيب", "الطبيبة", "الدكتور", "الدكتورة", "الأخصائي", "الأخصائية",
    }),
    SpeakerRole.CLIENT: frozenset({
        "client", "c", "cl", "patient", "p", "pt", "interviewee", "ع", "العميل", "العميلة", "مريض",
        "مريضة", "المريض", "المريضة", "المراجع", "المراجعة",
    }),
}  # fmt: skip
_TIME = r"(?:(\d{1,3}):)?(\d{1,2}):(\d{2})(?:[.,](\d{1,3}))?"
_CUE = re.compile(rf"^\s*{_TIME}\s*-->\s*{_TIME}")
_LEADING_TIME = re.compile(rf"^\s*[\[(]?{_TIME}[\])]?\s*[-–]?\s*")
_PREFIX = re.compile(
    r"^\s*([^\W\d_][\w .'’-]{0,39}?)\s*(?:\((?:\w| )+\))?\s*[::]\s+(?=\S)|^\s*([TCPم ع])[::]\s*(?=\S)"
)
_VOICE = re.compile(r"<v(?:\.[\w.]+)?\s+([^>]+)>", re.IGNORECASE)
_TAG = re.compile(r"</?(?:i|b|u|s|font|c|v|lang|ruby|rt)(?:[ .][^>]*)?>|<[\d:.]+>", re.IGNORECASE)
_LONGEST = 5_000_000


@dataclass(frozen=True, slots=True)
class _Passage:
    speaker: str
    text: str
    start_ms: int = 0
    end_ms: int = 0


def read_any(text: str, filename: str = "") -> Transcript:
    """A transcript from a text whose form is told by its content, the file's name as a hint.

    Raises:
        PermanentError: `validation_error`; the message never quotes the text.
    """
    body = text.lstrip("\ufeff").strip()
    suffix = filename.rpartition(".")[2].lower()
    if body.startswith("{") or suffix == "json":
        return _read_json(body)
    if body.startswith("WEBVTT") or suffix == "vtt":
        return read_vtt(body)
    if suffix == "srt" or any(_CUE.match(line) for line in body.splitlines()[:3]):
        return read_srt(body)
    return read_text(body)


def read_srt(text: str) -> Transcript:
    """A transcript from SubRip subtitles; raises as `read_any`."""
    return _from_cues(text)


def read_vtt(text: str) -> Transcript:
    """A transcript from WebVTT; notes and styles are left out. Raises as `read_any`."""
    return _from_cues(text)


def read_text(text: str) -> Transcript:
    """A transcript from plain text: a line with a speaker's prefix starts a passage, lines
    without one go on with it, and without any prefix every paragraph is a passage."""
    _check_length(text)
    lines = [line.rstrip() for line in text.lstrip("\ufeff").splitlines()]
    names = _known_names([_LEADING_TIME.sub("", line) for line in lines])
    passages: list[_Passage] = []
    fresh = True
    for line in lines:
        if not line.strip():
            fresh = True
            continue
        start_ms = _leading_time(line)
        name, said = _split_prefix(_LEADING_TIME.sub("", line) if start_ms is not None else line, names)
        goes_on = passages and not name and start_ms is None and (bool(names) or not fresh)
        if goes_on:
            last = passages[-1]
            passages[-1] = _Passage(last.speaker, f"{last.text} {said}".strip(), last.start_ms, last.end_ms)
        else:
            speaker = name or (passages[-1].speaker if passages else "")
            passages.append(_Passage(speaker, said, start_ms or 0, start_ms or 0))
        fresh = False
    return _transcript(_with_ends([passage for passage in passages if passage.text]))


def _from_cues(text: str) -> Transcript:
    _check_length(text)
    passages: list[_Passage] = []
    blocks = re.split(r"\n\s*\n", text.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n"))
    cues = []
    for block in blocks:
        lines = block.strip().splitlines()
        at = next((number for number, line in enumerate(lines) if _CUE.match(line)), None)
        if at is not None:
            cues.append((lines[at], lines[at + 1 :]))
    names = _known_names([_TAG.sub("", said[0]) for _, said in cues if said])
    for clock, said in cues:
        matched = _CUE.match(clock)
        whole = " ".join(line.strip() for line in said)
        if matched is None or not whole:
            continue
        voice = _VOICE.search(whole)
        plain = unescape(_TAG.sub("", whole)).strip()
        name, plain = (voice.group(1).strip(), plain) if voice else _split_prefix(plain, names)
        times = matched.groups()
        if plain:
            passages.append(
                _Passage(unescape(name), plain, _milliseconds(times[:4]), _milliseconds(times[4:]))
            )
    return _transcript(passages)


def _transcript(passages: Sequence[_Passage]) -> Transcript:
    if not passages:
        raise PermanentError(ErrorCode.VALIDATION_ERROR, "The text holds no passage that was said.")
    labels: dict[str, str] = {}
    for passage in passages:
        labels.setdefault(passage.speaker.casefold(), f"S{len(labels) + 1}")
    shown = {passage.speaker.casefold(): passage.speaker for passage in passages}
    speakers = {}
    for key, label in labels.items():
        role = _role(key)
        named = shown[key] if role == SpeakerRole.OTHER else ""
        speakers[label] = Speaker(
            role=role, role_confidence=1.0 if role != SpeakerRole.OTHER else 0.0, name=named
        ).model_dump()
    segments: list[dict[str, Any]] = [
        {
            "speaker": labels[passage.speaker.casefold()],
            "role": _role(passage.speaker.casefold()),
            "text": passage.text,
            "start_ms": passage.start_ms,
            "end_ms": passage.end_ms,
        }
        for passage in passages
    ]
    arabic = sum("\u0600" <= letter <= "\u06ff" for passage in passages for letter in passage.text)
    letters = sum(letter.isalpha() for passage in passages for letter in passage.text)
    language = "ar" if arabic * 2 > letters else "en"
    return read_transcript(
        {"segments": segments, "speakers": speakers, "language": language, "engine": "typed"}
    )


def _read_json(body: str) -> Transcript:
    _check_length(body)
    try:
        value = json.loads(body)
    except ValueError:
        raise PermanentError(ErrorCode.VALIDATION_ERROR, "The text is not valid JSON.") from None
    if not isinstance(value, dict):
        raise PermanentError(ErrorCode.VALIDATION_ERROR, "The JSON is not a transcript.")
    return read_transcript(value)


def _check_length(text: str) -> None:
    if len(text) > _LONGEST:
        raise PermanentError(ErrorCode.VALIDATION_ERROR, "The text is too long for one session.")


def _known_names(lines: Sequence[str]) -> frozenset[str]:
    """Prefixes that name a role, and other short names that come at least twice."""
    found = Counter(
        (match.group(1) or match.group(2)).strip().casefold()
        for match in (_PREFIX.match(line) for line in lines)
        if match
    )
    return frozenset(name for name, count in found.items() if count > 1 or _role(name) != SpeakerRole.OTHER)


def _split_prefix(line: str, names: frozenset[str]) -> tuple[str, str]:
    match = _PREFIX.match(line)
    if match is None:
        return "", line.strip()
    name = (match.group(1) or match.group(2)).strip()
    return (name, line[match.end() :].strip()) if name.casefold() in names else ("", line.strip())


def _role(name: str) -> SpeakerRole:
    first = re.sub(r"[.\d]+", " ", name).split()
    for role, words in _ROLES.items():
        if first and first[0] in words:
            return role
    return SpeakerRole.OTHER


def _leading_time(line: str) -> int | None:
    match = _LEADING_TIME.match(line)
    return _milliseconds(match.groups()) if match else None


def _milliseconds(parts: Sequence[str | None]) -> int:
    hours, minutes, seconds, fraction = parts
    whole = int(hours or 0) * 3600 + int(minutes or 0) * 60 + int(seconds or 0)
    return whole * 1000 + int((fraction or "0").ljust(3, "0")[:3])


def _with_ends(passages: Sequence[_Passage]) -> list[_Passage]:
    """Typed times are starts; a passage lasts until the next one."""
    following = [*[passage.start_ms for passage in passages[1:]], 0][: len(passages)]
    return [
        _Passage(passage.speaker, passage.text, passage.start_ms, max(passage.start_ms, after))
        for passage, after in zip(passages, following, strict=True)
    ]
