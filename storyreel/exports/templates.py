"""What all pages share: Jinja templates, content security policy and embedded captions."""

import base64
import hashlib
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from storyreel.core.time_format import clock
from storyreel.exports.plain_text import plain_text

_UNESCAPED_IN_URL = "!'()*,:;/?@=+$~-._"  # characters that need no escape in a data URL


def templates(folder: Path) -> Environment:
    """The templates in `folder`; texts are escaped and lose their control characters."""
    environment = Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        finalize=lambda value: plain_text(value) if type(value) is str else value,
    )
    environment.filters["clock"] = lambda seconds: clock(int(seconds))
    return environment


def content_policy(styles: Iterable[str], scripts: Iterable[str] = (), has_fonts: bool = False) -> str:
    """A content security policy that allows these inline styles and scripts and no others.

    With `has_fonts` it also allows embedded fonts.
    """
    fonts = "font-src data:; " if has_fonts else ""
    return (
        "default-src 'none'; media-src 'self' data: blob:; connect-src 'self'; img-src 'self' data:; "
        f"{fonts}style-src {_hashes(styles)}; script-src {_hashes(scripts)}; "
        "base-uri 'none'; form-action 'none'"
    )


def captions_url(path: Path) -> str:
    """The WebVTT file at `path` as a data URL."""
    return "data:text/vtt;charset=utf-8," + quote(path.read_bytes(), safe=_UNESCAPED_IN_URL)


def _hashes(texts: Iterable[str]) -> str:
    digests = [hashlib.sha256(text.encode()).digest() for text in texts]
    return " ".join(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests) or "'none'"
