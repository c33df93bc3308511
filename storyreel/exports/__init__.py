"""Exports: files for course systems and web pages, made from a rendered lesson.

In: an `ExportRequest`, the lesson's folder and its manifest. Out: files in that folder. `export` gives an
export by its name, `exports` lists them. An export reads nothing but the folder. An installed package adds
one with an entry point in the group `storyreel.exports`: its name, and an `Export`. Only `commands` uses this
room.

    page       page, page_transcript, page_css_colours, page_theme, schema_org; `figures` are what one tries
    clips      clips, clip_pages, excerpt, snippets, film_frames, gif_webp, gif_palette
    pytorch    a script and a notebook of the lesson's networks
    packages   scorm, qti, qti_item, gift, anki, questions, xml, deterministic_zip
    shared     base, templates, plain_text
"""

from storyreel.core.errors import UsageError
from storyreel.core.plugins import with_plugins
from storyreel.exports.anki import ANKI
from storyreel.exports.base import Export, ExportRequest
from storyreel.exports.clips import CLIPS
from storyreel.exports.gift import GIFT
from storyreel.exports.page import PAGE
from storyreel.exports.pytorch import PYTORCH
from storyreel.exports.qti import QTI
from storyreel.exports.scorm import SCORM

__all__ = ["EXPORTS", "Export", "ExportRequest", "export", "exports"]

EXPORTS: dict[str, Export] = {one.name: one for one in (ANKI, CLIPS, GIFT, PAGE, PYTORCH, QTI, SCORM)}
"""The built-in exports, by name."""


def export(name: str) -> Export:
    """The export called `name`; raises UsageError if there is none."""
    exports = _all()
    if name not in exports:
        raise UsageError(f"no export named {name!r}; there are {', '.join(sorted(exports))}")
    return exports[name]


def exports() -> tuple[Export, ...]:
    """All exports, sorted by name."""
    return tuple(one for _, one in sorted(_all().items()))


def _all() -> dict[str, Export]:
    return with_plugins(EXPORTS, "storyreel.exports")
