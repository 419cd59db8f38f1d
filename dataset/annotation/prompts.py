"""Which prompt asks for which labels."""

from __future__ import annotations

from dataset.annotation.config import AnswerForm
from dataset.annotation.context import Window
from dataset.annotation.routing import ModelKind
from ml.prompts.library import load
from ml.prompts.template import PromptTemplate
from ml.schemas.chat import ChatMessage

_PROMPTS = {
    (ModelKind.VIDEO, AnswerForm.FULL): ("annotate_video", "v1"),
    (ModelKind.VIDEO, AnswerForm.BRIEF): ("annotate_brief", "v1"),
    (ModelKind.TEXT, AnswerForm.FULL): ("annotate_text", "v1"),
    (ModelKind.TEXT, AnswerForm.BRIEF): ("annotate_brief", "v1"),
}


def prompt_identity(kind: ModelKind, form: AnswerForm) -> str:
    """``name/version``, as every label keeps it."""
    return _prompt(kind, form).identity


def messages_for(kind: ModelKind, form: AnswerForm, window: Window) -> list[ChatMessage]:
    """The messages of one call. All that changes stands in the last one, so that servers keep the rest."""
    return _prompt(kind, form).render(before=window.before, speaker=window.speaker, passage=window.passage)


def _prompt(kind: ModelKind, form: AnswerForm) -> PromptTemplate:
    name, version = _PROMPTS[kind, form]
    return load(name, version)
