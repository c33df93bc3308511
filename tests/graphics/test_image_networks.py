"""Networks with an image: what their lines, neurons and bars show is what the engine says."""

from collections import Counter

import numpy as np
import pytest
from helpers import lessons
from manim import ManimColor, VMobject

from storyreel.core.errors import StoryreelError
from storyreel.graphics import theme
from storyreel.graphics.layout import Frame
from storyreel.graphics.networks.images.edge_bundle import LEVELS, EdgeBundle, pulses
from storyreel.graphics.networks.images.gradient_key import KeyEntry
from storyreel.graphics.networks.images.image_classifier import ImageClassifier
from storyreel.graphics.networks.images.image_fold import fold_image
from storyreel.graphics.networks.images.worked_arrow import WorkedArrow
from storyreel.graphics.networks.label_places import box_of
from storyreel.graphics.networks.network_diagram import NetworkDiagram
from storyreel.graphics.text.typeset import words


def lines_in(bundle: EdgeBundle) -> list[tuple[np.ndarray, np.ndarray, str, float]]:
    """The start, the end, the colour and the opacity of each line that is drawn."""
    return [
        (curve[0], curve[3], shape.get_stroke_color().to_hex().upper(), float(shape.get_stroke_opacity()))
        for shape in bundle.submobjects
        for curve in shape.points.reshape(-1, 4, 3)
    ]


def bundle(values: np.ndarray) -> EdgeBundle:
    """Lines from three points at x = 0 to two at x = 1, with these values."""
    starts, ends = np.array([[0, y, 0] for y in range(3)]), np.array([[1, y, 0] for y in range(2)])
    lines = np.array([[(start, end) for start in starts] for end in ends], float)
    return EdgeBundle(lines).show_numbers(values, 2.0)


VALUES = np.array([[2.0, -1.0, 0.0], [0.5, -2.0, 1.5]])


def test_every_connection_but_that_of_zero_has_its_line_with_the_colour_of_its_sign() -> None:
    found = {
        (int(start[1]), int(end[1])): (paint, opacity)
        for start, end, paint, opacity in lines_in(bundle(VALUES))
    }
    assert len(found) == 5  # all but that of 0
    for (column, row), (paint, _) in found.items():
        assert paint == theme.colour("negative" if VALUES[row, column] < 0 else "positive").upper()


def test_the_larger_a_number_the_clearer_and_wider_its_line() -> None:
    shown = bundle(VALUES)
    sizes = {(int(start[1]), int(end[1])): opacity for start, end, _, opacity in lines_in(shown)}
    ordered = sorted(sizes, key=lambda place: abs(VALUES[place[1], place[0]]))
    assert [sizes[place] for place in ordered] == sorted(sizes.values())
    widths = [shape.get_stroke_width() for shape in shown.submobjects]
    assert widths == sorted(widths)
    assert len(shown.submobjects) == 2 * LEVELS


def test_part_of_the_way_is_drawn_from_the_start_or_from_the_end() -> None:
    for low, high in ((0.0, 0.25), (0.75, 1.0), (0.2, 0.4)):
        for start, end, *_ in lines_in(bundle(VALUES).reach(low, high)):
            assert (start[0], end[0]) == pytest.approx((low, high))
    assert lines_in(bundle(VALUES).reach(0.5, 0.5)) == []


def test_light_runs_along_lines_of_bright_starts_only() -> None:
    animation = pulses(bundle(VALUES), [1.0, 0.0, 0.5], "activation")
    animation.begin()
    animation.interpolate(0.5)
    pulse = animation.mobject
    assert isinstance(pulse, EdgeBundle)
    found = lines_in(pulse)
    assert len(found) == 4  # from two of three starts to two ends
    assert all(0 < start[0] < end[0] < 1 for start, end, *_ in found)


def test_light_that_runs_back_is_as_strong_as_the_number_of_each_line() -> None:
    shown = bundle(VALUES)
    assert shown.shares == pytest.approx(np.abs(VALUES).ravel() / np.abs(VALUES).max())
    backwards = pulses(shown, [0.0, 0.05, 0.0, 0.6, 0.0, 1.0], "gradient", backwards=True)
    backwards.begin()
    backwards.interpolate(0.3)
    assert isinstance(backwards.mobject, EdgeBundle)
    seen = sorted(lines_in(backwards.mobject), key=lambda line: line[3])
    assert len(seen) == 2
    assert seen[0][3] < seen[1][3]
    assert all(0 < start[0] < end[0] <= 1 for start, end, *_ in seen)


