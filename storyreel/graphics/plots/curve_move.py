"""A loss curve that becomes another: the one over an output turns into the one over a weight."""

from manim import Animation, AnimationGroup, ReplacementTransform, Succession, VGroup

from storyreel.graphics.motion.verbs import appear, appear_from, settle, vanish
from storyreel.graphics.plots.adjustable_loss_curve import AdjustableLossCurve
from storyreel.graphics.plots.output_loss_curve import OutputLossCurve


def move_curve(before: OutputLossCurve, standing: VGroup, after: AdjustableLossCurve) -> Animation:
    """Axes, curve and the point that is `standing` on it go to their new places, where new ticks appear; the
    quantity along the axis of x is another one."""
    axes, (lines, *marks) = after.axes, standing
    new_lines, *new_marks = after.parts["standing"].submobjects
    travels = [
        *zip(before.arrows, axes.arrows, strict=True),
        (before.names[1], axes.names[1]),
        (before.graph, after.parts["graph"]),
        *zip(marks, new_marks, strict=True),
    ]
    old, new = before.names[0], axes.names[0]
    return Succession(
        AnimationGroup(*map(vanish, (*before.ticks, old, lines)), run_time=0.3),
        AnimationGroup(
            *(ReplacementTransform(here, there, rate_func=settle) for here, there in travels),
            appear_from(new, old.get_center()),
            run_time=1.2,
        ),
        AnimationGroup(*map(appear, (*axes.ticks, new_lines, after.parts["weight"])), run_time=0.5),
    )
