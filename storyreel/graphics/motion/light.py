"""Light that runs along a path for long enough to be followed: a beam with a train of sparks on it."""

import numpy as np
from manim import Animation, Mobject, UpdateFromAlphaFunc, VGroup, VMobject, linear

from storyreel.graphics.motion.spark import BEAM, Beam, Spark, spark_radius

TRAIN = 3
"""The sparks of a train."""
BETWEEN, ON_THE_WAY = 0.16, 0.5
"""The times between two sparks, and for which one is on its way, as shares of the whole."""
FADING = 0.2
"""The share of its way on which a spark fades in, and of the time of its way for which it fades out."""
BEAM_WIDTH = 0.9
"""The half width of the beam, in radii of the sparks."""
SPOTS = 33
"""Points of a path between which the beam is straight."""


def run_light(path: VMobject, kind: str, sizes: tuple[float, float]) -> Animation:
    """A beam in the colour of `kind` grows along `path`, a train of sparks runs along it, and both fade out.

    `sizes` are those of what it stands for at the start and at the end of the path, such as gradients, 0 to 1
    relative to the largest: the radius of sparks (`spark_radius`) and the beam's width go from one to the
    other.
    """
    shares = np.linspace(0, 1, SPOTS)
    spots = np.array([path.point_from_proportion(share) for share in shares])
    radii = np.interp(shares, (0, 1), [spark_radius(size) for size in sizes])
    beam = Beam(kind, spots, BEAM_WIDTH * radii)
    sparks = [Spark(kind, radii[0]) for _ in range(TRAIN)]
    opacities = [part.get_fill_opacity() for part in sparks[0]]
    now = [float(radii[0])] * TRAIN

    def run(_: Mobject, alpha: float) -> None:
        beam.light_to(min(1.0, alpha / ON_THE_WAY))
        arrived = (TRAIN - 1) * BETWEEN + ON_THE_WAY
        beam.set_fill(opacity=BEAM * min(1.0, (1 - alpha) / (1 - arrived)))
        for number, spark in enumerate(sparks):
            passed = (alpha - number * BETWEEN) / ON_THE_WAY
            share = float(np.clip(passed, 0, 1))
            radius = float(np.interp(share, shares, radii))
            spark.scale(radius / now[number])
            spark.move_to(np.array([np.interp(share, shares, column) for column in spots.T]))
            now[number] = radius
            shown = float(np.clip(min(passed / FADING, 1 - (passed - 1) / FADING), 0, 1))
            for part, opacity in zip(spark, opacities, strict=True):
                part.set_fill(opacity=opacity * shown)

    light = VGroup(beam, *sparks)
    return UpdateFromAlphaFunc(light, run, introducer=True, remover=True, rate_func=linear)
