"""A diagram that turns into another one of the same trace; every number moves to its new place."""

from collections.abc import Mapping, Sequence

from manim import Animation, AnimationGroup, ReplacementTransform, Succession, VMobject

from storyreel.graphics.motion.verbs import appear, ease_out, pop, slide, vanish
from storyreel.graphics.networks.badge_ways import whose_ways_cross
from storyreel.graphics.networks.diagram import Diagram
from storyreel.graphics.parts.badge import Badge


def written_on(diagram: Diagram) -> list[VMobject]:
    """All texts of a diagram on stage: values, symbols, labels and tags."""
    values = (node.value for node in diagram.nodes.values() if node.value is not None)
    return [*values, *diagram.names.values(), *diagram.tags.values(), *diagram.marks.values()]


def move_diagram(
    before: Diagram | None,
    after: Diagram,
    badges: Mapping[str, tuple[Badge, Badge]] | None = None,
    leaving: Sequence[Badge] = (),
) -> Animation:
    """`before` turns into `after`, which shows all values; without `before`, everything appears.

    `badges` are the old and the new badges by the names of their parts. What would cross something else on
    its way, or badges that are `leaving`, fades out and in. Whoever plays this must remove the texts
    `written_on` the old diagram first.
    """
    moves = _leave(before, after) if before is not None else []
    # New parts wait until the old diagram has gone.
    new = [appear(part) for part in (*after.connections, *(tag.plate for tag in after.tags.values()))]
    for name, node in after.nodes.items():
        node.shine(after.brightness(name))
        node.value, old = after.value(name), before.nodes.get(name) if before is not None else None
        moves.append(pop(node) if old is None else ReplacementTransform(old, node, rate_func=ease_out))
    old_texts, new_texts = _texts(before) if before is not None else {}, _texts(after)
    moves += [vanish(text) for key, text in old_texts.items() if key not in new_texts]
    new += [appear(text) for key, text in new_texts.items() if key not in old_texts]
    new += [appear(part) for part in filter(len, (tag.text.outside for tag in after.tags.values()))]
    texts = {key: (old_texts[key], text) for key, text in new_texts.items() if key in old_texts}
    badges = badges or {}
    apart = whose_ways_cross({**texts, **badges}, dict.fromkeys(badges, leaving))
    for pair in badges.values():
        for badge in pair:
            badge.set_z_index(2)  # above the neurons, which move
    for key, (here, there) in {**texts, **badges}.items():
        if key not in apart:
            moves.append(slide(here, there.set_z_index(max(1, there.z_index))))
            continue
        moves.append(vanish(here))
        if key in texts:
            new.append(appear(there))
    arrivals = [pop(badges[name][1]) for name in apart if name in badges]
    steps = [AnimationGroup(*moves), AnimationGroup(*new)]
    return Succession(*steps, *([AnimationGroup(*arrivals)] if arrivals else []))


def _texts(diagram: Diagram) -> dict[str, VMobject]:
    """All numbers and symbols of a diagram, those in its nodes first."""
    found: dict[str, VMobject] = {}
    for name in dict.fromkeys((*diagram.nodes, *diagram.tags)):
        for kind, text in (("number", diagram.number_of(name)), ("symbol", diagram.symbol_of(name))):
            if text is not None:
                found[f"{kind} {name}"] = text
    return found


def _leave(before: Diagram, after: Diagram) -> list[Animation]:
    """Everything of `before` that has no counterpart in `after` fades out."""
    nodes = (node for name, node in before.nodes.items() if name not in after.nodes)
    plates = [tag.plate for tag in before.tags.values()]
    outsides = filter(len, (tag.text.outside for tag in before.tags.values()))
    signs = [vanish(part) for part in outsides]
    for sign in signs:
        sign.run_time = 0.25  # before the numbers beside it move across its place
    return [*signs, *(vanish(part) for part in (*before.connections, *nodes, *plates))]
