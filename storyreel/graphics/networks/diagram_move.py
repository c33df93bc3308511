"""A diagram that turns into another one of the same trace; every number moves to its new place."""

from collections.abc import Container, Mapping, Sequence

from manim import Animation, AnimationGroup, ReplacementTransform, Succession, VGroup, VMobject

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
    hidden: Container[str] = (),
) -> Animation:
    """`before` turns into `after`, which shows all values; without `before`, everything appears.

    `badges` are the old and the new badges by the names of their parts; `hidden` are the names of labels and
    tags of `before` that are not on stage. First everything without a counterpart fades out, and the shapes
    that are `leaving`; then the rest moves, and what is new appears.
    What would cross something else on its way fades out and in, and so does a text that is on a plate, or
    leaves a node or a label for the other. The `links` that both diagrams have move with their nodes, and
    then new nodes appear meanwhile. Whoever plays this must remove the texts `written_on` the old diagram
    first.
    """
    links = _kept_links(before, after)
    moving = {id(part) for pair in links for link in pair for part in link}
    old_parts = (
        [part for part in _left_over(before, after, hidden) if id(part) not in moving]
        if before is not None
        else []
    )
    gone = [vanish(part) for part in (*leaving, *old_parts)]
    moves: list[Animation] = [ReplacementTransform(*pair, rate_func=ease_out) for pair in links]
    parts = (*after.connections, *(tag.plate for tag in after.tags.values()))
    new = [appear(part) for part in parts if id(part) not in moving]
    nodes: dict[str, tuple[VMobject, VMobject]] = {}
    for name, node in after.nodes.items():
        node.shine(after.brightness(name))
        node.value, old = after.value(name), before.nodes.get(name) if before is not None else None
        if before is None:
            moves.append(appear(node))  # its light would not grow with it
        elif old is None:
            (moves if links else new).append(appear(node))  # else around its number, which has arrived
        else:
            nodes[name] = old, node
            moves.append(ReplacementTransform(old, node, rate_func=ease_out))
    old_texts, new_texts = _texts(before, hidden) if before is not None else {}, _texts(after)
    gone += [vanish(text) for key, text in old_texts.items() if key not in new_texts]
    new += [appear(text) for key, text in new_texts.items() if key not in old_texts]
    new += [appear(part) for part in filter(len, (tag.text.outside for tag in after.tags.values()))]
    texts = {key: (old_texts[key], text) for key, text in new_texts.items() if key in old_texts}
    badges = badges or {}
    inside = {f"number {name}": name for name in nodes}
    apart = [key for key in texts if before is not None and not _is_whole(before, after, key, moving)]
    riding = [key for key in texts if before is not None and _is_on_plate(before, key, moving)]
    kept = {key: pair for key, pair in texts.items() if key not in apart and key not in riding}
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


def _kept_links(before: Diagram | None, after: Diagram) -> list[tuple[VGroup, VGroup]]:
    """The links that two diagrams have in common, drawn with the same shapes."""
    olds = before.links if before is not None else {}
    pairs = ((olds[name], link) for name, link in after.links.items() if name in olds)
    return [(old, link) for old, link in pairs if _outlines(old) == _outlines(link)]


def _outlines(link: VGroup) -> list[int]:
    return [len(part.points) for part in link.get_family()]


def _is_whole(before: Diagram, after: Diagram, key: str, moving: Container[int]) -> bool:
    """True for a text that moves with its node or plate, or is the whole label of a quantity in both
    diagrams; others would drift about without what they belong to. `moving` are the ids of shapes."""
    name = key.partition(" ")[2]
    if name in before.nodes or name in after.nodes:
        return name in before.nodes and name in after.nodes
    label = before.tags[name]
    if isinstance(label, Tag):
        return _is_on_plate(before, key, moving)
    return type(label) is type(after.tags[name])


def _is_on_plate(before: Diagram, key: str, moving: Container[int]) -> bool:
    """True for a text of a tag whose plate moves along with it."""
    label = before.tags.get(key.partition(" ")[2])
    return isinstance(label, Tag) and id(label.plate) in moving


def _texts(diagram: Diagram, hidden: Container[str] = ()) -> dict[str, VMobject]:
    """All numbers and symbols of a diagram, those in its nodes first, but for tags that are `hidden`."""
    found: dict[str, VMobject] = {}
    for name in dict.fromkeys((*diagram.nodes, *(tag for tag in diagram.tags if tag not in hidden))):
        for kind, text in (("number", diagram.number_of(name)), ("symbol", diagram.symbol_of(name))):
            if text is not None:
                found[f"{kind} {name}"] = text
    return found


def _left_over(before: Diagram, after: Diagram, hidden: Container[str]) -> list[VMobject]:
    """Everything of `before` on stage that has no counterpart in `after`, in drawing order."""
    nodes = (node for name, node in before.nodes.items() if name not in after.nodes)
    tags = [tag for name, tag in before.tags.items() if name not in hidden]
    plates = (tag.plate for tag in tags)
    outsides = filter(len, (tag.text.outside for tag in tags))
    return [*before.connections, *nodes, *plates, *outsides]
