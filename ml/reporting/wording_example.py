"""A signed sentence as an example of the wording task: the prompt a model gets, and what it should say."""

from __future__ import annotations

from collections.abc import Callable

from ml.evidence.finders_units import word_count
from ml.evidence.quotes import quote_in
from ml.evidence.verify import differences
from ml.prompts.library import load
from ml.reporting.wording import MAX_QUOTE_WORDS, PROMPT, SPEAKERS, Worded, spoken_clean
from ml.schemas.chat import ChatMessage
from ml.schemas.transcript import SpeakerRole

_LEAST_WORDS = 4


def wording_example(
    role: SpeakerRole, quote: str, text: str, redact: Callable[[str], str]
) -> list[ChatMessage] | None:
    """The messages of the wording call for this quote, with `text` as the answer, both de-identified.

    None where the sentence teaches nothing or the wrong thing: it only repeats the quote, the quote
    is too short or too long to be asked for, or the verifier finds that the sentence says something
    that the quote does not. No model learns to add anything from here.
    """
    # Cleaned first: placeholders look like the tags that are cleaned away.
    cleaned, text, speaker = redact(spoken_clean(quote)), redact(text), SPEAKERS.get(role)
    if speaker is None or not _LEAST_WORDS <= word_count(cleaned) <= MAX_QUOTE_WORDS:
        return None
    if quote_in(text, cleaned) or differences(text, [cleaned], role=role, strict=True):
        return None
    asked = load(PROMPT).render(speaker=speaker, quote=cleaned.replace('"', "'"))
    return [*asked, ChatMessage(role="assistant", content=Worded(text=text).model_dump_json())]
