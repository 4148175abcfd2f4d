"""What every page shares: its templates, its one style sheet, and the policy that admits nothing else."""

from __future__ import annotations

import base64
import hashlib
import re
from functools import lru_cache
from typing import TYPE_CHECKING

from markupsafe import Markup

from equipoise.report import palette, words

if TYPE_CHECKING:
    from jinja2 import Environment, Template


def page(name: str, running: str, stamp: str, shared: dict[str, object], **parts: object) -> str:
    """The page of one template: no script, no request, every text escaped; the same values give the same page.

    `running` and `stamp` stand at the head and the foot of each printed sheet. `shared` is what the template and its
    parts and macros all see; words and colours are always among it.
    """
    style = _style(running, stamp)
    made = template(name, shared).render(style=style, style_hash=_hash(style), **parts)
    return made if made.endswith("\n") else made + "\n"


def template(name: str, shared: dict[str, object] | None = None) -> Template:
    """One template with the words and colours that all of them use."""
    return _environment().get_template(name, globals={"words": words, "colours": palette.LIGHT, **(shared or {})})


@lru_cache(maxsize=1)
def _environment() -> Environment:
    """The templates, compiled once per process; Jinja is imported here because the terminal never needs it."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    return Environment(
        loader=PackageLoader("equipoise", "report/templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_finalize,
    )


def _finalize(value: object) -> object:
    """Every text on its way into the page loses its control characters; markup made here passes."""
    return words.clean(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _style(running: str, stamp: str) -> Markup:
    """The style sheet. It holds no text of the input but those that `css_string` has made harmless."""
    parts = {
        "light": palette.variables(palette.LIGHT),
        "dark": palette.variables(palette.DARK),
        "running": css_string(running),
        "stamp": css_string(stamp),
    }
    return _markup(template("style.css.j2").render({name: _markup(part) for name, part in parts.items()}))


def _markup(text: str) -> Markup:
    """The program's own style, which must not be escaped: escaping is for HTML, and CSS has its own."""
    return Markup(text)  # noqa: S704 - colours of the palette and strings from `css_string`


def css_string(text: str) -> str:
    r"""The text as a string of CSS in which only letters, digits and spaces stand as themselves.

    >>> print(css_string('a"</style>'))
    "a\22 \3c \2f style\3e "
    """
    shortened = words.clean(text if len(text) <= 90 else text[:89] + "…")
    return '"' + re.sub(r"[^A-Za-z0-9 ]", lambda found: f"\\{ord(found.group()):x} ", shortened) + '"'


def _hash(style: str) -> str:
    """The digest under which the page's policy admits this one style sheet and no other."""
    return "sha256-" + base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
