"""The pages among the clips: one that plays a clip, and the snippets to paste, as a page and as Markdown."""

import base64
import hashlib
from collections.abc import Sequence

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from storyreel.exports.excerpt import Excerpt
from storyreel.exports.export import Order
from storyreel.exports.page_colours import colour_style
from storyreel.exports.plain_text import one_line
from storyreel.exports.snippets import FLAVOURS, markdown_text, snippets
from storyreel.paths import ASSETS
from storyreel.transcript import clock

CLIP_ASSETS = ASSETS / "clips"


def player_page(order: Order, excerpt: Excerpt) -> str:
    """The page that plays the excerpt, beside its film, as HTML: its captions are inside, and no script."""
    style = (CLIP_ASSETS / "player.css").read_text("utf-8")
    captions = {
        language: _data_url((order.folder / files.vtt).read_bytes(), "text/vtt")
        for language, files in excerpt.files.captions.items()
    }
    return (
        _templates()
        .get_template("player.html.j2")
        .render(excerpt=excerpt, policy=_policy(style), style=Markup(style), captions=captions)
    )


def snippets_page(order: Order, chosen: Sequence[Excerpt]) -> str:
    """All snippets for the `chosen` excerpts as a page, with a button to copy each."""
    style = colour_style() + (CLIP_ASSETS / "snippets.css").read_text("utf-8")
    script = (CLIP_ASSETS / "snippets.js").read_text("utf-8")
    return (
        _templates()
        .get_template("snippets.html.j2")
        .render(
            title=one_line(order.lesson.title),
            language=order.lesson.language,
            base_url=order.base_url,
            flavours=FLAVOURS,
            clips=[(excerpt, list(snippets(excerpt, order.base_url or ""))) for excerpt in chosen],
            policy=_policy(style, script),
            style=Markup(style),
            script=Markup(script),
        )
    )


def snippets_text(order: Order, chosen: Sequence[Excerpt]) -> str:
    """All snippets for the `chosen` excerpts as Markdown."""
    parts = [f"# {markdown_text(one_line(order.lesson.title))}"]
    for excerpt in chosen:
        parts.append(f"## {markdown_text(excerpt.title)}")
        for snippet in snippets(excerpt, order.base_url or ""):
            parts += [f"### {snippet.flavour}", snippet.note, f"~~~~~~\n{snippet.text}~~~~~~"]
    return "\n\n".join(parts) + "\n"


def _templates() -> Environment:
    templates = Environment(
        loader=FileSystemLoader(CLIP_ASSETS),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    templates.filters["clock"] = clock
    return templates


def _policy(style: str, script: str = "") -> str:
    """The content security policy of a page with this style and this script, and no other."""
    scripts = f"; script-src {_hash(script)}" if script else ""
    return (
        "default-src 'none'; media-src 'self' data:; img-src 'self' data:; "
        f"style-src {_hash(style)}{scripts}; base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _data_url(content: bytes, kind: str) -> str:
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"
