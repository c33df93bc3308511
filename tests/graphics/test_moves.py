"""Moves: tokens travel as a whole, numbers stay in their plates, lines of text stand on one baseline."""

import math
from collections.abc import Iterator

import numpy as np
import pytest
from helpers import lessons
from helpers.stage import stage_after
from manim import RIGHT, UP, Circle, Square, VGroup, VMobject
from manim.utils.rate_functions import linear

from storyreel.core.number_format import rolling
from storyreel.engine.equations.calculation import error_calculation
from storyreel.graphics import theme
from storyreel.graphics.layout import Frame, at
from storyreel.graphics.motion.flight import Flight
from storyreel.graphics.motion.routes import routes, written_boxes
from storyreel.graphics.motion.verbs import draw, ease_out, fly, pop, slide
from storyreel.graphics.networks.diagram_move import move_diagram
from storyreel.graphics.networks.highlight import highlight
from storyreel.graphics.networks.network_diagram import NetworkDiagram
from storyreel.graphics.networks.network_fold import merge
from storyreel.graphics.networks.neuron import Neuron
from storyreel.graphics.networks.weight_relabel import relabel
from storyreel.graphics.parts.badge import Badge
from storyreel.graphics.parts.number_table import NumberTable
from storyreel.graphics.parts.tag import Tag
from storyreel.graphics.plots.squares.error_square import ErrorSquare
from storyreel.graphics.text.rolling_number import sample_alphas
from storyreel.graphics.text.typeset import Typeset, maths, words
from storyreel.stage.overlays.chapter_title import ChapterTitle
from storyreel.stage.view import View
from storyreel.storyboard.themes.contrast import contrast

ALPHAS = np.linspace(0, 1, 21).tolist()


def shown(*shapes: VMobject) -> list[VMobject]:
    """The outlines in shapes that can be seen."""
    parts = [part for shape in shapes for part in shape.get_family() if isinstance(part, VMobject)]
    return [part for part in parts if len(part.points) and part.get_fill_opacity() > 0.02]


def proportions(shape: VMobject) -> tuple[float, ...]:
    """The corners of an outline in a box of width 1: they tell one glyph from another at any size."""
    corners = shape.points[:, :2] - shape.points[:, :2].min(axis=0)
    return tuple(np.round(corners / np.ptp(corners[:, 0]), 2).ravel())


def under_way(flight: Flight) -> Iterator[list[VMobject]]:
    """What is seen of a flight at some moments between its ends."""
    flight.begin()
    for alpha in ALPHAS[1:-1]:
        flight.interpolate(alpha)
        yield shown(flight.mobject)
    flight.interpolate(1)


PAIRS = [("display(5/6)", "5\\/6"), ("3", "2.97"), ("0.71", "0.71"), ("12", "display(5/6)")]


@pytest.mark.parametrize(("before", "after"), PAIRS)
@pytest.mark.parametrize("move", [fly, slide])
def test_no_glyph_turns_into_another_on_its_way(before: str, after: str, move: object) -> None:
    source, target = maths(before, plain=before), maths(after, plain=after).shift(3 * RIGHT + 2 * UP)
    known = {proportions(glyph) for glyph in (*source, *target)}
    end = [glyph.points.copy() for glyph in target]
    assert callable(move)
    for glyphs in under_way(move(source, target)):
        assert {proportions(glyph) for glyph in glyphs} <= known
    assert all(np.array_equal(glyph.points, points) for glyph, points in zip(target, end, strict=True))
    assert [glyph.get_fill_opacity() for glyph in target] == [1] * len(end)


def test_a_number_that_has_got_longer_flies_with_all_its_digits() -> None:
    holder, target = VGroup(maths("6", plain="6")), maths("6.002", plain="6.002").shift(2 * RIGHT)
    flight = Flight(holder, target, rate_func=ease_out)
    holder.submobjects = [maths("6.0", plain="6.0")]
    seen = map(len, under_way(flight))
    assert next(filter(None, seen)) == len("6.0")  # when it is clear of its source


def test_of_two_texts_that_take_the_place_of_each_other_only_one_is_seen() -> None:
    source, target = maths("3", plain="3"), maths("2.97", plain="2.97").shift(2 * RIGHT)
    counts = [len(glyphs) for glyphs in under_way(slide(source, target))]
    assert set(counts) <= {0, 1, 4}
    assert counts == sorted(counts, key=[1, 0, 4].index)
    assert counts[0] == 1
    assert counts[-1] == 4


