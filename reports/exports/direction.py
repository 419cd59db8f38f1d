"""Which way a paragraph runs."""

from __future__ import annotations

import unicodedata


def is_rtl(text: str, *, default: bool) -> bool:
    """Whether its first letter belongs to a script written right to left; else the page's direction."""
    for character in text:
        match unicodedata.bidirectional(character):
            case "R" | "AL":
                return True
            case "L":
                return False
    return default
