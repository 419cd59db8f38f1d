"""What a speaker's words say about their role: counts of cues, as rates.

Everything is counted over a speaker's whole speech; nothing depends on who speaks first.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from ml.transcription.role_cues import ARABIC_STARTS, ARABIC_WORDS, ENGLISH_STARTS, ENGLISH_WORDS

Features = npt.NDArray[np.float64]

_COUNTED = tuple(ENGLISH_WORDS)
_STARTED = tuple(ENGLISH_STARTS)
NAMES: tuple[str, ...] = (*_COUNTED, *_STARTED, "question_mark", "turn_length", "short_turns", "talk_share")

_SENTENCE = re.compile(r"[^.?!؟…\n]+[.?!؟…]*")
_WORD = re.compile(r"[\w'’]+")
# Counts are drawn towards what is usual by this many words, so that one remark proves little.
_PRIOR_WORDS = 25.0


class _Cues:
    def __init__(self, words: Mapping[str, str], starts: Mapping[str, str]) -> None:
        self.words = [re.compile(words[name]) if name in words else None for name in _COUNTED]
        self.starts = [re.compile(starts[name]) if name in starts else None for name in _STARTED]


_CUES = {"en": _Cues(ENGLISH_WORDS, ENGLISH_STARTS), "ar": _Cues(ARABIC_WORDS, ARABIC_STARTS)}
_NO_CUES = _Cues({}, {})


def knows(language: str) -> bool:
    """Whether there are cues for the language; elsewhere only questions and lengths count."""
    return language in _CUES


def speaker_features(texts: Sequence[str], all_words: int, usual: Features | None, language: str) -> Features:
    """The rates of one speaker, in the order of `NAMES`.

    Args:
        texts: what the speaker said, one string for each segment or turn.
        all_words: how many words everybody said, for the share of the talk.
        usual: mean rates to draw small counts towards; None for raw rates.
        language: ISO 639-1.
    """
    cues = _CUES.get(language, _NO_CUES)
    lowered = [text.casefold().replace("’", "'") for text in texts]
    sentences = [
        found.group().strip(" ,-—\"'")
        for text in lowered
        for found in _SENTENCE.finditer(text)
        if found.group().strip()
    ]
    lengths = [len(_WORD.findall(text)) for text in lowered]
    words = sum(lengths)
    counts = [sum(len(cue.findall(text)) for text in lowered) if cue else 0 for cue in cues.words]
    counts += [sum(1 for sentence in sentences if cue.match(sentence)) if cue else 0 for cue in cues.starts]
    counts.append(sum(text.count("?") + text.count("؟") for text in lowered))
    rates = np.array(counts, np.float64)
    prior = np.zeros(len(rates)) if usual is None else usual[: len(rates)] * _PRIOR_WORDS / 100
    weight = words if usual is None else words + _PRIOR_WORDS
    rates = (rates + prior) * 100 / max(weight, 1.0)
    turns = max(1, len(lengths))
    shape = [
        np.log1p(words / turns),
        (sum(1 for length in lengths if length <= 3) + 0.5) / (turns + 1),
        (words + _PRIOR_WORDS) / (all_words + 2 * _PRIOR_WORDS),
    ]
    return np.concatenate([np.sqrt(rates), shape])
