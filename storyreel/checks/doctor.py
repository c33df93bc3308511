"""Trials of everything that storyreel needs from this machine, with advice on what is missing."""

import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from storyreel.core.cache_folder import speech_cache
from storyreel.core.errors import OutsideError, StoryreelError
from storyreel.core.paths import FONTS
from storyreel.storyboard.typst_fonts import more_font_files, own_fonts_folder

NEEDED_BYTES = 10**9
"""Free disk space for a lesson and its cached segments: 1 GB."""


@dataclass(frozen=True)
class Finding:
    """The result of one trial: `detail` says what was found, or what is wrong and what to do about it."""

    name: str
    is_well: bool
    detail: str


def examine(trials: dict[str, Callable[[], str]] | None = None) -> Iterator[Finding]:
    """Run all trials, or the given ones; one that raises an error gives a finding that is not well."""
    for name, trial in (TRIALS if trials is None else trials).items():
        try:
            yield Finding(name, True, trial())
        except ImportError as error:
            yield Finding(name, False, f"{error}; set up again: rm -rf .venv && ./render.sh --help")
        except (StoryreelError, OSError, ValueError) as error:
            yield Finding(name, False, str(error))


def _python() -> str:
    return f"{sys.version.split()[0]} in {sys.prefix}"


def _drawing() -> str:
    from storyreel.rendering.manim_import import import_manim

    import_manim()  # loads the system's Cairo and Pango
    import manim

    return f"manim {manim.__version__}"


def _mathematics() -> str:
    import typst

    typst.compile(b"$1/2 (y - t)^2$", format="svg")
    return "typst"


def _fonts() -> str:
    fonts = sorted(FONTS.glob("*.otf"))
    if not fonts:
        raise OutsideError(f"no fonts in {FONTS}; install storyreel again")
    names = ", ".join(font.stem for font in [*fonts, *more_font_files()])
    return f"{names}; fonts of your own go into {own_fonts_folder()}"


def _film() -> str:
    import av

    for codec in ("libx264", "aac", "mov_text"):
        av.codec.Codec(codec, "w")
    return f"av {av.__version__}, with H.264, AAC and subtitles"


def _voice() -> str:
    from storyreel.speech.voices import Utterance, default_voice, voice, voices

    for language in ("en", "de"):
        voice(default_voice(language)).speak(Utterance("one", language))
    there = [card.name for card in voices() if card.is_available]
    others = [card.name for card in voices() if not card.is_available]
    hint = f" (storyreel voices tells how to have {', '.join(others)})" if others else ""
    return ", ".join(there) + hint


def _cache() -> str:
    folder = speech_cache()
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryFile(dir=folder):
        return str(folder)


def _disk() -> str:
    free = shutil.disk_usage(Path.cwd()).free
    if free < NEEDED_BYTES:
        raise OutsideError(f"{free / 1e9:.1f} GB free here; a lesson needs up to {NEEDED_BYTES / 1e9:g} GB")
    return f"{free / 1e9:.0f} GB free"


TRIALS = {
    "Python": _python,
    "drawing": _drawing,
    "mathematics": _mathematics,
    "fonts": _fonts,
    "film": _film,
    "voices": _voice,
    "speech cache": _cache,
    "disk": _disk,
}
