"""Numbers that fly into an equation do not pass over the signs that come with them."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pytest
from helpers.lessons import chain, negative_chain, sigmoid_chain
from helpers.stage import Cue, performance

from storyreel.checks.outlines import overlaps
from storyreel.checks.snapshot import Snapshot
from storyreel.engine.activations import ACTIVATIONS
from storyreel.engine.experiment import Experiment
from storyreel.engine.layer import Layer
from storyreel.engine.losses import LOSSES
from storyreel.engine.network import Network
from storyreel.engine.optimizers import GradientDescent
from storyreel.graphics.motion.flight import Flight
from storyreel.graphics.text.glyph import Glyph
from storyreel.rendering.play import watch
from storyreel.stage.stage import Stage

SEEN, TOUCH = 0.3, 0.02
"""The opacity from which a glyph is seen, and the Manim units by which boxes may overlap."""
DERIVATIVES: Sequence[Cue] = (("draw_chain", {"weight": "w1"}), ("show_derivatives", {}), ("assemble", {}))


def met(scene: str, experiment: Experiment, cues: Sequence[Cue], aspect: str) -> list[str]:
    """The equations in which a number on its way passes over what was not there when it set off."""
    found: list[str] = []
    there: dict[int, set[int]] = {}  # the glyphs that were seen before each flight
    kept: list[object] = []  # or another one would get its id

    def pieces(flight: Flight) -> set[int]:
        return {id(part.piece) for part in flight.target.get_family() if isinstance(part, Glyph)}

    def look(stage: Stage, frame: int, repeats: int) -> None:
        snapshot = Snapshot(stage)
        kept.extend([*snapshot.shapes, *snapshot.flights])
        seen = [number for number in range(len(snapshot.shapes)) if snapshot.opacities[number] >= SEEN]
        glyphs = {id(snapshot.shapes[number]): number for number in seen if not snapshot.flying[number]}
        for flight in snapshot.flights:
            known, aloft = there.setdefault(id(flight), set(glyphs)), flight.mobject.get_family()
            new = [number for key, number in glyphs.items() if key not in known]
            over = [n for n in new if id(getattr(snapshot.shapes[n], "piece", None)) in pieces(flight)]
            own = [number for number in seen if any(snapshot.shapes[number] is part for part in aloft)]
            if own and over and overlaps(snapshot.boxes[own], snapshot.boxes[over], TOUCH).any():
                found.append(f"frame {frame}")

    watch(replace(performance(scene, experiment, cues, fps=12), aspect=aspect), look)
    return found


@pytest.mark.parametrize("aspect", ["16:9", "9:16", "1:1"])
@pytest.mark.parametrize("make", [chain, sigmoid_chain, negative_chain])
def test_no_derivative_passes_over_the_sign_before_it(make: Callable[[], Experiment], aspect: str) -> None:
    for parameters in ({}, {"back": True}):
        assert met("chain_rule", make(), [*DERIVATIVES, ("multiply", parameters)], aspect) == []


@pytest.mark.parametrize("aspect", ["16:9", "9:16", "1:1"])
def test_no_factor_of_a_gradient_passes_over_the_sign_before_it(aspect: str) -> None:
    layers = Layer("h", 2.0, None, ACTIVATIONS["sigmoid"]), Layer("y", 1.0)
    network = Network(("x",), layers, LOSSES["half_squared_error"])
    saturated = Experiment("saturated", network, np.array([2.0]), np.array([0.5]), GradientDescent(0.5))
    filled: Cue = ("draw_network", {"filled": True, "loss": True})
    factors: list[Cue] = [("show_factors", {"of": name}) for name in ("w2", "w1")]
    assert met("update", saturated, [filled, *factors], aspect) == []
