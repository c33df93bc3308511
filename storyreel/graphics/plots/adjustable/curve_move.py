"""A loss curve over an output that turns into the one over a weight."""

from manim import Animation, AnimationGroup, ReplacementTransform, Succession, VGroup

from storyreel.graphics.motion.verbs import appear, appear_from, ease_out, vanish
from storyreel.graphics.plots.adjustable.adjustable_loss_curve import AdjustableLossCurve
from storyreel.graphics.plots.output_loss_curve import OutputLossCurve


def move_curve(before: OutputLossCurve, marker: VGroup, after: AdjustableLossCurve) -> Animation:
    """Axes, curve and the dot of `marker` move to their places in `after`, where new ticks, a new x label and
    the tags appear."""
    axes, (lines, dot, tag) = after.axes, marker
    new_lines, new_dot = after.parts["point"].submobjects
    travels = [
        *zip(before.arrows, axes.arrows, strict=True),
        (before.names[1], axes.names[1]),
        (before.graph, after.parts["graph"]),
        (dot, new_dot),
    ]
    old, new = before.names[0], axes.names[0]
    return Succession(
        AnimationGroup(*map(vanish, (*before.ticks, old, lines, tag)), run_time=0.3),
        AnimationGroup(
            *(ReplacementTransform(here, there, rate_func=ease_out) for here, there in travels),
            appear_from(new, old.get_center()),
            run_time=1.2,
        ),
        AnimationGroup(*map(appear, (*axes.ticks, new_lines, *after.tags.values())), run_time=0.5),
    )
