"""The exports: those that come with storyreel, and those that installed packages add.

A package adds one with an entry point in the group `storyreel.exports`: its name, and an `Export`.
"""

from storyreel.core.errors import UsageError
from storyreel.core.plugins import with_plugins
from storyreel.exports.anki import ANKI
from storyreel.exports.base import Export, Order
from storyreel.exports.clips import CLIPS
from storyreel.exports.gift import GIFT
from storyreel.exports.page import PAGE
from storyreel.exports.qti import QTI
from storyreel.exports.scorm import SCORM

__all__ = ["EXPORTS", "Export", "Order", "export", "exports"]

EXPORTS: dict[str, Export] = {one.name: one for one in (ANKI, CLIPS, GIFT, PAGE, QTI, SCORM)}
"""The exports that come with storyreel, by name."""


def export(name: str) -> Export:
    """The export called `name`; raises `UsageError` when there is none."""
    exports = _all()
    if name not in exports:
        raise UsageError(f"no export named {name!r}; there are {', '.join(sorted(exports))}")
    return exports[name]


def exports() -> tuple[Export, ...]:
    """All exports, sorted by name."""
    return tuple(one for _, one in sorted(_all().items()))


def _all() -> dict[str, Export]:
    return with_plugins(EXPORTS, "storyreel.exports")
