"""Pages for the clips: one that plays a clip, and the snippets to paste, as a page and as Markdown."""

from collections.abc import Sequence

from markupsafe import Markup

from storyreel.core.paths import ASSETS
from storyreel.exports.base import ExportRequest
from storyreel.exports.excerpt import Excerpt
from storyreel.exports.page_css_colours import colour_style
from storyreel.exports.plain_text import one_line
from storyreel.exports.snippets import SNIPPET_FORMATS, markdown_text, snippets
from storyreel.exports.templates import captions_url, content_policy, templates

CLIP_ASSETS = ASSETS / "clips"


def player_page(request: ExportRequest, excerpt: Excerpt) -> str:
    """The page that plays the excerpt's film, as HTML with the captions embedded and without scripts."""
    colours = request.lesson.theme.colours
    style = f":root {{ --background: {colours['background']}; --text: {colours['text']}; }}\n"
    style += (CLIP_ASSETS / "player.css").read_text("utf-8")
    captions = {
        language: captions_url(request.folder / files.vtt)
        for language, files in excerpt.files.captions.items()
    }
    return (
        templates(CLIP_ASSETS)
        .get_template("player.html.j2")
        .render(excerpt=excerpt, policy=content_policy([style]), style=Markup(style), captions=captions)
    )


def snippets_page(request: ExportRequest, chosen: Sequence[Excerpt]) -> str:
    """All snippets for the `chosen` excerpts as an HTML page, with a button to copy each."""
    style = colour_style(request.lesson.theme.colours) + (CLIP_ASSETS / "snippets.css").read_text("utf-8")
    script = (CLIP_ASSETS / "snippets.js").read_text("utf-8")
    return (
        templates(CLIP_ASSETS)
        .get_template("snippets.html.j2")
        .render(
            title=one_line(request.lesson.title),
            language=request.lesson.language,
            base_url=request.base_url,
            formats=SNIPPET_FORMATS,
            clips=[(excerpt, list(snippets(excerpt, request.base_url or ""))) for excerpt in chosen],
            policy=content_policy([style], [script]),
            style=Markup(style),
            script=Markup(script),
        )
    )


def snippets_text(request: ExportRequest, chosen: Sequence[Excerpt]) -> str:
    """All snippets for the `chosen` excerpts as Markdown."""
    parts = [f"# {markdown_text(one_line(request.lesson.title))}"]
    for excerpt in chosen:
        parts.append(f"## {markdown_text(excerpt.title)}")
        for snippet in snippets(excerpt, request.base_url or ""):
            parts += [f"### {snippet.format}", snippet.note, f"~~~~~~\n{snippet.text}~~~~~~"]
    return "\n\n".join(parts) + "\n"
