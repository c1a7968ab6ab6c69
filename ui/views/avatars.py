"""Faces: a body by role, hair by sex and age, an expression by temperament, drawn as SVG parts."""

import re
from functools import cache
from importlib.resources import files

from markupsafe import Markup

_OLD = 58
"Years from which hair is drawn grey."


@cache
def _part(name: str) -> str:
    """What is inside the `<svg>` of a drawn part."""
    text = files("ui").joinpath("assets", "avatars", f"{name}.svg").read_text(encoding="utf-8")
    found = re.search(r"<svg[^>]*>(.*)</svg>", text, re.DOTALL)
    if found is None:
        raise ValueError(f"{name}.svg holds no drawing")
    return found[1].strip()


@cache
def avatar(role: str, temperament: str, gender: str = "female", age: int = 40) -> Markup:
    """One face as inline SVG, decorative (the name beside it says who it is).

    Raises:
        FileNotFoundError: nobody has drawn that role or temperament.
    """
    hair = f"hair-{gender}-old" if age >= _OLD else f"hair-{gender}"
    parts = (_part(f"body-{role}"), _part(hair), _part(f"face-{temperament}"))
    drawn = Markup("".join(parts))  # noqa: S704  our own files
    return Markup(
        '<svg class="avatar" viewBox="0 0 96 96" aria-hidden="true" focusable="false">{}</svg>'
    ).format(drawn)
