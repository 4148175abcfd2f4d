"""How hard a page reads: its sentences, and their grade by the formula of Flesch and Kincaid."""

from __future__ import annotations

import html
import re


def sentences(page: str) -> list[str]:
    """The running text: paragraphs and list items, cut at full stops."""
    parts = re.findall(r"<(?:p|li)\b[^>]*>(.*?)</(?:p|li)>", page, flags=re.DOTALL)
    texts = [html.unescape(re.sub(r"<[^>]+>", " ", part)) for part in parts]
    return [found for text in texts for found in re.split(r"(?<=[.:?!])\s+", " ".join(text.split())) if found.strip()]


def syllables(word: str) -> int:
    """Groups of vowels; a silent e at the end does not count."""
    plain = re.sub(r"(?<=[^aeiouyl])e$", "", word.lower())
    return max(1, len(re.findall(r"[aeiouy]+", plain)))


def grade(lines: list[str]) -> float:
    """The reading grade of some sentences."""
    words = [word for line in lines for word in re.findall(r"[A-Za-z0-9.]*[A-Za-z0-9]", line)]
    return 0.39 * len(words) / len(lines) + 11.8 * sum(map(syllables, words)) / len(words) - 15.59
