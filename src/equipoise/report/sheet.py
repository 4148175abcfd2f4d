"""Writing a report to a terminal: wrapped, indented, free of markup and of characters that redraw the screen."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from equipoise.report import words

if TYPE_CHECKING:
    from rich.console import Console

# What a terminal without Unicode gets instead; any other character that it lacks becomes a question mark.
_PLAIN = str.maketrans(
    {
        "×": "x",
        "–": "-",
        "−": "-",
        "—": "-",
        "·": "|",
        "•": "-",
        "█": "#",
        "▓": "=",
        "░": "/",
        "…": "...",
        words.NBSP: " ",
        "“": '"',
        "”": '"',
    }
)
# Stands for a space that holds its line together while Rich wraps: Rich breaks at that one too.
_HELD = "\ue000"


class Sheet:
    """A terminal that takes texts as they are: nothing in them is read as markup, number or link.

    Texts of a case may hold anything; every line passes `line`, which makes it harmless.
    """

    def __init__(self, console: Console) -> None:
        self._console = console
        self._unicode = (console.encoding or "").lower().startswith("utf")

    @property
    def width(self) -> int:
        """The number of letters that fit into one line."""
        return self._console.width

    def line(self, text: str = "", *, first: str = "", style: str = "") -> None:
        """A paragraph whose first line begins with `first`; the lines after it stand under the text."""
        from rich.text import Text

        lead = self._printable(words.clean(first))
        whole = Text(words.clean(text).replace(words.NBSP, _HELD), overflow="fold")
        parts = whole.wrap(self._console, max(8, self.width - len(lead))) or [Text("")]
        for part in parts:
            held = self._printable(part.plain.rstrip().replace(_HELD, words.NBSP))
            self._console.print(Text(lead).append(held, style=style), highlight=False, soft_wrap=True)
            lead = " " * len(lead)

    def heading(self, text: str, style: str = "bold") -> None:
        """A heading with a line of air above it; capitals carry it where there is no bold."""
        self.line()
        self.line(text.upper(), style=style)

    def pair(self, name: str, value: str) -> None:
        """A name and its value, the value's lines under each other."""
        self.line(value, first=f"    {name:<13}")

    def bullets(self, texts: Iterable[str]) -> None:
        """One paragraph for each text, with a mark before it."""
        for text in texts:
            self.line(text, first="  • ")

    def columns(self, heads: Sequence[str], rows: Iterable[Sequence[str]], wide: int, *, figures: bool = False) -> None:
        """A table without frame; the column `wide` takes the room that is left. `figures`: the others hold numbers,
        which stand to the right and are never broken.
        """
        from rich.padding import Padding
        from rich.table import Table
        from rich.text import Text

        table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), expand=True, header_style="bold")
        for index, head in enumerate(heads):
            number = figures and index != wide
            table.add_column(
                self._printable(head),
                ratio=2 if index == wide else None if number else 1,
                justify="right" if number else "left",
                no_wrap=number,
                overflow="fold",
            )
        for row in rows:
            table.add_row(*(Text(self._printable(words.clean(cell)), overflow="fold") for cell in row))
        self._console.print(Padding(table, (0, 0, 0, 2)), highlight=False)

    def _printable(self, text: str) -> str:
        if self._unicode:
            return text
        encoding = self._console.encoding or "ascii"
        return text.translate(_PLAIN).encode(encoding, "replace").decode(encoding)
