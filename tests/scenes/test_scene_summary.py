"""The scene `summary`: the loop's numbers are those of the run, whatever the network."""

from collections.abc import Callable

import numpy as np
import pytest
from helpers import by_hand, lessons
from helpers.stage import Cue, faults_at_every_frame, performance, texts_after

from storyreel.checks.snapshot import Snapshot
from storyreel.core.errors import StoryboardError
from storyreel.core.number_format import shown
from storyreel.engine.experiment import Experiment
from storyreel.graphics.layout import Frame
from storyreel.graphics.motion.spark import Spark
from storyreel.graphics.parts.cycle_diagram import CycleDiagram
from storyreel.rendering.play import watch
from storyreel.stage.stage import Stage

STEPS = ("forward pass", "loss", "backward pass", "update")


def one_turn(experiment: Experiment) -> list[Cue]:
    """The loop, and its first turn with the first and the last of the network's weights."""
    names = experiment.network.names
    weights = [name for name in names.parameters if names[name].kind == "weight"]
    weights = [weights[0], weights[-1]]
    values = [
        (names.activations[-1][0],),
        ("loss",),
        tuple(f"grad.{name}" for name in weights),
        tuple(f"next.{name}" for name in weights),
    ]
    return [("draw_cycle", {"steps": STEPS}), *(("next_step", {"values": given}) for given in values)]


def test_the_first_turn_shows_the_lessons_numbers(chain: Experiment) -> None:
    texts = set(texts_after("summary", chain, *one_turn(chain)))
    assert {*STEPS, "y = 5", "loss = 2", "grad.w1 = 10/3", "grad.w2 = 12"} <= texts
    assert {f"next.{name} = {shown(chain.next.number(name))}" for name in ("w1", "w2")} <= texts


def test_a_step_shows_nothing_before_its_time(chain: Experiment) -> None:
    assert "loss = 2" not in texts_after("summary", chain, *one_turn(chain)[:2])


def test_turning_ends_with_the_numbers_of_the_run(chain: Experiment) -> None:
    cues: list[Cue] = [
        *one_turn(chain),
        ("plot_run", {"steps": 5}),
        ("repeat", {"steps": 3}),
        ("repeat", {"steps": 1}),
    ]
    run = chain.run(5)
    now, then = run.trace(4), run.trace(5)
    expected = {f"y = {shown(now.number('y'))}", f"loss = {shown(now.loss)}", shown(run.loss[4])}
    expected |= {f"grad.{name} = {shown(now.number(f'grad.{name}'))}" for name in ("w1", "w2")}
    expected |= {f"next.{name} = {shown(then.number(name))}" for name in ("w1", "w2")}
    assert expected <= set(texts_after("summary", chain, *cues))


def test_in_every_turn_the_cards_fill_with_the_numbers_of_its_step(chain: Experiment) -> None:
    frames: list[set[str]] = []

    def look(stage: Stage, frame: int, repeats: int) -> None:
        snapshot = Snapshot(stage)
        frames.append(
            {
                label.piece.plain
                for label in snapshot.labels()
                if snapshot.shapes[label.members[0]].get_fill_opacity() > 0.9
            }
        )

    watch(performance("summary", chain, [*one_turn(chain), ("repeat", {"steps": 3})], fps=20), look)
    path = by_hand.descent(chain, 4)
    for step in (1, 2, 3):
        now, then = by_hand.numbers(chain, path[step]), path[step + 1]
        expected = {f"y = {now['y']:.2f}", f"loss = {now['loss']:.2f}"}
        slope = by_hand.slope(chain, "w2", path[step])
        expected |= {f"grad.w2 = {slope:.2f}", f"next.w1 = {then['w1']:.2f}", f"next.w2 = {then['w2']:.2f}"}
        assert any(expected <= texts for texts in frames), step


def test_no_card_is_empty_for_longer_than_its_numbers_take_to_change(chain: Experiment) -> None:
    empty = dict.fromkeys(range(4), 0)

    def look(stage: Stage, frame: int, repeats: int) -> None:
        for number, content in enumerate(vars(stage)["contents"]):
            opacities = [glyph.get_fill_opacity() for part in content for glyph in part]
            empty[number] = empty[number] + repeats if max(opacities) < 0.1 else 0
            assert empty[number] < 0.2 * 20

    watch(performance("summary", chain, [*one_turn(chain), ("repeat", {"steps": 3})], fps=20), look)


def test_exact_numbers_stay_so_until_the_next_step_takes_their_place(chain: Experiment) -> None:
    seen: set[str] = set()

    def look(stage: Stage, frame: int, repeats: int) -> None:
        seen.update(label.piece.plain for label in Snapshot(stage).labels())

    watch(performance("summary", chain, [*one_turn(chain), ("repeat", {"steps": 3})], fps=20), look)
    assert {"grad.w1 = 10/3", "grad.w2 = 12"} <= seen
    assert not {"grad.w1 = 3.33", "grad.w2 = 12.0", "grad.w2 = 12.00"} & seen


