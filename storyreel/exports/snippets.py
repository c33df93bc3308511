"""Snippets: text to paste into a course page, so that it shows a clip; one for each kind of page.

None needs what a course system takes away from pasted HTML: Canvas takes `aspect-ratio`, `loading` and
`preload`, and controls from films; Moodle takes frames from some texts, and refuses `data:` addresses.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import escape
from textwrap import indent
from urllib.parse import quote

from storyreel.exports.excerpt import Excerpt

FOLDER = "clips"
_IN_MARKDOWN = re.compile(r"([!-+\-.:-@\[-`{-~])")  # ASCII punctuation but `,` and `/`


@dataclass(frozen=True)
class Placed:
    """An excerpt, and the address of the lesson's folder: with a `/` at its end, or "" for unknown."""

    excerpt: Excerpt
    base_url: str

    @property
    def film(self) -> str:
        """The film's address."""
        return self.address(self.excerpt.film)

    @property
    def poster(self) -> str:
        """The poster's address."""
        return self.address(self.excerpt.poster)

    @property
    def player(self) -> str:
        """The address of the page that plays the film."""
        return self.address(self.excerpt.player)

    def address(self, name: str) -> str:
        """The address of the clip's file called `name`; without signs that Markdown or HTML would read."""
        return quote(self.base_url, safe=":/?#[]@!$&*+,;=%~") + quote(f"{FOLDER}/{name}")


@dataclass(frozen=True)
class Flavour:
    """A kind of page: its `name`, a `note` on how to paste there, and the text to paste."""

    name: str
    note: str
    write: Callable[[Placed], str]


@dataclass(frozen=True)
class Snippet:
    """A text to paste; `flavour` and `note` say where and how."""

    flavour: str
    note: str
    text: str


def snippets(excerpt: Excerpt, base_url: str) -> Iterator[Snippet]:
    """The snippets for an excerpt, its lesson's folder at `base_url` ("" for unknown), in FLAVOURS' order."""
    placed = Placed(excerpt, base_url)
    return (Snippet(flavour.name, flavour.note, flavour.write(placed)) for flavour in FLAVOURS)


def player_frame(clip: Placed) -> str:
    """HTML: the page that plays the clip, in a frame as wide as there is room and of the film's shape."""
    share = 100 * clip.excerpt.height / clip.excerpt.width
    return (
        f'<div style="position: relative; padding-top: {share:.4g}%;">'
        f'<iframe src="{escape(clip.player)}" title="{escape(clip.excerpt.title)}"'
        ' style="position: absolute; top: 0; left: 0; width: 100%; height: 100%; border: 0;"'
        " allowfullscreen></iframe></div>\n"
    )


def video(clip: Placed) -> str:
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


def linked_poster(clip: Placed) -> str:
    """Markdown: the poster, which leads to the film."""
    return f"[![{markdown_text(clip.excerpt.title)}]({clip.poster})]({clip.film})\n"


def linked_animation(clip: Placed) -> str:
    """Markdown: the GIF, which leads to the film."""
    animation = clip.address(clip.excerpt.gif)
    return f"[![{markdown_text(clip.excerpt.title)}]({animation})]({clip.film})\n"


def myst(clip: Placed) -> str:
    """MyST: the page that plays the clip or, as MyST puts only known addresses in a frame, else the film."""
    title = markdown_text(clip.excerpt.title)
    if clip.base_url:
        return f":::{{iframe}} {clip.player}\n:width: 100%\n:placeholder: {clip.poster}\n\n{title}\n:::\n"
    return f":::{{figure}} {clip.film}\n\n{title}\n:::\n"


def myst_parser(clip: Placed) -> str:
    """MyST as Sphinx reads it: the film with its captions."""
    return f"```{{raw}} html\n{video(clip)}```\n"


def quarto(clip: Placed) -> str:
    """Quarto: the film with its captions; where that cannot be, the poster, which leads to the film."""
    return (
        '::: {.content-visible when-format="html"}\n'
        f"```{{=html}}\n{video(clip)}```\n"
        ":::\n\n"
        '::: {.content-visible unless-format="html"}\n'
        f"{linked_poster(clip)}"
        ":::\n"
    )


def sphinx(clip: Placed) -> str:
    """Sphinx: the film with its captions; where that cannot be, the poster, which leads to the film."""
    raw = f".. raw:: html\n\n{indent(video(clip), '   ')}"
    figure = f".. figure:: {clip.poster}\n   :alt: {clip.excerpt.title}\n   :target: {clip.film}\n"
    return f".. only:: html\n\n{indent(raw, '   ')}\n.. only:: not html\n\n{indent(figure, '   ')}"


def edx(clip: Placed) -> str:
    """What Open edX asks for in the settings of a video."""
    subtitles = "".join(
        f"Transcript ({language}): {clip.address(name)}\n"
        for language, name in clip.excerpt.subtitles.items()
    )
    return f"Component display name: {clip.excerpt.title}\nVideo URL: {clip.film}\n{subtitles}"


def markdown_text(text: str) -> str:
    """`text` (one line) as Markdown that shows just it."""
    return _IN_MARKDOWN.sub(r"\\\1", text)


_SAME_SITE = "Captions show where the page and the files are on the same site."
FLAVOURS = (
    Flavour(
        "HTML, player", "A page of its own in a frame, captions inside: works from any site.", player_frame
    ),
    Flavour("HTML, video", f"The film itself. {_SAME_SITE}", video),
    Flavour("Canvas", "Edit the page, choose the HTML editor, paste. Needs --base-url.", player_frame),
    Flavour("Moodle", f"In the text editor choose source code, paste. Needs --base-url. {_SAME_SITE}", video),
    Flavour("Open edX", "For the settings of a video component; upload the SRT file as its transcript.", edx),
    Flavour("Markdown", "A still picture that leads to the film.", linked_poster),
    Flavour("Markdown, moving", "Moves by itself, for ever and without sound.", linked_animation),
    Flavour("MyST", "For mystmd and Jupyter Book 2. Captions show only with --base-url.", myst),
    Flavour("MyST in Sphinx", "For Jupyter Book 1; the folder clips in html_extra_path.", myst_parser),
    Flavour("Quarto", "The film in web pages, a picture in print.", quarto),
    Flavour("Sphinx", "reStructuredText; the folder clips beside the page and in html_extra_path.", sphinx),
)
"""All kinds of page there are snippets for."""
