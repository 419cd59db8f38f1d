"""Conversations to token ids, with placeholders for what is seen and heard.

The checkpoint's own chat template is used; a Mistral or Qwen2 tokenizer without one gets its
model's published form. No system message is added: the models were trained without.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from ml.multimodal.videollama2.config import LanguageKind
from ml.multimodal.videollama2.token_merging import PLACEHOLDERS
from ml.schemas.chat import ChatMessage

_TEMPLATES: dict[LanguageKind, str] = {
    "mistral": (
        "{{ bos_token }}{% for message in messages %}"
        "{% if message['role'] == 'user' %}{{ '[INST] ' + message['content'] + ' [/INST]' }}"
        "{% elif message['role'] == 'assistant' %}{{ ' ' + message['content'] + eos_token }}"
        "{% else %}{{ raise_exception('no system role') }}{% endif %}{% endfor %}"
    ),
    "qwen2": (
        "{% for message in messages %}"
        "{{ '<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>\\n' }}{% endfor %}"
        "{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}"
    ),
}
_SPLIT = re.compile("(" + "|".join(map(re.escape, PLACEHOLDERS)) + ")")


def chat_text(
    tokenizer: Any, kind: LanguageKind, messages: Sequence[ChatMessage], *, for_answer: bool = True
) -> str:
    """The conversation in the language model's own form, ready for an answer or with the answers in it.

    Where a template knows no system role (Mistral's first ones), the system message opens the
    first question.
    """
    from jinja2.exceptions import TemplateError

    said = [{"role": message.role, "content": message.content} for message in messages]
    options: dict[str, Any] = {"tokenize": False, "add_generation_prompt": for_answer}
    if not tokenizer.chat_template:
        options["chat_template"] = _TEMPLATES[kind]
    try:
        text = tokenizer.apply_chat_template(said, **options)
    except TemplateError:
        text = tokenizer.apply_chat_template(_system_in_question(said), **options)
    return str(text)


def tokenize(tokenizer: Any, text: str) -> list[int]:
    """Token ids of a text; `<image>`, `<video>` and `<audio>` become their placeholder ids.

    The text between placeholders is tokenized piece by piece, as in training.
    """
    ids: list[int] = []
    for piece in _SPLIT.split(text):
        if piece in PLACEHOLDERS:
            ids.append(PLACEHOLDERS[piece])
        elif piece:
            ids += tokenizer(piece, add_special_tokens=False)["input_ids"]
    return ids


def _system_in_question(said: Sequence[dict[str, str]]) -> list[dict[str, str]]:
    if len(said) < 2 or said[0]["role"] != "system":
        return list(said)
    system, question, *rest = said
    return [{"role": question["role"], "content": f"{system['content']}\n{question['content']}"}, *rest]
