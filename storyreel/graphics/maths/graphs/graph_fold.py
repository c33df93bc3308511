"""The picture of a graph turns into that of the same graph with other parts folded into one node."""

from collections.abc import Collection, Mapping

import numpy as np
from manim import Animation, AnimationGroup, FadeOut, ReplacementTransform, Succession, VMobject

from storyreel.core.arrays import Array
from storyreel.engine.graph.drawn import formula_of
from storyreel.graphics.maths.graphs.shown_graph import ShownGraph
from storyreel.graphics.motion.verbs import appear, appear_from, ease_out, pop, slide, vanish
from storyreel.graphics.networks.label_places import box_of, covered

GONE, COME = 0.35, 0.6
"""The times in which what leaves fades out, and what is new appears, relative to that of the motion."""
SAMPLES = np.linspace(0, 1, 12)[:, None]
"""The shares of the way at which nodes are asked whether they meet."""


def turn_graph(before: ShownGraph, after: ShownGraph, formulas: Collection[str]) -> Animation:
    """`before` becomes `after`, in which other `formulas` are folded.

    Nodes that both have move with all that is written on them, their arrows with them. The nodes of the
    formulas shrink into the one that stands for them, or come out of it. A node that would meet another one
    on its way fades out and in.
    """
    both = [name for name in after.picture.nodes if name in before.picture.nodes]
    turned = next(name for name in both if formula_of(name) in formulas)
    apart = _that_meet(before, after, [turned, *(name for name in both if name != turned)])
    gone, moves, new = list[Animation](), list[Animation](), list[Animation]()
    gone += map(vanish, before.waiting.values())
    new += map(pop, after.waiting.values())
    for name in both:
        if name in apart:
            gone += map(vanish, before.around(name))
            new += map(appear, after.around(name))
            continue
        moves.append(
            ReplacementTransform(
                before.picture.nodes[name].circle, after.picture.nodes[name].circle, rate_func=ease_out
            )
        )
        olds, texts = _written(before, name), _written(after, name)
        changed = {"sign"} if name == turned else set()
        kept = [key for key in texts if key in olds and key not in changed]
        moves += [slide(olds[key], texts[key]) for key in kept]
        gone += [vanish(old) for key, old in olds.items() if key not in kept]
        new += [appear(text) for key, text in texts.items() if key not in kept]
    old_spot = before.picture.nodes[turned].circle.get_center()
    new_spot = after.picture.nodes[turned].circle.get_center()
    for name, node in before.picture.nodes.items():
        if name not in both:
            gone += map(vanish, _written(before, name).values())
            moves.append(FadeOut(node.circle, target_position=new_spot, scale=0.5, rate_func=ease_out))
    for name, node in after.picture.nodes.items():
        if name not in both:
            moves.append(appear_from(node.circle, old_spot))
            new += map(appear, _written(after, name).values())
    old_arrows, arrows = before.picture.arrows, after.picture.arrows
    for edge, old in old_arrows.items():
        if edge not in arrows or edge.to == turned or edge.to in apart or _source(before, edge) in apart:
            gone.append(vanish(old))
    for edge, arrow in arrows.items():
        if edge not in old_arrows or edge.to == turned or edge.to in apart or _source(after, edge) in apart:
            new.append(appear(arrow))
        else:
            moves.append(ReplacementTransform(old_arrows[edge], arrow, rate_func=ease_out))
    leaving = [AnimationGroup(*gone, run_time=GONE)] if gone else []
    arriving = [AnimationGroup(*new, run_time=COME)] if new else []
    return Succession(AnimationGroup(*leaving, AnimationGroup(*moves), lag_ratio=1), *arriving)


def _source(shown: ShownGraph, edge: tuple[str, int]) -> str:
    to, position = edge
    return shown.picture.trace[to].inputs[position]


def _written(shown: ShownGraph, name: str) -> Mapping[str, VMobject]:
    """What is written on a node or beside it."""
    node = shown.picture.nodes[name]
    parts = {
        "sign": node.sign,
        "name": node.name,
        "value": shown.values.get(name),
        "badge": shown.badges.get(name),
    }
    return {key: part for key, part in parts.items() if part is not None}


def _that_meet(before: ShownGraph, after: ShownGraph, names: list[str]) -> set[str]:
    """Those of the nodes that would cover one before them in the list while both move."""
    apart = set[str]()
    free: list[Array] = []
    for name in names:
        ends = [np.array(_box(shown, name)) for shown in (before, after)]
        boxes = (1 - SAMPLES) * ends[0] + SAMPLES * ends[1]
        if any(
            covered(one[None], other[None])[0] > 0
            for way in free
            for one, other in zip(boxes, way, strict=True)
        ):
            apart.add(name)
        else:
            free.append(boxes)
    return apart


def _box(shown: ShownGraph, name: str) -> tuple[float, float, float, float]:
    boxes = np.array([box_of(part) for part in shown.around(name)])
    left, bottom = boxes[:, :2].min(axis=0)
    right, top = boxes[:, 2:].max(axis=0)
    return float(left), float(bottom), float(right), float(top)
