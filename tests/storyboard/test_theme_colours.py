"""The colours of every theme that comes with storyreel can be read and told apart, by everybody.

Contrast and difference are measured here with coloraide, and not as themes are checked.
"""

from dataclasses import replace
from itertools import combinations, pairwise

import pytest
from coloraide import Color

from storyreel.storyboard.themes.built_in import built_in_names, built_in_theme
from storyreel.storyboard.themes.contrast import contrast, ink_on, luminance
from storyreel.storyboard.themes.difference import VISIONS, difference
from storyreel.storyboard.themes.faults import APART, CLASSES_APART, colour_faults, nearest_fit
from storyreel.storyboard.themes.theme import COLOURS, Theme, extended, theme_from

TEXT, SHAPES = 4.5, 3.0
"""The least contrast of text (WCAG 2.1, success criterion 1.4.3) and of shapes (1.4.11)."""
KINDS = ("input", "activation", "pre_activation", "weight", "bias", "target", "loss", "gradient")
QUANTITIES = ("activation", "weight", "target", "loss", "gradient")
"""One kind for each colour."""
SOME = ("#FF0000", "#00FF00", "#0000FF", "#123456", "#FEDCBA", "#808080", "#000000", "#FFFFFF")
IN_GREY = 8.0
"""The least difference in lightness, of 100, of two quantities printed without colours."""
OKABE_ITO = ("#E69F00", "#56B4E9", "#009E73", "#F0E442", "#0072B2", "#D55E00", "#CC79A7")


@pytest.fixture(params=built_in_names())
def built_in(request: pytest.FixtureRequest) -> Theme:
    return built_in_theme(request.param)


def seen(colour: str, vision: str | None) -> Color:
    """A colour `#RRGGBB` as somebody sees it.

    Dichromats as simulated by Viénot, Brettel and Mollon (1999), for tritanopia by Brettel, Viénot and Mollon
    (1997).
    """
    return Color(colour).filter(vision).clip() if vision else Color(colour)


def apart(one: str, other: str) -> float:
    """The least difference to anybody, in CIEDE2000 (Sharma, Wu and Dalal, 2005)."""
    return min(float(seen(one, v).delta_e(seen(other, v), method="2000")) for v in VISIONS.values())


def test_there_is_a_theme_for_the_dark_one_for_light_and_one_for_paper() -> None:
    assert built_in_names() == ["dark", "light", "print"]
    lightness = {name: luminance(built_in_theme(name).colours["background"]) for name in built_in_names()}
    assert lightness["dark"] < 0.02 < 0.9 < lightness["light"] < lightness["print"] == 1


def test_text_and_lines_can_be_seen_on_every_ground(built_in: Theme) -> None:
    colours = built_in.colours
    for ground in ("background", "surface"):
        for kind in (*KINDS, "text", "muted", "line"):
            least = SHAPES if kind == "line" else TEXT
            assert Color(colours[kind]).contrast(Color(colours[ground])) >= least, f"{kind} on {ground}"


def test_quantities_can_be_told_apart_by_colour(built_in: Theme) -> None:
    colours = built_in.colours
    for one, other in combinations([*QUANTITIES, "text"], 2):
        assert apart(colours[one], colours[other]) >= APART, f"{one} and {other}"
    for kind in QUANTITIES:
        for neutral in ("muted", "line"):
            assert apart(colours[kind], colours[neutral]) >= APART, f"{kind} and {neutral}"


def test_classes_can_be_seen_and_told_apart(built_in: Theme) -> None:
    for colour in built_in.classes:
        assert Color(colour).contrast(Color(built_in.colours["background"])) >= SHAPES
    assert min(apart(*pair) for pair in combinations(built_in.classes, 2)) >= CLASSES_APART


def test_quantities_on_paper_can_be_told_apart_in_grey() -> None:
    colours = built_in_theme("print").colours
    lightness = sorted(Color(colours[kind]).convert("lab-d65")["l"] for kind in (*QUANTITIES, "text"))
    assert min(high - low for low, high in pairwise(lightness)) >= IN_GREY


def test_the_check_finds_no_fault_in_what_was_measured(built_in: Theme) -> None:
    assert colour_faults(built_in) == []


def test_our_own_contrast_and_difference_are_those_of_the_standards() -> None:
    for one, other in combinations([*SOME, *OKABE_ITO], 2):
        assert contrast(one, other) == pytest.approx(Color(one).contrast(Color(other)), rel=1e-3)
        for vision in VISIONS.values():
            expected = seen(one, vision).delta_e(seen(other, vision), method="2000")
            assert difference(one, other, vision) == pytest.approx(expected, abs=0.05), (one, other, vision)


def test_the_yardstick_is_what_it_is_said_to_be() -> None:
    closest = {
        vision: min(difference(one, other, vision) for one, other in combinations(OKABE_ITO, 2))
        for vision in VISIONS.values()
    }
    assert min(closest["protan"], closest["deutan"]) == pytest.approx(11.7, abs=0.05)
    assert closest["tritan"] == pytest.approx(7.9, abs=0.05)


def test_one_of_the_inks_can_be_read_on_any_fill() -> None:
    for level in range(256):
        fill = f"#{level:02X}{level:02X}{level:02X}"
        assert contrast(ink_on(fill), fill) >= TEXT


def test_a_colour_that_follows_another_changes_with_it() -> None:
    dark = built_in_theme().colours
    changed = extended(dark, {"weight": "#FFFFFF", "activation": "#EEEEEE", "input": "#DDDDDD"})
    assert [changed[kind] for kind in ("weight", "bias")] == ["#FFFFFF"] * 2
    assert [changed[kind] for kind in ("activation", "pre_activation", "input")] == [
        "#EEEEEE",
        "#EEEEEE",
        "#DDDDDD",
    ]
    assert {kind for kind in COLOURS if changed[kind] == dark[kind]} == {
        *(
            "background",
            "surface",
            "text",
            "muted",
            "line",
            "target",
            "loss",
            "gradient",
            "negative",
            "falling",
        )
    }


@pytest.mark.parametrize(("kind", "colour"), [("weight", "#FFC43D"), ("activation", "#0050A0")])
def test_the_suggested_colour_has_no_fault(kind: str, colour: str) -> None:
    light = built_in_theme("light")
    spoilt = extended(light.colours, {kind: colour})
    assert kind in {name for fault in colour_faults(replace(light, colours=spoilt)) for name in fault.names}
    better = nearest_fit(kind, spoilt, light.colours[kind])
    assert better is not None
    assert colour_faults(replace(light, colours=extended(light.colours, {kind: better}))) == []


def test_a_theme_is_the_same_after_its_way_through_json(built_in: Theme) -> None:
    assert theme_from(built_in.as_data) == built_in
