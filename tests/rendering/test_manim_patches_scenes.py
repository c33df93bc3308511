"""At every frame of every built-in scene all mobjects are exactly as with stock Manim."""

from contextlib import nullcontext
from dataclasses import replace

import pytest
from helpers.stage_state import stage_state
from manim.mobject.svg import svg_mobject

from storyreel.core.paths import STORYBOARDS
from storyreel.core.quality import QUALITIES
from storyreel.production.production import plan
from storyreel.reader import load
from storyreel.rendering import play
from storyreel.storyboard.vocabulary import scene_types

SLOW = replace(QUALITIES["draft"], fps=1)


@pytest.fixture(scope="module")
def performances():
    """For each scene class the performance of the shortest chapter that uses it."""
    found = {}
    for path in sorted(STORYBOARDS.glob("*.yaml")):
        production = plan(load(path), quality=SLOW, voice="silent")
        for chapter in sorted(production.timeline.chapters, key=lambda chapter: chapter.end - chapter.start):
            found.setdefault(chapter.scene, production.performance(chapter))
    return found


def states(performance):
    """A hash of all mobjects at each frame. The SVG cache is cleared, as cached shapes differ a little."""
    svg_mobject.SVG_HASH_TO_MOB_MAP.clear()
    found = []
    play.watch(performance, lambda stage, *_: found.append(hash(repr(stage_state(stage)))))
    return found


@pytest.mark.parametrize("scene", sorted(scene_types()))
def test_a_scene_has_the_same_mobjects_as_with_stock_manim(performances, scene, monkeypatch):
    performance = performances[scene]
    with monkeypatch.context() as patch:
        patch.setattr(play, "patched_manim", nullcontext)
        stock = states(performance)
    assert states(performance) == stock
    assert len(stock) >= len(performance.chapter.beats)
