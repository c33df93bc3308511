"""Deep copies of mobjects, which share values that cannot change."""

from copy import deepcopy
from enum import Enum
from functools import cache
from types import FunctionType
from typing import Any

import numpy as np
from manim import ManimColor, Mobject

from storyreel.rendering.manim_patches.patch import Patch

_SHARED: set[type] = {type(None), bool, int, float, str, type, FunctionType, np.float64, ManimColor}
"""The types of values that are shared: immutable ones, and colours, which Manim never changes in place."""

Memo = dict[int, Any]
"""The copies made so far by the `id` of the original, as `copy.deepcopy` keeps them."""


@cache
def _managed(kind: Any) -> frozenset[str]:
    """The attributes of a class that have a setter, such as properties."""
    return frozenset(
        name for base in kind.__mro__ for name, value in vars(base).items() if hasattr(type(value), "__set__")
    )


def duplicate(value: Any, memo: Memo) -> Any:
    """The same as `copy.deepcopy(value, memo)`, except that values of `_SHARED` types are not copied."""
    kind: Any = type(value)
    if kind in _SHARED:
        return value
    known = memo.get(id(value))
    if known is not None:
        return known
    if kind is np.ndarray and value.dtype != object:
        memo[id(value)] = copied = value.copy(order="K")
        return copied
    if kind is list:
        copies: list[Any] = []
        memo[id(value)] = copies
        if value:
            copies.extend(duplicate(item, memo) for item in value)
        return copies
    if getattr(kind, "__deepcopy__", None) is duplicate_mobject:
        return duplicate_mobject(value, memo)
    if issubclass(kind, Enum):
        _SHARED.add(kind)
        return value
    return deepcopy(value, memo)


def duplicate_mobject(self: Mobject, clone_from_id: Memo) -> Mobject:
    """A deep copy of a mobject, with references to copies in place of references within its family."""
    kind: Any = type(self)
    result: Mobject = kind.__new__(kind)
    clone_from_id[id(self)] = result
    copies = vars(self).copy()
    for name, value in vars(self).items():
        its: Any = type(value)
        if its in _SHARED:
            continue
        if its is np.ndarray and value.dtype == np.float64 and id(value) not in clone_from_id:
            copies[name] = clone_from_id[id(value)] = value.copy(order="K")
        else:
            copies[name] = duplicate(value, clone_from_id)
    if _managed(kind).isdisjoint(copies):
        vars(result).update(copies)
    else:
        for name, value in copies.items():
            setattr(result, name, value)
    result.original_id = str(id(self))
    return result


def copy(self: Mobject) -> Mobject:
    """A deep copy of a mobject."""
    duplicated: Mobject = duplicate(self, {})
    return duplicated


PATCHES = (Patch(Mobject, "__deepcopy__", duplicate_mobject), Patch(Mobject, "copy", copy))