def test_no_light_runs_where_all_numbers_are_close_to_zero() -> None:
    assert not isinstance(pulses(bundle(VALUES), [0.01] * 6, "gradient", backwards=True).mobject, EdgeBundle)


@pytest.mark.parametrize("aspect", ["16:9", "9:16", "1:1"])
@pytest.mark.parametrize("hidden", [(4,), (16,), (16, 16), (30,), ()])
def test_everything_has_room_within_the_frame(aspect: str, hidden: tuple[int, ...]) -> None:
    frame = Frame(aspect)
    classifier = ImageClassifier(lessons.image_of(hidden, 10, 8), frame)
    diagram, whole = classifier.diagram, frame.whole
    for part in (diagram.image, *diagram.nodes.values(), *diagram.names.values(), classifier.bars.numbers):
        assert whole.left - 1e-6 <= part.get_left()[0] and part.get_right()[0] <= whole.right + 1e-6
        assert whole.bottom - 0.2 <= part.get_bottom()[1] and part.get_top()[1] <= whole.top + 1e-6
    rights = [diagram.image.get_right()[0], *(column[0][0] for column in diagram.places[1:])]
    assert rights == sorted(rights)
    assert max(name.get_right()[0] for name in diagram.names.values()) < classifier.bars.zero.get_left()[0]


def test_neurons_bars_and_lines_follow_the_weights() -> None:
    experiment = lessons.image_of()
    classifier = ImageClassifier(experiment, Frame())
    parameters = experiment.network.parameters.copy()
    parameters[experiment.network.names.parameters.index("W2[0,1]")] = 3.0
    changed = experiment.network.with_parameters(parameters)
    outputs = changed.forward(experiment.inputs).prediction[0]
    classifier.show(parameters)
    lengths = [bar.width for bar in classifier.bars.bars]
    np.testing.assert_allclose(np.array(lengths) / sum(lengths), outputs / outputs.sum(), atol=0.01)
    assert classifier.bars.texts == [f"{output:.0%}" for output in outputs]
    assert classifier.bars.answer == outputs.argmax()


def test_gradients_are_those_of_the_loss_by_differences() -> None:
    experiment = lessons.image_of()
    classifier = ImageClassifier(experiment, Frame())
    largest, (first, second) = 0.0, classifier.add_gradients()
    slopes = {}
    for name in experiment.network.names.parameters:
        if not name.startswith("W"):
            continue
        losses = []
        for step in (-1e-5, 1e-5):
            moved = experiment.network.nudged(name, step)
            losses.append(moved.loss_of(moved.forward(experiment.inputs), experiment.targets))
        slopes[name] = (losses[1] - losses[0]) / 2e-5
        largest = max(largest, abs(slopes[name]))
    assert min(slopes.values()) < -0.2 * largest and max(slopes.values()) > 0.2 * largest
    full = max(light(shape) for shape in (*first.submobjects, *second.submobjects))
    for layer, lines in ((1, first), (2, second)):
        wanted = Counter(
            (signed > 0, float(np.rint(LEVELS * abs(signed)) / LEVELS))
            for signed in (slope / largest for name, slope in slopes.items() if name.startswith(f"W{layer}"))
            if abs(signed) > 0.5 / LEVELS
        )
        found: Counter[tuple[bool, float]] = Counter()
        ways = classifier.diagram.lines(layer).reshape(-1, 2, 3)
        for shape in lines.submobjects:
            paint = shape.get_stroke_color().to_hex().upper()
            assert paint in (theme.colour("gradient").upper(), theme.colour("falling").upper())
            is_lowered = paint == theme.colour("falling").upper()  # as a step is against the gradient
            found[is_lowered, round(light(shape) / full, 6)] += whole_lines(shape, ways)
        assert +found == wanted


def whole_lines(shape: VMobject, ways: np.ndarray) -> int:
    """How many of the lines `ways`, (lines, 2, 3), are in a shape, each as one curve from end to end."""
    curves = shape.points.reshape(-1, 4, 3)
    assert all(any(np.allclose(curve[[0, 3]], way) for way in ways) for curve in curves)
    return len(curves)