@pytest.mark.parametrize("kind", ["gradient", "activation"])
def test_a_number_in_dark_ink_can_be_read_in_the_air(kind: str) -> None:
    dark = maths("6", plain="6", colour="#000000")
    light = maths("6", plain="6", colour=theme.colour(kind)).shift(4 * RIGHT)
    for source, target in ((dark, light), (light, dark.copy()), (dark, dark.copy().shift(4 * UP))):
        contrasts = [
            min(contrast(part.get_fill_color().to_hex(), theme.colour("background")) for part in parts)
            for parts in under_way(fly(source, target))
        ]
        assert min(contrasts[2:8]) > 3


def test_a_flight_goes_around_what_is_written() -> None:
    source, target = maths("2", plain="2").shift(3 * UP), maths("2", plain="2")
    # Something stands on the usual arc, on the other one, and between them on the straight line.
    for spot in (at(0, 1.5), at(0.6, 1.5), at(-0.6, 1.5)):
        standing = maths("8", plain="8").move_to(spot)
        (arc,), _ = routes([(source, target)], written_boxes([standing]), ease_out)
        flight = Flight(source, target.copy(), arc, rate_func=ease_out)
        assert not any(touch(glyph, standing) for glyphs in under_way(flight) for glyph in glyphs)


def test_a_flight_goes_around_neurons_but_not_around_the_one_that_it_leaves() -> None:
    source, target = maths("2", plain="2").shift(3 * UP), maths("2", plain="2")
    for spot in (at(0, 1.5), at(0.6, 1.5), at(-0.6, 1.5)):
        neuron = Neuron("activation", 0.4).move_to(spot)
        (arc,), _ = routes([(source, target)], written_boxes([neuron]), ease_out)
        flight = Flight(source, target.copy(), arc, rate_func=ease_out)
        ways = [glyph.get_center() - spot for glyphs in under_way(flight) for glyph in glyphs]
        assert min(float(np.hypot(*way[:2])) for way in ways) > 0.35
    around = Neuron("activation", 0.4).move_to(source)
    assert routes([(source, target)], written_boxes([around]), ease_out) == routes(
        [(source, target)], written_boxes([]), ease_out
    )


def test_a_new_number_of_a_weight_appears_in_its_place_when_the_old_one_is_gone() -> None:
    stage = stage_after("update", lessons.chain(), ("draw_network", {"filled": True, "loss": True}))
    before, after = stage.diagram.labels["w1"], stage.diagram.label("w1", 2.97, beside=True)
    place = after.number.get_center()
    leaves, arrives = relabel(before, after).animations
    arrives.begin()
    for alpha in ALPHAS:
        arrives.interpolate(alpha)
        assert after.number.get_center() == pytest.approx(place)
    assert not any(part in after.number for part in leaves.mobject.get_family())


def test_no_fraction_in_a_table_touches_the_line_below_its_header() -> None:
    for aspect in ("16:9", "1:1", "9:16"):
        table = NumberTable(Frame(aspect).formula, ("w1", "w2"), ("weight", "weight"))
        _, (_, fraction) = table.add_row("before", ["3", "5/6"])
        _, (_, lower) = table.add_row("after", ["2.97", "5/6"])
        assert fraction.get_top()[1] < table.rule.get_y() - 0.03
        assert table.header.get_bottom()[1] > table.rule.get_y() + 0.03
        assert lower.get_top()[1] < fraction.get_bottom()[1]
        assert lower.get_bottom()[1] > Frame(aspect).formula.bottom


def test_what_has_a_fill_is_not_drawn_by_halves() -> None:
    knob = Square(2.0).set_fill("#ffffff", 1.0).set_stroke(width=2)
    corners = knob.points.copy()
    drawing = draw(knob)
    drawing.begin()
    for alpha in ALPHAS[1:]:
        drawing.interpolate(alpha)
        np.testing.assert_allclose(knob.points, corners, atol=1e-6)


def test_nothing_is_seen_of_a_line_before_it_is_drawn() -> None:
    line = Square(2.0).set_stroke(width=2)
    drawing = draw(line)
    drawing.begin()
    assert line.stroke_width == 0
    drawing.interpolate(0.5)
    assert 0.5 < line.width <= 2.0 and line.stroke_width == 2


def test_nothing_is_seen_of_a_shape_before_it_grows() -> None:
    shape = Square(2.0).set_stroke(width=2)
    growing = pop(shape)
    growing.begin()
    assert shape.stroke_width == 0
    growing.interpolate(0.5)
    assert 0.5 < shape.width < 2.0 and shape.stroke_width == 2
    growing.interpolate(1.0)
    assert shape.width == pytest.approx(2.0) and shape.stroke_width == 2


