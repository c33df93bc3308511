"""The theme that is drawn with.

Drawings ask for a colour or a typeface, and need not know the theme. A stage sets it for its process, which
draws one lesson; the reader sets it while it measures the texts of a storyboard.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from storyreel.storyboard.themes.built_in import built_in_theme
from storyreel.storyboard.themes.theme import Theme

_theme: ContextVar[Theme | None] = ContextVar("theme", default=None)


def theme_in_use() -> Theme:
    """The theme; the default one, if none was set."""
    return _theme.get() or built_in_theme()


def use_theme(theme: Theme) -> None:
    """Draw with this theme from now on."""
    _theme.set(theme)


@contextmanager
def using(theme: Theme) -> Iterator[None]:
    """Draw with this theme meanwhile."""
    before = _theme.set(theme)
    try:
        yield
    finally:
        _theme.reset(before)
