"""Chapters that begin with the picture of the chapter before: all that is carried stands where it stood."""

from dataclasses import replace

import numpy as np
import pytest
from helpers.lessons import layered
from manim import ReplacementTransform, VMobject

from storyreel.checks.snapshot import Snapshot
from storyreel.core.errors import StoryreelError
from storyreel.core.paths import DEFAULT_STORYBOARD
from storyreel.core.quality import QUALITIES
from storyreel.engine.experiment import Experiment
from storyreel.graphics.layout import Frame
from storyreel.graphics.networks.network_diagram import NetworkDiagram
from storyreel.graphics.networks.network_fold import fold_network
from storyreel.production.production import Production, plan
from storyreel.reader import load
from storyreel.rendering.play import watch, watch_beats
from storyreel.stage.stage import Stage

CARRIED = {"forward": 40, "descent": 20, "update": 35}
"""Chapters of the first lesson that go on with a picture, and how many shapes it has at least. `backward`
draws the chain without the gate with which the chain rule ends, `loss` begins with its target, too, and what
`examples` shows comes in place of the network."""

Looks = list[tuple[np.ndarray, np.ndarray]]


@pytest.fixture(scope="module")
def production() -> Production:
    return plan(load(DEFAULT_STORYBOARD), quality=replace(QUALITIES["draft"], fps=10), voice="silent")


def looks(stage: Stage) -> Looks:
    """The place on stage and the colours of everything but the title."""
    snapshot = Snapshot(stage, is_still=True)
    titles = {id(part) for overlay in stage.overlays for part in overlay.get_family()}
    pairs = zip(snapshot.on_stage, snapshot.shapes, strict=True)
    return [(box, colours(shape)) for box, shape in pairs if id(shape) not in titles]


def colours(shape: VMobject) -> np.ndarray:
    return np.concatenate([shape.get_fill_rgbas()[0], shape.get_stroke_rgbas()[0]])


def last_picture(production: Production, chapter: str) -> Looks:
    found: list[Looks] = []
    performance = production.performance(production.chapter(chapter), draw=())
    watch_beats(performance, lambda stage: found.append(looks(stage)))
    return found[-1]


def first_picture(production: Production, chapter: str) -> Looks:
    found: list[Looks] = []
    timed = production.chapter(chapter)
    only = replace(timed, beats=timed.beats[:1])
    watch(production.performance(only), lambda stage, frame, repeats: found.append(looks(stage)))
    return found[0]


@pytest.mark.parametrize("chapter", CARRIED)
def test_what_a_chapter_begins_with_stands_where_the_chapter_before_left_it(
    production: Production, chapter: str
) -> None:
    ids = [timed.id for timed in production.timeline.chapters]
    before = last_picture(production, ids[ids.index(chapter) - 1])
    now = first_picture(production, chapter)
    assert len(now) >= CARRIED[chapter]
    for box, paint in now:
        assert any(np.allclose(box, b, atol=1e-3) and np.allclose(paint, p, atol=1e-4) for b, p in before)


@pytest.mark.parametrize("sizes", [(2, 6, 5), (3, 5, 4, 4, 2)])
def test_a_network_folds_into_a_narrower_one(chain: Experiment, sizes: tuple[int, ...]) -> None:
    experiment = Experiment(
        "wide", layered(sizes, "tanh", "tanh", "half_squared_error"), np.ones(sizes[0]), np.ones(sizes[-1])
    )
    wide, narrow = (NetworkDiagram(each.trace, Frame().stage) for each in (experiment, chain))
    moves = fold_network(wide, narrow)
    moved = {part for move in moves for part in move.mobject.get_family()}
    assert {*wide.nodes.values(), *wide.edges.values()} <= moved
    (merging, _), *_ = [move.animations for move in moves]
    become = {move.target_mobject for move in merging.animations if isinstance(move, ReplacementTransform)}
    assert become == {*narrow.nodes.values(), *narrow.edges.values()}


def test_a_network_folds_into_a_narrower_one_only(chain: Experiment, dense: Experiment) -> None:
    wide, narrow = (NetworkDiagram(experiment.trace, Frame().stage) for experiment in (dense, chain))
    with pytest.raises(StoryreelError, match="a 1-1-1 network does not fold into a 2-6-5 one"):
        fold_network(narrow, wide)
