"""The scene `recognition`: what the network says of an image is the engine's, and it is told right or
wrong."""

import numpy as np
import pytest
from helpers import by_hand, lessons
from helpers.stage import Cue, faults_at_every_frame, performance, stage_after, texts_after
from manim import Line

from storyreel.checks.snapshot import Snapshot
from storyreel.core.errors import StoryboardError
from storyreel.graphics import theme
from storyreel.graphics.networks.images.edge_bundle import LEVELS
from storyreel.rendering.play import watch
from storyreel.stage.image_stage import ImageStage
from storyreel.stage.stage import Stage

EXPERIMENT = lessons.image_of((16,), 10, 8)
DRAWN: list[Cue] = [("show_image", {}), ("number_pixels", {}), ("draw_image_network", {}), ("recognise", {})]
REST: list[Cue] = [
    ("point_out_answer", {}),
    ("mark_answer", {}),
    ("show_wanted", {"text": "wanted"}),
    ("show_title", {"title": "What a network sees"}),
    ("show_knob", {"weight": "W2[0,3]"}),
    ("turn", {"weight": "W2[0,3]", "to": 1.5}),
    ("turn", {"weight": "W2[0,3]"}),
    ("count_connections", {}),
    *(("ask", {"text": text}) for text in ("Which knob?", "Which way?", "How much?")),
    ("clear_words", {}),
    ("show_gradients", {}),
    ("name_gradients", {"sign": "positive", "text": "turn down"}),
    ("name_gradients", {"sign": "negative", "text": "turn up"}),
]
KNOB = REST[4:7]
NAMED = ["turn down", "turn up"]


def percentages(outputs: np.ndarray) -> list[str]:
    return [f"{output:.0%}" for output in outputs]


def test_the_bars_have_the_percentages_of_the_classes() -> None:
    texts = texts_after("recognition", EXPERIMENT, *DRAWN)
    outputs = EXPERIMENT.trace.forward.prediction[0]
    assert sorted(texts) == sorted(["8 × 8", *map(str, range(10)), *percentages(outputs)])


def test_pixels_show_their_values_until_the_network_takes_shape() -> None:
    values = [f"{value:.1f}" for value in EXPERIMENT.inputs[0]]
    assert sorted(texts_after("recognition", EXPERIMENT, *DRAWN[:2])) == sorted(["8 × 8", *values])
    assert not set(values) & set(texts_after("recognition", EXPERIMENT, *DRAWN[:3]))


def test_a_turned_knob_changes_the_percentages_and_back() -> None:
    turned = EXPERIMENT.network.nudged("W2[0,3]", 1.5 - EXPERIMENT.trace.number("W2[0,3]"))
    outputs = turned.forward(EXPERIMENT.inputs).prediction[0]
    cues = [*DRAWN, *KNOB[:2]]
    texts = texts_after("recognition", EXPERIMENT, *cues)
    assert {"W2[0,3] = 1.5", *percentages(outputs)} <= set(texts)
    back = texts_after("recognition", EXPERIMENT, *cues, KNOB[2])
    assert set(percentages(EXPERIMENT.trace.forward.prediction[0])) <= set(back)


LEARN: list[Cue] = [("learn", {"steps": steps, "text": "steps"}) for steps in (2, 5)]


def test_learning_ends_at_the_outputs_after_the_steps_of_the_run() -> None:
    parameters = by_hand.descent(EXPERIMENT, 7)
    for cues, step in ((LEARN[:1], 2), (LEARN, 7)):
        numbers = by_hand.numbers(EXPERIMENT, parameters[step])
        outputs = [numbers[name] for name in EXPERIMENT.network.names.activations[-1]]
        texts = texts_after("recognition", EXPERIMENT, *DRAWN, ("mark_answer", {}), *cues)
        assert sorted(texts) == sorted(
            ["8 × 8", *map(str, range(10)), *percentages(np.array(outputs)), str(step), "steps"]
        )


def test_the_percentages_are_those_of_the_step_that_is_counted() -> None:
    """At each whole step there is a frame with its outputs and its number."""
    parameters = by_hand.descent(EXPERIMENT, 4)
    frames: list[set[str]] = []

    def look(stage: Stage, frame: int, repeats: int) -> None:
        snapshot = Snapshot(stage)
        frames.append({label.piece.plain for label in snapshot.labels()})

    cues: list[Cue] = [("show_image_network", {}), ("learn", {"steps": 4, "text": "training step"})]
    watch(performance("recognition", EXPERIMENT, cues, fps=20), look)
    for step, here in enumerate(parameters[:5]):
        numbers = by_hand.numbers(EXPERIMENT, here)
        outputs = [numbers[name] for name in EXPERIMENT.network.names.activations[-1]]
        expected = {*percentages(np.array(outputs)), str(step), "training step"}
        assert any(expected <= texts for texts in frames), step


