"""The pages among the clips: one that plays a clip, and the snippets to paste, as a page and as Markdown."""

from collections.abc import Sequence

from markupsafe import Markup

from storyreel.core.paths import ASSETS
from storyreel.exports.base import Order
from storyreel.exports.excerpt import Excerpt
from storyreel.exports.page_css_colours import colour_style
from storyreel.exports.plain_text import one_line
from storyreel.exports.snippets import FLAVOURS, markdown_text, snippets
from storyreel.exports.templates import captions_url, content_policy, templates

CLIP_ASSETS = ASSETS / "clips"


def player_page(order: Order, excerpt: Excerpt) -> str:
    """The page that plays the excerpt, beside its film, as HTML: its captions are inside, and no script."""
    style = (CLIP_ASSETS / "player.css").read_text("utf-8")
    captions = {
        language: captions_url(order.folder / files.vtt) for language, files in excerpt.files.captions.items()
    }
    return (
        templates(CLIP_ASSETS)
        .get_template("player.html.j2")
        .render(excerpt=excerpt, policy=content_policy([style]), style=Markup(style), captions=captions)
    )


def snippets_page(order: Order, chosen: Sequence[Excerpt]) -> str:
    """All snippets for the `chosen` excerpts as a page, with a button to copy each."""
    style = colour_style() + (CLIP_ASSETS / "snippets.css").read_text("utf-8")
    script = (CLIP_ASSETS / "snippets.js").read_text("utf-8")
    return (
        templates(CLIP_ASSETS)
        .get_template("snippets.html.j2")
        .render(
            title=one_line(order.lesson.title),
            language=order.lesson.language,
            base_url=order.base_url,
            flavours=FLAVOURS,
            clips=[(excerpt, list(snippets(excerpt, order.base_url or ""))) for excerpt in chosen],
            policy=content_policy([style], [script]),
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