def test_a_flight_stays_within_the_frame() -> None:
    edge = View(scale=1.5).outside(Frame().within_margin)
    right = edge[1, 0] - 0.5
    for ends in ((at(right, -2), at(right, 2)), (at(right, 2), at(right, -2))):
        source, target = (maths("324", plain="324").move_to(end) for end in ends)
        (arc,), _ = routes([(source, target)], edge, ease_out)
        flight = Flight(source, target.copy(), arc, rate_func=ease_out)
        assert max(part.get_right()[0] for parts in under_way(flight) for part in parts) < edge[1, 0] + 0.05


def test_what_a_diagram_does_not_keep_has_gone_before_the_rest_moves() -> None:
    before, after = (
        NetworkDiagram(lessons.chain().trace, area, has_values=True) for area in (Frame().stage, Frame().side)
    )
    badge, line, node = Badge("2", "gradient"), before.edges["w1"], before.nodes["h"]
    place = node.get_center()
    turn, *_ = move_diagram(before, after, leaving=[badge]).animations
    turn.begin()
    for alpha in ALPHAS[:-1]:
        turn.interpolate(alpha)
        is_there = max(badge.plate.get_fill_opacity(), line.get_stroke_opacity()) > 0.01
        assert not is_there or np.abs(node.get_center() - place).max() < 1e-6


def test_shapes_that_merge_do_not_pile_up_their_outlines() -> None:
    circles = [Circle(radius=0.4, stroke_width=4).shift(0.3 * number * UP) for number in range(12)]
    moves = merge([(circle, target) for target in [Circle(radius=0.8)] for circle in circles])
    for move in moves:
        move.begin()
    for share, least in ((0.4, 0.05), (0.6, 0.4), (0.9, 0.9)):
        for move in moves:
            move.interpolate(share)
        first, *others = (move.mobject.get_stroke_opacity() for move in moves)
        # What is seen through them, one over another.
        assert first == 1 and math.prod(1 - opacity for opacity in others) > least


def test_numbers_that_change_sides_do_not_meet() -> None:
    spots = (at(-2, 2), at(2, 2)), (at(1, -1), at(-1, -1))
    pairs = [
        (maths("12", plain="12").move_to(start), maths("12", plain="12").move_to(end))
        for start, end in zip(*spots, strict=True)
    ]
    arcs, lag = routes(pairs, written_boxes([]), ease_out)
    flights = [Flight(*pair, arc, rate_func=ease_out) for pair, arc in zip(pairs, arcs, strict=True)]
    for flight in flights:
        flight.begin()
    for time in np.linspace(0, 1 + lag, 60):
        for number, flight in enumerate(flights):
            flight.interpolate(min(1.0, max(0.0, float(time) - number * lag)))
        assert not any(touch(a, b) for a in shown(flights[0].mobject) for b in shown(flights[1].mobject))


def touch(one: VMobject, other: VMobject, gap: float = 0.0) -> bool:
    """True where the boxes of two shapes overlap, or are closer than a gap."""
    apart = np.abs(one.get_center() - other.get_center())[:2] * 2
    return bool((apart < np.array([one.width + other.width, one.height + other.height]) + 2 * gap).all())


@pytest.mark.parametrize(("before", "after"), [(3.0, 12.0), (12.0, 3.0), (-2.0, 0.5), (0.5, -12.0)])
@pytest.mark.parametrize("em", [theme.SIZES.label, theme.SIZES.small])
def test_no_digit_leaves_its_plate_while_it_counts(before: float, after: float, em: float) -> None:
    numbers = [before + (after - before) * share for share in sample_alphas().tolist()]
    texts = [rolling(number) for number in numbers]
    tag, badge = Tag("w1", f"{before:g}", "weight", em), Badge(f"{before:g}", "gradient")
    for part, label in ((tag, tag.text), (badge, badge.number)):
        change = part.rolling_number(f"{before:g}", texts, f"{after:g}")
        for alpha in ALPHAS:
            part.set_state(change.at(alpha, rolling(before + (after - before) * alpha)), at(0, 0))
            left, right = part.plate.get_left()[0], part.plate.get_right()[0]
            for glyph in shown(label):
                assert left < glyph.get_left()[0]
                assert glyph.get_right()[0] < right


def test_a_brace_stays_above_the_square_that_grows_below_it() -> None:
    experiment = lessons.chain()
    picture = ErrorSquare(Frame().main, error_calculation(experiment.trace, "y"))
    square, error = picture.square(5.0, False), picture.error(5.0)
    grow = picture.growth(square, error, 5.0)
    for share in ALPHAS:
        grow(share)
        brace = error.shapes[1]
        assert brace.get_bottom()[1] >= square.shapes[0].get_top()[1] - 1e-6
        assert error.label.get_bottom()[1] > brace.get_top()[1]
    assert square.shapes[0].height == pytest.approx(square.shapes[0].width)