def test_examples_of_every_class_stay_as_the_network_learns_until_a_title() -> None:
    experiment = lessons.image_of((16,), 10, 8)
    classes = [7, 1, 4, 4]
    object.__setattr__(experiment, "data_inputs", np.repeat(experiment.inputs, len(classes), axis=0))
    object.__setattr__(experiment, "data_targets", np.eye(10)[classes])
    cues: list[Cue] = [*DRAWN, ("ask", {"text": "Which?"}), ("show_examples", {}), *LEARN]
    stage = stage_after("recognition", experiment, *cues)
    examples = vars(stage)["examples"]
    on_stage = {id(part) for shape in stage.mobjects for part in shape.get_family()}
    assert len(examples) == len(set(classes)) and all(id(image) in on_stage for image in examples)
    assert "Which?" not in texts_after("recognition", experiment, *cues)
    titled = stage_after("recognition", experiment, *cues, REST[3])
    assert len(vars(titled)["examples"]) == 0


def test_a_turned_weight_returns_and_its_knob_leaves_as_the_network_learns() -> None:
    texts = texts_after("recognition", EXPERIMENT, *DRAWN, *KNOB[:2], *LEARN)
    numbers = by_hand.numbers(EXPERIMENT, by_hand.descent(EXPERIMENT, 7)[7])
    outputs = [numbers[name] for name in EXPERIMENT.network.names.activations[-1]]
    assert set(percentages(np.array(outputs))) <= set(texts)
    assert not any(text.startswith("W2") for text in texts)


def test_a_network_returns_as_it_was_when_its_image_was_recognised() -> None:
    drawn, returned = (
        stage_after("recognition", EXPERIMENT, *cues) for cues in (DRAWN, [("show_image_network", {})])
    )
    ends = [vars(stage)["classifier"] for stage in (drawn, returned)]
    for name in ends[0].diagram.nodes:
        circles = [end.diagram.nodes[name].circle for end in ends]
        assert circles[0].get_fill_color() == circles[1].get_fill_color()
    texts = texts_after("recognition", EXPERIMENT, ("show_image_network", {}))
    assert sorted(texts) == sorted(texts_after("recognition", EXPERIMENT, *DRAWN))


def test_the_mark_of_an_answer_stays_at_the_end_of_its_bar() -> None:
    for cues in ((), KNOB[:2]):
        stage = stage_after("recognition", EXPERIMENT, *DRAWN, REST[1], *cues)
        classifier = vars(stage)["classifier"]
        answer, mark = classifier.bars.marked
        assert mark.get_x() - classifier.bars.bars[answer].get_right()[0] == pytest.approx(0.25)


def test_questions_take_the_place_of_a_title_and_a_title_that_of_questions() -> None:
    for cues, there, gone in (
        (REST[3:9], "Which knob?", "What a network sees"),
        ([REST[8], REST[3]], "What a network sees", "Which knob?"),
    ):
        texts = texts_after("recognition", EXPERIMENT, *DRAWN, *cues)
        words = " ".join(texts)
        assert there in words and gone not in words


ANSWERED: Cue = ("answer", {"text": "Which way?"})


def test_a_question_that_is_answered_is_underlined_until_it_leaves() -> None:
    asked = [*DRAWN, *REST[8:10]]
    stage = stage_after("recognition", EXPERIMENT, *asked, ANSWERED)
    first, second = vars(stage)["questions"].written
    (line,) = vars(stage)["questions"].underlined.values()
    colours = [question[0].get_fill_color().to_hex().upper() for question in (first, second)]
    assert colours == [theme.colour(kind).upper() for kind in ("text", "gradient")]
    more = stage_after("recognition", EXPERIMENT, *asked, ANSWERED, REST[10])
    questions = vars(more)["questions"]
    for shown, under in (((second,), line), (questions.written[1:2], questions.underlined["Which way?"])):
        assert under.get_x() == pytest.approx(shown[0].get_x(), abs=1e-6)
        assert under.width == pytest.approx(shown[0].width, rel=0.02)
    cleared = stage_after("recognition", EXPERIMENT, *asked, ANSWERED, ("clear_words", {}))
    there = {id(part) for part in cleared.get_mobject_family_members()}
    assert not any(isinstance(part, Line) and id(part) in there for part in [line])
    assert faults_at_every_frame("recognition", EXPERIMENT, [*asked, ANSWERED, REST[10]]) == []


def test_a_title_stands_above_the_middle_of_the_network() -> None:
    stage = stage_after("recognition", EXPERIMENT, *DRAWN, REST[3])
    assert isinstance(stage, ImageStage) and stage.classifier is not None
    title = vars(stage)["title"]
    assert title.get_x() == pytest.approx(stage.frame.whole.centre[0])
    assert title.get_bottom()[1] > stage.classifier.area.top


