"""The one door to the templates: autoescaping is on, a missing value is an error and not a hole."""

from functools import cache, partial
from importlib.resources import files
from typing import Any

from markupsafe import Markup

from ui.i18n import Texts

SHOWN = 60
"Characters of an utterance quoted beside what could be said instead; the whole stands in the talk."


@cache
def _environment() -> Any:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    from rubrics.advice import clip
    from rubrics.sheets import when
    from ui.views import avatars, charts, drawing, radar, tension

    environment = Environment(
        loader=PackageLoader("ui", "views/templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(
        avatar=avatars.avatar,
        ring=charts.ring,
        dial=charts.dial,
        bar=charts.bar,
        curve=tension.curve,
        overlay=tension.overlay,
        signed=tension.signed,
        moving=tension.moving,
        radar=radar.radar,
        drawing=drawing.svg,
    )
    environment.filters.update(
        clock=clock, mark=mark, clip=partial(clip, most=SHOWN), told=radar.told, when=when
    )
    return environment


def render(template: str, t: Texts, **data: Any) -> Markup:
    """A template of `ui/views/templates` with its data; `t` gives the words of the page."""
    made = _environment().get_template(template).render(t=t, **data)
    return Markup(made)  # noqa: S704  the environment escapes


def asset(name: str) -> str:
    """A packaged text file of `ui/assets`."""
    return files("ui").joinpath("assets", name).read_text(encoding="utf-8")


def clock(seconds: float) -> str:
    """`m:ss`, never negative."""
    whole = max(0, int(seconds))
    return f"{whole // 60}:{whole % 60:02d}"


def mark(points: float) -> str:
    """Points as people write them: 15, 7.5."""
    return f"{points:.1f}".removesuffix(".0")
