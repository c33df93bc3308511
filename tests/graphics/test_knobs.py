"""Knobs: the angle of the pointer is the weight, the arrow around the dial is against its gradient."""

import math
from collections.abc import Callable

import numpy as np
import pytest
from helpers import by_hand, lessons
from helpers.measure import joints, share
from helpers.stage import Cue, stage_after
from manim import VMobject

from storyreel.core.errors import StoryreelError
from storyreel.engine.experiment import Experiment
from storyreel.engine.layer import Layer
from storyreel.engine.losses import LOSSES
from storyreel.engine.network import Network
from storyreel.engine.optimizers import GradientDescent
from storyreel.graphics import theme
from storyreel.graphics.layout import Area
from storyreel.graphics.networks.knob import Knob, knob_shapes
from storyreel.graphics.networks.knob_bank import KnobBank

AREA = Area("test", -6, -1, 6, 1)
END = 135.0
"""Degrees from straight up to the right end of a dial."""
LONGEST_ARROW = 81.0
"""Degrees that an arrow of length 1 goes round."""
READY: list[Cue] = [("draw_network", {}), ("predict", {}), ("show_knobs", {})]
Make = Callable[[], Experiment]


def degrees(knob: Knob, place: np.ndarray) -> float:
    """The angle of a place to the right of straight up, seen from the middle of a knob."""
    x, y = place[:2] - knob.face.get_center()[:2]
    return math.degrees(math.atan2(x, y))


def angle(knob: Knob) -> float:
    """The angle of the pointer, which leads straight outwards."""
    inner, outer = (degrees(knob, end) for end in joints(knob.pointer)[[0, -1]])
    assert inner == pytest.approx(outer, abs=1e-6)
    return outer


def arc(knob: Knob, shape: VMobject) -> tuple[float, float]:
    """The angles at which an arc around a knob begins and ends."""
    start, end = (degrees(knob, place) for place in joints(shape)[[0, -1]])
    radii = np.linalg.norm(joints(shape) - knob.face.get_center()[:2], axis=1)
    assert np.ptp(radii) < 1e-6
    return start, end


def value_at(pointer: float, unit: float) -> float:
    """The number to which a pointer points: up is 0, halfway to an end is the unit."""
    return unit * math.tan(math.radians(pointer / END * 90))


def make_knob(value: float, unit: float = 2.0) -> Knob:
    return Knob("w1", "weight", value, unit, 0.5).shift([1.5, -0.5, 0])


@pytest.mark.parametrize("value", [0.0, 2.0, -2.0, 0.7, 9.0, -30.0])
def test_a_pointer_and_the_arc_from_the_top_say_the_number(value: float) -> None:
    knob = make_knob(value)
    assert value_at(angle(knob), 2.0) == pytest.approx(value, abs=1e-6)
    assert arc(knob, knob.amount) == pytest.approx((0.0, angle(knob)), abs=1e-6)
    assert arc(knob, knob.track) == pytest.approx((-END, END))
    assert abs(angle(knob)) < END


def test_halfway_to_an_end_is_the_unit() -> None:
    assert angle(make_knob(3.0, 3.0)) == pytest.approx(END / 2)
    assert angle(make_knob(-3.0, 3.0)) == pytest.approx(-END / 2)


@pytest.mark.parametrize("arrow", [1.0, -1.0, 0.4, -0.25])
def test_an_arrow_goes_round_from_the_pointer_as_far_as_it_is_long(arrow: float) -> None:
    knob = make_knob(0.7)
    knob.turn(knob_shapes([0.7], [arrow], 2.0, 0.5)[0])
    start, end = arc(knob, knob.shaft)
    assert (start, end - start) == pytest.approx((angle(knob), LONGEST_ARROW * arrow))
    corners = joints(knob.tip)[:3]
    ahead = max(np.sign(arrow) * (degrees(knob, corner) - end) for corner in corners)
    behind = min(np.sign(arrow) * (degrees(knob, corner) - end) for corner in corners)
    assert ahead > 1.5 * -behind > 0  # a triangle points to where it reaches furthest from its middle
    assert knob.shaft.get_stroke_opacity() == knob.tip.get_fill_opacity() == 1.0


def test_an_arrow_too_short_for_its_tip_is_not_seen() -> None:
    knob = make_knob(0.7)
    knob.turn(knob_shapes([0.7], [0.05], 2.0, 0.5)[0])
    assert knob.shaft.get_stroke_opacity() == knob.tip.get_fill_opacity() == 0.0


