"""A diagram that turns into another one of the same trace; every number moves to its new place."""

from collections.abc import Mapping

from manim import Animation, AnimationGroup, ReplacementTransform, Succession, VMobject

from storyreel.graphics.motion.verbs import appear, ease_out, fly, pop, vanish
from storyreel.graphics.networks.diagram import Diagram
from storyreel.graphics.parts.badge import Badge


def written_on(diagram: Diagram) -> list[VMobject]:
    """All texts of a diagram on stage: values, symbols, labels and tags."""
    values = (node.value for node in diagram.nodes.values() if node.value is not None)
    return [*values, *diagram.names.values(), *diagram.tags.values(), *diagram.marks.values()]


def move_diagram(
    before: Diagram | None, after: Diagram, badges: Mapping[str, tuple[Badge, Badge]] | None = None
) -> Animation:
    """`before` turns into `after`, which shows all values; without `before`, everything appears.

    `badges` are the old and the new badges by the names of their parts. Whoever plays this must remove the
    texts `written_on` the old diagram first: copies of them fly, and they would be seen twice.
    """
    moves = _leave(before, after) if before is not None else []
    # New parts wait until the old diagram has gone.
    new = [appear(part) for part in (*after.connections, *(tag.plate for tag in after.tags.values()))]
    for name, node in after.nodes.items():
        node.circle.set_fill(node.fill_at(after.brightness(name)))
        node.value, old = after.value(name), before.nodes.get(name) if before is not None else None
        moves.append(pop(node) if old is None else ReplacementTransform(old, node, rate_func=ease_out))
    diagrams = (after,) if before is None else (after, before)
    for name in dict.fromkeys(name for diagram in diagrams for name in (*diagram.nodes, *diagram.tags)):
        for here, there in (
            (before.number_of(name) if before is not None else None, after.number_of(name)),
            (before.symbol_of(name) if before is not None else None, after.symbol_of(name)),
        ):
            if there is None:
                moves += [vanish(here)] if here is not None else []
            elif here is None:
                new.append(appear(there))
            else:
                moves.append(fly(here, there))
    moves += [
        ReplacementTransform(badge.set_z_index(2), place.set_z_index(2), rate_func=ease_out)
        for badge, place in (badges or {}).values()
    ]
    outsides = [tag.text.outside for tag in after.tags.values()]
    new += [appear(part) for part in filter(len, outsides)]
    return Succession(AnimationGroup(*moves), AnimationGroup(*new))


def _leave(before: Diagram, after: Diagram) -> list[Animation]:
    """Everything of `before` that has no counterpart in `after` fades out."""
    nodes = (node for name, node in before.nodes.items() if name not in after.nodes)
    plates = [tag.plate for tag in before.tags.values()]
    outsides = filter(len, (tag.text.outside for tag in before.tags.values()))
    return [vanish(part) for part in (*before.connections, *nodes, *plates, *outsides)]