def test_a_highlight_cuts_neither_names_nor_connections() -> None:
    diagram = NetworkDiagram(lessons.chain().trace, Frame().stage)
    for name, node in diagram.nodes.items():
        ring = highlight(node)
        assert ring.width > node.width
        reach = np.linalg.norm(ring.points[:, :2] - node.get_center()[:2], axis=1).max()
        assert node.get_center()[1] - reach > diagram.names[name].get_top()[1]
    for name, edge in diagram.edges.items():
        assert highlight(diagram.labels[name]).get_bottom()[1] > edge.get_top()[1] + 0.03


def test_text_among_lines_that_are_drawn_fades_in_whole() -> None:
    line, label = VMobject().set_points_as_corners([at(0, 0), at(1, 0)]), maths("2", plain="2")
    outline = label[0].points.copy()
    move = draw(VGroup(line, label))
    move.begin()
    move.interpolate(0.3)
    assert np.allclose(label[0].points, outline)
    assert 0 < label[0].get_fill_opacity() < 1


def foot(text: Typeset, letter: int = 0) -> float:
    """The y coordinate of the lower end of one letter of a text, which must have no descender."""
    return float(text[letter].get_bottom()[1])


def test_titles_with_and_without_descenders_have_one_baseline() -> None:
    titles = ["The loss", "Update and training", "The forward pass", "Home"]
    feet = [foot(ChapterTitle(title, Frame().title, 90, 30).submobjects[0]) for title in titles]  # type: ignore[arg-type]
    assert feet == pytest.approx([feet[0]] * len(feet), abs=0.008)  # round letters reach a little lower


def test_symbols_below_neurons_have_one_baseline() -> None:
    names = NetworkDiagram(lessons.chain().trace, Frame().stage).names
    assert foot(names["h"]) == pytest.approx(foot(names["x"]), abs=0.008)
    # The letters x and y reach equally high above it.
    assert names["x"].get_top()[1] == pytest.approx(names["y"].get_top()[1], abs=0.008)


def test_the_words_and_numbers_of_a_row_have_one_baseline() -> None:
    table = NumberTable(Frame().stage, ("w1", "L"), ("weight", "loss"))
    for title in ("hmm", "happy"):
        heading, (number, _) = table.add_row(title, ["12", "3"])
        assert foot(heading) == pytest.approx(foot(number), abs=0.012)


def test_a_text_keeps_its_baseline_at_any_size() -> None:
    for text in ("no", "gym"):
        shape = words(text).scale(0.7).shift(UP)
        letter = {"no": 0, "gym": 2}[text]
        assert shape.first_baseline == pytest.approx(foot(shape, letter), abs=0.008)
        assert foot(shape.on_baseline(-1.0), letter) == pytest.approx(-1.0, abs=0.008)


def test_a_dark_cell_that_flies_keeps_its_colour() -> None:
    cell = VGroup(Square(0.4, fill_color=theme.colour("surface"), fill_opacity=1), maths("-", plain="-"))
    source = cell.copy().scale(0.3).shift(2 * RIGHT)
    for parts in under_way(fly(source, cell)):
        assert parts[0].get_fill_color().to_hex().upper() == theme.colour("surface")


def test_while_the_view_moves_digits_that_come_are_drawn() -> None:
    """A text that gets longer gains glyphs; Manim draws what it knows when an animation begins."""
    stage = stage_after("forward_pass", lessons.chain(), ("draw_network", {}))
    holder = VGroup(maths("6", plain="6"))
    stage.add(holder)
    stage._moving = lambda: [(0, 10**6)]
    drawn, _ = stage.get_moving_and_static_mobjects([])
    assert holder in drawn


def test_a_flight_is_not_seen_over_its_source_nor_over_what_it_has_to_cross() -> None:
    source, target = maths("2", plain="2").shift(3 * UP), maths("2", plain="2")
    standing = maths("8888888888888888", plain="8").shift(1.5 * UP)  # wider than any arc
    flight = Flight(source, target, 0.0, taken=written_boxes([standing]), rate_func=linear)
    seen = list[float]()
    flight.begin()
    for share in np.linspace(0, 1, 31)[1:].tolist():
        flight.interpolate(share)
        glyph = target[0]
        covers = any(touch(glyph, other) for other in (source, standing))
        seen.append(glyph.get_fill_opacity())
        if covers and not np.isclose(seen[-1], 0):
            depth = min(abs(glyph.get_y() - y) for y in (3.0, 1.5))
            assert depth > 0.8 * glyph.height, share  # only at its rim
    assert seen[-1] == 1
    assert seen.count(1.0) > 10