def test_a_knob_shines_as_brightly_as_it_glows() -> None:
    knob, shares = make_knob(0.7), []
    for glow in (0.0, 0.5, 1.0):
        knob.turn(knob_shapes([0.7], [0.0], 2.0, 0.5)[0], glow=glow)
        face = knob.face.get_fill_color()
        shares.append(share(face, theme.colour("surface"), theme.colour("weight")))
    assert np.diff(shares) == pytest.approx([shares[2] / 2] * 2, abs=5e-3)
    assert shares[0] == pytest.approx(0.0, abs=5e-3) and shares[2] > 0.3


@pytest.mark.parametrize("make", [lessons.chain, lessons.dense, lessons.relu])
def test_every_knob_of_a_network_shows_its_weight_and_its_arrow_its_gradient(make: Make) -> None:
    experiment = make()
    stage = stage_after("intro", experiment, *READY, ("show_gradients", {}))
    start = by_hand.numbers(experiment)
    knobs = stage.network.bank.knobs
    assert set(knobs) <= set(experiment.network.names.parameters)
    check(experiment, knobs, {name: start[name] for name in experiment.network.names.parameters})


def check(experiment: Experiment, knobs: dict[str, Knob], now: dict[str, float]) -> None:
    """Pointers show the weights as they are now, arrows the gradients beside the steepest at first."""
    start, names = by_hand.numbers(experiment), experiment.network.names.parameters
    unit = max(abs(start[name]) for name in knobs) / 2
    steepest = max(abs(by_hand.slope(experiment, name)) for name in names)
    for name, knob in knobs.items():
        assert value_at(angle(knob), unit) == pytest.approx(now[name], rel=1e-5, abs=1e-6)
        arrow = min(max(-by_hand.slope(experiment, name, now) / steepest, -1.0), 1.0)
        if knob.shaft.get_stroke_opacity() > 0:
            begin, end = arc(knob, knob.shaft)
            assert (begin, end - begin) == pytest.approx((angle(knob), LONGEST_ARROW * arrow), abs=1e-3)
        else:
            assert abs(arrow) < 0.125


@pytest.mark.parametrize("make", [lessons.chain, lessons.dense])
def test_knobs_and_arrows_follow_while_the_network_learns(make: Make) -> None:
    experiment = make()
    cues: list[Cue] = [*READY, ("show_gradients", {}), ("learn", {"steps": 3})]
    stage = stage_after("intro", experiment, *cues)
    check(experiment, stage.network.bank.knobs, by_hand.descent(experiment, 3)[3])


def test_a_turned_knob_points_to_its_new_number_and_the_others_stay(chain: Experiment) -> None:
    stage = stage_after("intro", chain, *READY, ("turn", {"weight": "w2", "to": -1.5}))
    w1, w2 = (stage.network.bank.knobs[name] for name in ("w1", "w2"))
    assert [value_at(angle(knob), 1.5) for knob in (w1, w2)] == pytest.approx([3.0, -1.5])


def test_knobs_of_one_layer_stand_apart_from_those_of_the_next(dense: Experiment) -> None:
    names = [name for name in dense.network.names.parameters if name.startswith("W")]
    bank = KnobBank(dense.trace, names, AREA)
    columns = {
        layer: sorted({knob.face.get_x() for name, knob in bank.knobs.items() if name[1] == layer})
        for layer in "12"
    }
    gap = columns["2"][0] - columns["1"][-1]
    assert len(bank.knobs) == 42 and gap > 1.5 * max(np.diff(columns["1"]))
    assert bank.get_left()[0] >= AREA.left and bank.get_right()[0] <= AREA.right


@pytest.mark.parametrize(("width", "is_below"), [(6.6, True), (12.0, False)])
def test_the_number_of_a_knob_stands_below_it_where_there_is_no_room_beside_it(
    chain: Experiment, width: float, is_below: bool
) -> None:
    area = Area("knobs", -width / 2, -3.0, width / 2, -0.5)
    for knob in KnobBank(chain.trace, ["w1", "w2"], area).knobs.values():
        assert knob.label is not None and len(knob.label)
        assert bool(knob.label.get_top()[1] < knob.face.get_bottom()[1]) is is_below
        assert bool(knob.label.get_left()[0] > knob.face.get_right()[0]) is not is_below
        assert area.left <= knob.get_left()[0] < knob.get_right()[0] <= area.right
        assert area.bottom <= knob.get_bottom()[1] < knob.get_top()[1] <= area.top


def test_too_many_knobs_are_said() -> None:
    network = Network(("x",), (Layer("h", np.ones((900, 1))), Layer("y", np.ones((1, 900)))), LOSSES["huber"])
    large = Experiment("large", network, np.array([1.0]), np.array([1.0]), GradientDescent())
    with pytest.raises(StoryreelError, match="1800 knobs are too many"):
        KnobBank(large.trace, large.network.names.parameters, AREA)