@pytest.mark.parametrize("is_right", [True, False])
def test_the_answer_is_marked_right_or_wrong(is_right: bool) -> None:
    outputs = EXPERIMENT.trace.forward.prediction[0]
    wanted = outputs.argmax() if is_right else outputs.argmin()
    experiment = lessons.image_of((16,), 10, 8)
    object.__setattr__(experiment, "targets", np.eye(10)[[wanted]])
    stage = stage_after("recognition", experiment, *DRAWN, ("mark_answer", {}))
    assert isinstance(stage, ImageStage) and stage.classifier is not None
    frame, mark = stage.classifier.bars.marks
    assert frame.get_stroke_color() == mark.get_stroke_color()
    assert mark.get_stroke_color().to_hex().upper() == theme.colour("target" if is_right else "loss").upper()
    assert mark.get_y() == pytest.approx(stage.classifier.bars.heights[int(outputs.argmax())], abs=0.02)


def test_nothing_is_in_the_way_while_it_learns() -> None:
    cues = [("show_image_network", {}), ("mark_answer", {}), *LEARN, ("mark_answer", {})]
    assert faults_at_every_frame("recognition", EXPERIMENT, cues) == []


@pytest.mark.parametrize("hidden", [(16,), (6, 6)])
def test_nothing_is_in_the_way_at_any_frame(hidden: tuple[int, ...]) -> None:
    assert faults_at_every_frame("recognition", lessons.image_of(hidden, 10, 8), [*DRAWN, *REST]) == []


def test_what_is_around_the_network_is_cleared() -> None:
    texts = texts_after("recognition", EXPERIMENT, *DRAWN, *REST[:-3])
    assert not any("=" in text for text in texts)
    assert not {"wanted", "Which knob?", "How much?", "What a network sees"} & set(texts)
    assert not any(text.startswith("W2") for text in texts)


def test_gradients_are_named_beside_lines_of_their_colours_and_leave_as_the_network_learns() -> None:
    stage = stage_after("recognition", EXPERIMENT, *DRAWN, *REST)
    labels = [entry.label for entry in vars(stage)["key"]]
    assert [label.plain for label in labels] == NAMED
    lines = [entry.line for entry in vars(stage)["key"]]
    seen = [
        shape.get_stroke_color().to_hex().upper() for line in lines for shape in line if shape.has_points()
    ]
    assert seen == [theme.colour("falling").upper(), theme.colour("gradient").upper()]
    classifier = vars(stage)["classifier"]
    strokes = [{shape.get_stroke_opacity() for shape in bundle} for bundle in classifier.gradients]
    assert all(len(opacities) == LEVELS and max(opacities) == 1.0 for opacities in strokes)
    texts = texts_after("recognition", EXPERIMENT, *DRAWN, *REST, *LEARN[:1])
    assert not set(NAMED) & set(texts)
    stage = stage_after("recognition", EXPERIMENT, *DRAWN, *REST, *LEARN[:1])
    classifier = vars(stage)["classifier"]
    assert classifier.gradients == [] and all(bundle.light == 1 for bundle in classifier.diagram.bundles)


def test_the_connection_of_a_knob_is_lit_and_all_others_are_dimmed() -> None:
    stage = stage_after("recognition", EXPERIMENT, *DRAWN, *KNOB)
    diagram = vars(stage)["classifier"].diagram
    (edge,) = diagram.edges.values()
    assert edge.get_stroke_color().to_hex().upper() == theme.colour("weight").upper()
    assert edge in [part for shape in stage.mobjects for part in shape.get_family()]
    assert all(bundle.light < 0.5 for bundle in diagram.bundles)


def test_a_knob_can_have_another_symbol() -> None:
    cue: Cue = ("show_knob", {"weight": "W2[0,3]", "called": "w"})
    stage = stage_after("recognition", EXPERIMENT, *DRAWN, cue)
    label = vars(stage)["classifier"].knob.knob.label
    without = stage_after("recognition", EXPERIMENT, *DRAWN, REST[4])
    assert len(label) != len(vars(without)["classifier"].knob.knob.label)


def test_another_image_takes_the_place_of_the_one_on_stage() -> None:
    texts = texts_after("recognition", EXPERIMENT, *DRAWN, *REST[:4], ("draw_image_network", {}))
    assert sorted(texts) == sorted(["8 × 8", *map(str, range(10))])


@pytest.mark.parametrize(
    ("cues", "message"),
    [
        ([("recognise", {})], "there is no image on stage yet; begin with `show_image`"),
        ([("turn", {"weight": "W2[0,3]", "to": 1.0})], "there is no image on stage yet"),
        ([*DRAWN, ("turn", {"weight": "W2[0,3]", "to": 1.0})], "there is no knob on stage yet"),
        ([*DRAWN, ("show_knob", {"weight": "b1[0]"})], "'b1[0]' is not a weight of this network"),
        ([*DRAWN, ANSWERED], "the question 'Which way?' is not on stage; bring it with `ask`"),
    ],
)
def test_what_cannot_be_shown_is_said(cues: list[Cue], message: str) -> None:
    with pytest.raises(StoryboardError) as caught:
        texts_after("recognition", EXPERIMENT, *cues)
    assert message in str(caught.value.problems[0])