def test_a_carried_loop_has_all_its_cards_from_the_first_frame_on(chain: Experiment) -> None:
    texts = texts_after("summary", chain, ("carry_cycle", {"steps": STEPS}))
    assert set(STEPS) <= set(texts)


def test_a_network_takes_the_place_of_the_loop_without_an_empty_frame_or_its_ring_below_cards(
    chain: Experiment,
) -> None:
    experiment = lessons.image_of()
    cues: list[Cue] = [*one_turn(experiment), ("show_image_network", {})]
    fullest: list[float] = []

    def look(stage: Stage, frame: int, repeats: int) -> None:
        shapes = [part for shape in stage.mobjects for part in shape.get_family()]
        drawn = [part for part in shapes if len(part.points)]
        opacities = [max(part.get_fill_opacity(), part.get_stroke_opacity()) for part in drawn]
        fullest.append(max(opacities, default=0.0))
        assert vars(stage)["loop"] is not None or not any(isinstance(part, Spark) for part in shapes)

    watch(performance("summary", experiment, cues, fps=20), look)
    assert min(fullest[20:]) > 0.15


def test_while_many_steps_pass_the_card_and_the_curve_show_one_loss(dense: Experiment) -> None:
    both: list[bool] = []

    def look(stage: Stage, frame: int, repeats: int) -> None:
        content, plot = vars(stage)["contents"], vars(stage)["plot"]
        if len(content) == len(STEPS) and plot is not None:
            on_card = float(content[1].parts[0].plain.rpartition(" ")[2])
            both.append(plot.point(0.0, on_card)[1] == pytest.approx(plot.head.get_y(), abs=0.05))

    cues: list[Cue] = [*one_turn(dense), ("plot_run", {"steps": 20}), ("repeat", {"steps": 20})]
    watch(performance("summary", dense, cues, fps=20), look)
    assert len(both) > 20 and all(both)


def test_many_steps_are_told_in_a_few_turns(dense: Experiment) -> None:
    texts = texts_after(
        "summary", dense, *one_turn(dense), ("plot_run", {"steps": 90}), ("repeat", {"steps": 90})
    )
    assert f"loss = {shown(dense.run(90).trace(90).loss)}" in texts


def test_a_sentence_takes_the_place_of_the_one_before(chain: Experiment) -> None:
    cues: list[Cue] = [
        ("draw_cycle", {"steps": STEPS}),
        ("write", {"text": "One."}),
        ("write", {"text": "Two."}),
    ]
    texts = texts_after("summary", chain, *cues)
    assert "Two." in texts and "One." not in texts


@pytest.mark.parametrize("make", [lessons.negative_chain, lessons.sigmoid_chain, lessons.dense])
def test_any_network_is_laid_out_without_a_fault(make: Callable[[], Experiment]) -> None:
    cues: list[Cue] = [*one_turn(make()), ("plot_run", {"steps": 12}), ("repeat", {"steps": 12})]
    cues.append(("write", {"text": "Every weight has its gradient."}))
    assert faults_at_every_frame("summary", make(), cues) == []


@pytest.mark.parametrize(
    ("cues", "message"),
    [
        ([("next_step", {})], "there is no loop on stage"),
        ([("draw_cycle", {"steps": ("one",)})], "a cycle has two, three or four steps, not 1"),
        ([("draw_cycle", {"steps": STEPS}), ("repeat", {"steps": 1})], "before it turns"),
        ([("draw_cycle", {"steps": STEPS[:2]}), *[("next_step", {})] * 3], "no step after the 2"),
        (
            [
                ("draw_cycle", {"steps": STEPS[:2]}),
                *[("next_step", {})] * 2,
                ("plot_run", {"steps": 2}),
                ("repeat", {"steps": 3}),
            ],
            "`plot_run` is for 2 steps",
        ),
        ([("draw_cycle", {"steps": STEPS}), ("next_step", {"values": ("q",)})], "no number named `q`"),
        ([("draw_cycle", {"steps": ("a name that is far too long", "b")})], "is too long for a step"),
    ],
)
def test_what_cannot_be_shown_is_said(chain: Experiment, cues: list[Cue], message: str) -> None:
    with pytest.raises(StoryboardError) as caught:
        texts_after("summary", chain, *cues)
    assert message in str(caught.value.problems[0])


@pytest.mark.parametrize("count", [2, 3, 4])
def test_cards_stand_on_the_ring_and_leave_room_in_the_middle(count: int) -> None:
    cycle = CycleDiagram(STEPS[:count], Frame().whole)
    for number, card in enumerate(cycle.cards):
        np.testing.assert_allclose(card.plate.get_center(), cycle.place(number / count), atol=1e-6)
        assert Frame().whole.left <= card.get_left()[0] and card.get_right()[0] <= Frame().whole.right
        assert Frame().whole.bottom <= card.get_bottom()[1] and card.get_top()[1] <= Frame().whole.top
    free = cycle.inside
    assert free.width > 3.6 and free.height > 2
    assert not any(
        free.left < card.get_right()[0]
        and card.get_left()[0] < free.right
        and free.bottom < card.get_top()[1]
        and card.get_bottom()[1] < free.top
        for card in cycle.cards
    )