def test_gradients_of_one_sign_can_swell() -> None:
    plain, swollen = (
        {
            (shape.get_stroke_color().to_hex(), shape.get_stroke_width())
            for shape in lines
            if len(shape.points)
        }
        for lines in (bundle(VALUES), bundle(VALUES).set_widths(1.0, 2.0))
    )
    negative = ManimColor(theme.colour("negative")).to_hex()
    assert swollen == {(paint, width * (2 if paint == negative else 1)) for paint, width in plain}
    assert len({paint for paint, _ in plain}) == 2


@pytest.mark.parametrize("aspect", ["16:9", "9:16", "1:1"])
def test_the_key_has_a_line_of_each_sign_beside_its_words(aspect: str) -> None:
    frame = Frame(aspect)
    classifier = ImageClassifier(lessons.image_of(), frame)
    area = classifier.below
    down, up = (
        KeyEntry(sign, text, frame, area) for sign, text in (("positive", "down"), ("negative", "up"))
    )
    paints = [paint for entry in (down, up) for _, _, paint, _ in lines_in(entry.line)]
    assert paints == [theme.colour("falling").upper(), theme.colour("gradient").upper()]
    assert down.get_right()[0] < up.get_left()[0]
    for entry in (down, up):
        assert entry.line.get_right()[0] < entry.label.get_left()[0]
        assert area.bottom <= entry.get_bottom()[1] and entry.get_top()[1] <= area.top


def test_the_image_its_neurons_and_their_bars_are_centred_on_one_another() -> None:
    for aspect in ("16:9", "9:16", "1:1"):
        classifier = ImageClassifier(lessons.image_of((16,), 10, 8), Frame(aspect))
        diagram = classifier.diagram
        middles = [diagram.image.pixels.get_y(), classifier.bars.tracks.get_y(), classifier.bars.bars.get_y()]
        middles += [float(column[:, 1].mean()) for column in diagram.places[1:]]
        np.testing.assert_allclose(middles, middles[0], atol=1e-6)


def test_the_knob_of_a_weight_is_on_its_connection_in_a_wide_frame() -> None:
    classifier = ImageClassifier(lessons.image_of((16,), 10, 8), Frame())
    knob = classifier.add_knob("W2[0,6]")
    (edge,) = classifier.diagram.edges.values()
    start, end = edge.get_start(), edge.get_end()
    left, bottom, right, top = box_of(knob.plate)
    assert start[0] < left < right < end[0]
    x = float(knob.plate.get_x())
    y = start[1] + (end[1] - start[1]) * (x - start[0]) / (end[0] - start[0])
    assert bottom < y < top
    assert box_of(knob.knob)[1] > bottom and box_of(knob.knob)[3] < top


def test_lines_stay_where_bars_ended_before_a_knob_was_turned() -> None:
    experiment = lessons.image_of()
    classifier = ImageClassifier(experiment, Frame())
    classifier.add_knob("W2[0,1]")
    ends = [line.get_x() for line in classifier.bars.add_last_ends()]
    parameters = experiment.network.parameters.copy()
    parameters[experiment.network.names.parameters.index("W2[0,1]")] = 3.0
    before = [bar.get_right()[0] for bar in classifier.bars.bars]
    classifier.show(parameters)
    after = [bar.get_right()[0] for bar in classifier.bars.bars]
    assert ends == pytest.approx(before)
    assert all(abs(one - other) > 1e-3 for one, other in zip(before, after, strict=True))


@pytest.mark.parametrize("aspect", ["16:9", "9:16", "1:1"])
def test_a_bar_never_runs_over_the_word_for_the_class_that_was_wanted(aspect: str) -> None:
    experiment = lessons.image_of((16,), 10, 8)
    bars = ImageClassifier(experiment, Frame(aspect)).bars
    _, word = bars.add_wanted("wanted")
    place, before = int(experiment.targets.argmax()), experiment.trace.forward.prediction[0]
    hidden = 0
    for share in np.linspace(float(before[place]), 1.0, 20):
        bars.set_values([float(share) if number == place else 0.0 for number in range(10)])
        is_free = bars.bars[place].get_right()[0] < word.get_left()[0]
        assert is_free or word[0].get_fill_opacity() == 0.0
        hidden += not is_free
    assert hidden > 0
    bars.set_values(before.tolist())
    assert word[0].get_fill_opacity() == pytest.approx(1.0)


