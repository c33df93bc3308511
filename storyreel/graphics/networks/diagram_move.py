"""A diagram that turns into another one of the same trace; every number moves to its new place."""

from collections.abc import Mapping, Sequence

from manim import Animation, AnimationGroup, ReplacementTransform, Succession, VMobject

from storyreel.graphics.motion.verbs import appear, ease_out, pop, slide, vanish
from storyreel.graphics.networks.badge_ways import whose_ways_cross, whose_ways_meet
from storyreel.graphics.networks.diagram import Diagram
from storyreel.graphics.parts.badge import Badge
from storyreel.graphics.parts.tag import Tag

LEAVING = 0.4
"""The time in which what leaves fades out, as a share of that in which the rest moves."""


def written_on(diagram: Diagram) -> list[VMobject]:
    """All texts of a diagram on stage: values, symbols, labels and tags."""
    values = (node.value for node in diagram.nodes.values() if node.value is not None)
    return [*values, *diagram.names.values(), *diagram.tags.values(), *diagram.marks.values()]


def move_diagram(
    before: Diagram | None,
    after: Diagram,
    badges: Mapping[str, tuple[Badge, Badge]] | None = None,
    leaving: Sequence[VMobject] = (),
) -> Animation:
    """`before` turns into `after`, which shows all values; without `before`, everything appears.

    `badges` are the old and the new badges by the names of their parts. First everything without a
    counterpart fades out, and the shapes that are `leaving`; then the rest moves, and what is new appears.
    What would cross something else on its way fades out and in, and so does a text that is on a plate, or
    leaves a node or a label for the other. Whoever plays this must remove the texts
    `written_on` the old diagram first.
    """
    gone = [vanish(part) for part in (*leaving, *(_left_over(before, after) if before is not None else ()))]
    moves: list[Animation] = []
    new = [appear(part) for part in (*after.connections, *(tag.plate for tag in after.tags.values()))]
    nodes: dict[str, tuple[VMobject, VMobject]] = {}
    for name, node in after.nodes.items():
        node.shine(after.brightness(name))
        node.value, old = after.value(name), before.nodes.get(name) if before is not None else None
        if before is None:
            moves.append(appear(node))  # its light would not grow with it
        elif old is None:
            new.append(appear(node))  # around its number, which has arrived
        else:
            nodes[name] = old, node
            moves.append(ReplacementTransform(old, node, rate_func=ease_out))
    old_texts, new_texts = _texts(before) if before is not None else {}, _texts(after)
    gone += [vanish(text) for key, text in old_texts.items() if key not in new_texts]
    new += [appear(text) for key, text in new_texts.items() if key not in old_texts]
    new += [appear(part) for part in filter(len, (tag.text.outside for tag in after.tags.values()))]
    texts = {key: (old_texts[key], text) for key, text in new_texts.items() if key in old_texts}
    badges = badges or {}
    inside = {f"number {name}": name for name in nodes}
    apart = [key for key in texts if before is not None and not _is_whole(before, after, key)]
    kept = {key: pair for key, pair in texts.items() if key not in apart}
    apart += [*whose_ways_cross({**kept, **badges}), *whose_ways_meet(kept, nodes, inside)]
    for pair in badges.values():
        for badge in pair:
            badge.set_z_index(2)  # above the neurons, which move
    for key, (here, there) in {**texts, **badges}.items():
        if key not in apart:
            moves.append(slide(here, there.set_z_index(max(1, there.z_index))))
            continue
        gone.append(vanish(here))
        if key in texts:
            new.append(appear(there))
    arrivals = [pop(badges[name][1]) for name in apart if name in badges]
    # Unlike those of a succession, the parts that move are on stage before their turn.
    departures = [AnimationGroup(*gone, run_time=LEAVING)] if gone else []
    steps = [AnimationGroup(*step) for step in (new, arrivals) if step]
    return Succession(AnimationGroup(*departures, AnimationGroup(*moves), lag_ratio=1), *steps)


def _is_whole(before: Diagram, after: Diagram, key: str) -> bool:
    """True for a text that moves with its node, or is the whole label of a quantity in both diagrams; others
    would drift about without what they belong to."""
    name = key.partition(" ")[2]
    if name in before.nodes or name in after.nodes:
        return name in before.nodes and name in after.nodes
    label = before.tags[name]
    return type(label) is type(after.tags[name]) and not isinstance(label, Tag)


def _texts(diagram: Diagram) -> dict[str, VMobject]:
    """All numbers and symbols of a diagram, those in its nodes first."""
    found: dict[str, VMobject] = {}
    for name in dict.fromkeys((*diagram.nodes, *diagram.tags)):
        for kind, text in (("number", diagram.number_of(name)), ("symbol", diagram.symbol_of(name))):
            if text is not None:
                found[f"{kind} {name}"] = text
    return found


def _left_over(before: Diagram, after: Diagram) -> list[VMobject]:
    """Everything of `before` that has no counterpart in `after`, in drawing order."""
    nodes = (node for name, node in before.nodes.items() if name not in after.nodes)
    plates = (tag.plate for tag in before.tags.values())
    outsides = filter(len, (tag.text.outside for tag in before.tags.values()))
    return [*before.connections, *nodes, *plates, *outsides]
