"""Snippets: text to paste into a course page to show a clip, one for each course system or page format.

No snippet needs what course systems remove from pasted HTML: Canvas removes `aspect-ratio`, `loading`,
`preload` and the controls of films; Moodle removes frames from some texts, and `data:` addresses.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import escape
from textwrap import indent
from urllib.parse import quote

from storyreel.exports.excerpt import Excerpt

FOLDER = "clips"
_IN_MARKDOWN = re.compile(r"([!-+\-.:-@\[-`{-~])")  # ASCII punctuation except `,` and `/`


@dataclass(frozen=True)
class PublishedClip:
    """An excerpt, and the address of the lesson's folder with a `/` at its end, empty if unknown."""

    excerpt: Excerpt
    base_url: str

    @property
    def film(self) -> str:
        """The address of the film."""
        return self.address(self.excerpt.film)

    @property
    def poster(self) -> str:
        """The address of the poster."""
        return self.address(self.excerpt.poster)

    @property
    def player(self) -> str:
        """The address of the page that plays the film."""
        return self.address(self.excerpt.player)

    def address(self, name: str) -> str:
        """The address of the clip's file `name`; characters that Markdown or HTML interprets are quoted."""
        return quote(self.base_url, safe=":/?#[]@!$&*+,;=%~") + quote(f"{FOLDER}/{name}")


@dataclass(frozen=True)
class SnippetFormat:
    """A course system or page format: its `name`, a `note` on how to paste, and a function for the text."""

    name: str
    note: str
    write: Callable[[PublishedClip], str]


@dataclass(frozen=True)
class Snippet:
    """A text to paste; `format` says where, and `note` how."""

    format: str
    note: str
    text: str


def snippets(excerpt: Excerpt, base_url: str) -> Iterator[Snippet]:
    """The snippets for an excerpt in all formats; `base_url` is its lesson's folder's, empty if unknown."""
    clip = PublishedClip(excerpt, base_url)
    return (Snippet(format.name, format.note, format.write(clip)) for format in SNIPPET_FORMATS)


def player_frame(clip: PublishedClip) -> str:
    """HTML: the page that plays the clip, in a frame of full width and the film's aspect ratio."""
    share = 100 * clip.excerpt.height / clip.excerpt.width  # per cent
    return (
        f'<div style="position: relative; padding-top: {share:.4g}%;">'
        f'<iframe src="{escape(clip.player)}" title="{escape(clip.excerpt.title)}"'
        ' style="position: absolute; top: 0; left: 0; width: 100%; height: 100%; border: 0;"'
        " allowfullscreen></iframe></div>\n"
    )


def video(clip: PublishedClip) -> str:
    """HTML: the film with its captions."""
    excerpt = clip.excerpt
    tracks = (
        f'  <track kind="captions" src="{escape(clip.address(name))}" srclang="{escape(language)}"'
        f' label="{escape(language)}"{" default" if language == excerpt.language else ""}>\n'
        for language, name in excerpt.captions.items()
    )
    return (
        f'<video controls playsinline preload="metadata" width="{excerpt.width}" height="{excerpt.height}"'
        f' poster="{escape(clip.poster)}" title="{escape(excerpt.title)}"'
        ' style="max-width: 100%; height: auto;">\n'
        f'  <source src="{escape(clip.film)}" type="video/mp4">\n'
        f"{''.join(tracks)}"
        f'  <a href="{escape(clip.film)}">{escape(excerpt.title)}</a>\n'
        "</video>\n"
    )


def linked_poster(clip: PublishedClip) -> str:
    """Markdown: the poster, linked to the film."""
    return f"[![{markdown_text(clip.excerpt.title)}]({clip.poster})]({clip.film})\n"


def linked_animation(clip: PublishedClip) -> str:
    """Markdown: the GIF, linked to the film."""
    animation = clip.address(clip.excerpt.gif)
    return f"[![{markdown_text(clip.excerpt.title)}]({animation})]({clip.film})\n"


def myst(clip: PublishedClip) -> str:
    """MyST: the page that plays the clip; without an address, which MyST needs for a frame, the film."""
    title = markdown_text(clip.excerpt.title)
    if clip.base_url:
        return f":::{{iframe}} {clip.player}\n:width: 100%\n:placeholder: {clip.poster}\n\n{title}\n:::\n"
    return f":::{{figure}} {clip.film}\n\n{title}\n:::\n"


def myst_parser(clip: PublishedClip) -> str:
    """MyST for Sphinx: the film with its captions."""
    return f"```{{raw}} html\n{video(clip)}```\n"


def quarto(clip: PublishedClip) -> str:
    """Quarto: the film with its captions; outside HTML, the poster linked to the film."""
    return (
        '::: {.content-visible when-format="html"}\n'
        f"```{{=html}}\n{video(clip)}```\n"
        ":::\n\n"
        '::: {.content-visible unless-format="html"}\n'
        f"{linked_poster(clip)}"
        ":::\n"
    )


def sphinx(clip: PublishedClip) -> str:
    """Sphinx: the film with its captions; outside HTML, the poster linked to the film."""
    raw = f".. raw:: html\n\n{indent(video(clip), '   ')}"
    figure = f".. figure:: {clip.poster}\n   :alt: {clip.excerpt.title}\n   :target: {clip.film}\n"
    return f".. only:: html\n\n{indent(raw, '   ')}\n.. only:: not html\n\n{indent(figure, '   ')}"


def edx(clip: PublishedClip) -> str:
    """Open edX: the settings of a video component."""
    subtitles = "".join(
        f"Transcript ({language}): {clip.address(name)}\n"
        for language, name in clip.excerpt.subtitles.items()
    )
    return f"Component display name: {clip.excerpt.title}\nVideo URL: {clip.film}\n{subtitles}"


def markdown_text(text: str) -> str:
    """`text`, a single line, as Markdown that shows it unchanged."""
    return _IN_MARKDOWN.sub(r"\\\1", text)


_SAME_SITE = "Captions show where the page and the files are on the same site."
SNIPPET_FORMATS = (
    SnippetFormat(
        "HTML, player", "A page of its own in a frame, captions inside: works from any site.", player_frame
    ),
    SnippetFormat("HTML, video", f"The film itself. {_SAME_SITE}", video),
    SnippetFormat("Canvas", "Edit the page, choose the HTML editor, paste. Needs --base-url.", player_frame),
    SnippetFormat(
        "Moodle", f"In the text editor choose source code, paste. Needs --base-url. {_SAME_SITE}", video
    ),
    SnippetFormat(
        "Open edX", "For the settings of a video component; upload the SRT file as its transcript.", edx
    ),
    SnippetFormat("Markdown", "A still picture that leads to the film.", linked_poster),
    SnippetFormat("Markdown, moving", "Moves by itself, for ever and without sound.", linked_animation),
    SnippetFormat("MyST", "For mystmd and Jupyter Book 2. Captions show only with --base-url.", myst),
    SnippetFormat("MyST in Sphinx", "For Jupyter Book 1; the folder clips in html_extra_path.", myst_parser),
    SnippetFormat("Quarto", "The film in web pages, a picture in print.", quarto),
    SnippetFormat(
        "Sphinx", "reStructuredText; the folder clips beside the page and in html_extra_path.", sphinx
    ),
)
"""All formats of snippets."""