def test_a_turned_weight_does_not_dim_the_other_connections() -> None:
    experiment = lessons.image_of()
    classifier = ImageClassifier(experiment, Frame())
    classifier.add_knob("W2[0,1]")
    classifier.show(experiment.network.parameters)
    before = [len(shape.points) for shape in classifier.diagram.bundles[1]]
    parameters = experiment.network.parameters.copy()
    parameters[experiment.network.names.parameters.index("W2[0,1]")] = 30.0
    classifier.show(parameters)
    assert [len(shape.points) for shape in classifier.diagram.bundles[1]] == before


def light(shape: VMobject) -> float:
    """What the eye sees of a line: its width times its opacity."""
    return float(shape.get_stroke_width() * shape.get_stroke_opacity())


def test_all_connections_are_lit_and_counted() -> None:
    experiment = lessons.image_of((16,), 10, 8)
    classifier = ImageClassifier(experiment, Frame())
    count = classifier.add_connection_count()
    lit = [line for bundle in count.lines for line in lines_in(bundle)]
    assert len(lit) == sum(1 for name in experiment.network.names.parameters if name.startswith("W"))
    assert {paint for _, _, paint, _ in lit} == {theme.colour("text").upper()}  # of no sign
    assert count.written.plain == "64 × 16 + 16 × 10 = 1184"
    assert classifier.clear_knob() == [count] and classifier.connection_count is None


def test_the_frame_of_the_answer_is_around_its_class_its_number_and_its_bar_alone() -> None:
    classifier = ImageClassifier(lessons.image_of((16,), 10, 8), Frame())
    bars, names, (frame,) = classifier.bars, classifier.diagram.names, classifier.bars.frame_answer()
    outputs = classifier.experiment.trace.forward.prediction[0]
    for place, parts in enumerate(zip(names.values(), bars.numbers, bars.bars, strict=True)):
        for part in parts:
            is_inside = frame.get_bottom()[1] < part.get_y() < frame.get_top()[1]
            assert is_inside == (place == outputs.argmax())
            if is_inside:
                assert frame.get_left()[0] < part.get_left()[0] and part.get_right()[0] < frame.get_right()[0]
    neuron = classifier.diagram.nodes[classifier.diagram.columns[-1][int(outputs.argmax())]]
    assert neuron.get_right()[0] < frame.get_left()[0]


def test_a_pixel_has_its_value_and_lines_begin_at_its_height() -> None:
    experiment = lessons.image_of()
    diagram = ImageClassifier(experiment, Frame()).diagram
    numbers = diagram.image.numbers(experiment.inputs[0])
    assert [number.plain for number in numbers] == [f"{value:.1f}" for value in experiment.inputs[0]]
    for number, place in zip(numbers, diagram.places[0], strict=True):
        np.testing.assert_allclose(number.get_center(), place, atol=1e-6)
    for end, starts in zip(diagram.places[1], diagram.lines(1), strict=True):
        for (start, stop), pixel in zip(starts, diagram.places[0], strict=True):
            assert start[0] > diagram.image.pixels.get_right()[0]
            assert np.cross(stop - pixel, start - pixel)[2] == pytest.approx(0, abs=1e-9)
            assert stop[1] == end[1]


def test_a_single_weight_can_be_drawn_on_top_of_the_others() -> None:
    diagram = ImageClassifier(lessons.image_of((30,), 3), Frame()).diagram
    for weight, (start, end) in {"W1[0,4]": (0, 1), "W2[2,29]": (1, 2)}.items():
        edge = diagram.single_out(weight)
        assert edge.get_start()[0] > diagram.places[start][0, 0]
        assert edge.get_end()[0] < diagram.places[end][0, 0]
    for weight, message in {"W2[1,20]": "left out", "b1[0]": "not a weight", "q": "not a weight"}.items():
        with pytest.raises(StoryreelError, match=message):
            diagram.single_out(weight)
        with pytest.raises(StoryreelError, match=message):
            WorkedArrow(diagram, weight, words("front"), words("behind"), Frame().formula)


def test_it_folds_into_a_chain_and_nothing_of_it_stays() -> None:
    classifier = ImageClassifier(lessons.image_of(), Frame())
    on_stage = classifier.carry()
    (fold,) = fold_image(classifier, NetworkDiagram(lessons.chain().trace, Frame().stage))
    moved = {id(part) for part in fold.mobject.get_family()}
    drawn = (part for shape in on_stage for part in shape.get_family() if len(part.points))
    assert all(id(part) in moved for part in drawn)
