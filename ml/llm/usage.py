"""Who wants to know what language models cost: told tokens and seconds of every answer, no words."""

from __future__ import annotations

from collections.abc import Callable

from ml.schemas.chat import Usage

Listener = Callable[[Usage, float], None]
_listeners: list[Listener] = []


def listen(listener: Listener) -> None:
    """Tell `listener` of each answer from now on, with the seconds it took; once, however often asked."""
    if listener not in _listeners:
        _listeners.append(listener)


def answered(usage: Usage, seconds: float) -> None:
    """Called by a backend when its model has answered."""
    for listener in _listeners:
        listener(usage, seconds)
