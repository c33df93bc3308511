"""Bars beside the outputs of a softmax: sums that turn into shares, and their targets around them."""

import re

import numpy as np
import pytest
from helpers import lessons
from helpers.measure import number
from helpers.stage import Cue, stage_after
from manim import VMobject

from storyreel.core.errors import StoryboardError
from storyreel.engine.experiment import Experiment

SUMS: list[Cue] = [("draw_network", {}), ("show_sums", {"layer": 2})]
SHARES: list[Cue] = [*SUMS, ("show_shares", {})]


def ends(bar: VMobject, foot: float) -> float:
    """The length of a bar from the line where all begin: negative to the left."""
    left, right = float(bar.get_left()[0]), float(bar.get_right()[0])
    return left - foot if abs(right - foot) < 1e-6 else right - foot


def by_hand(experiment: Experiment) -> tuple[np.ndarray, np.ndarray]:
    """The weighted sums of the outputs, and their shares, worked out from the weights."""
    hidden, last = experiment.network.layers
    values = np.tanh(hidden.weights @ experiment.inputs[0] + hidden.bias)
    sums = last.weights @ values + last.bias
    return sums, np.exp(sums) / np.exp(sums).sum()


def test_bars_go_from_sums_to_shares_on_one_scale(dense: Experiment) -> None:
    stage = stage_after("layers", dense, *SHARES)
    bars, (sums, shares) = stage.shares, by_hand(dense)
    foot = float(bars.zero.get_x())
    assert [ends(bar, foot) for bar in bars.bars] == pytest.approx(bars.unit * shares, abs=1e-3)
    outputs = stage.diagram.columns[-1]
    assert [bar.get_y() for bar in bars.bars] == pytest.approx(
        [stage.diagram.nodes[n].get_y() for n in outputs]
    )
    bars.set_share(0.0)
    assert [ends(bar, foot) for bar in bars.bars] == pytest.approx(bars.unit * sums, abs=1e-3)


def test_shares_end_to_end_are_as_long_as_one(dense: Experiment) -> None:
    bars = stage_after("layers", dense, *SHARES).shares
    frame, text = bars.whole
    assert text.plain == "1" and frame.width == pytest.approx(bars.unit)
    assert bars.stack.get_left()[0] == pytest.approx(frame.get_left()[0], abs=0.05)
    assert bars.stack.get_right()[0] == pytest.approx(frame.get_right()[0], abs=0.05)
    shares = by_hand(dense)[1]
    middles = np.cumsum(shares) - shares / 2  # a seam is cut from both ends of each bar
    places = [float(bar.get_x()) - float(bars.zero.get_x()) for bar in bars.stack]
    assert places == pytest.approx(bars.unit * middles, abs=1e-3)


def test_the_share_of_the_right_class_is_worked_out_until_the_loss_is(dense: Experiment) -> None:
    stage = stage_after("layers", dense, *SHARES)
    right, (sums, shares) = int(dense.targets[0].argmax()), by_hand(dense)
    *terms, result = map(number, re.findall(r"−?\d+\.?\d*(?=\)|$)", stage.share_line.text.plain))
    assert result == pytest.approx(shares[right], abs=0.006)
    others = np.delete(sums, right)
    assert terms == pytest.approx([sums[right], *others[:2], others[-1]], abs=0.006)
    lowest = min(float(node.circle.get_bottom()[1]) for node in stage.diagram.nodes.values())
    assert stage.share_line.get_top()[1] < lowest
    stage = stage_after("layers", dense, *SHARES, ("show_loss", {}))
    assert stage.share_line is None


def test_the_loss_and_the_targets_are_those_of_the_example(dense: Experiment) -> None:
    stage = stage_after("layers", dense, *SHARES, ("show_loss", {}), ("show_targets", {}))
    wanted = -float(np.log(by_hand(dense)[1][dense.targets[0].argmax()]))
    share, loss = map(number, re.findall(r"ln\((.*)\) . (.*)", stage.loss_tag.text.plain)[0])
    assert -np.log(share) == pytest.approx(wanted, abs=0.05) and loss == pytest.approx(wanted, abs=0.05)
    foot, bars = float(stage.shares.zero.get_x()), stage.shares
    lengths = [ends(outline, foot) for outline in bars.outlines]
    assert lengths == pytest.approx(bars.unit * dense.targets[0], abs=0.02)


def test_gradients_take_the_place_of_the_bars(dense: Experiment) -> None:
    stage = stage_after("layers", dense, *SHARES, ("show_loss", {}), ("show_output_gradients", {}))
    on_stage = {id(part) for part in stage.get_mobject_family_members()}
    assert stage.shares is None and stage.loss_tag is None
    assert all(id(tag.plate) in on_stage for tag in stage.diagram.targets.values())
    shares, targets = by_hand(dense)[1], dense.targets[0]
    said = [number(stage.output_gradients[name].number.plain) for name in stage.diagram.columns[-1]]
    assert said == pytest.approx(shares - targets, abs=0.006)


def test_only_a_softmax_has_shares() -> None:
    with pytest.raises(StoryboardError, match="shares are of a softmax"):
        stage_after("layers", lessons.salary(), ("draw_network", {}), ("show_shares", {}))
