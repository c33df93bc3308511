"""The theme's colours can be read and told apart, by everybody."""

from itertools import combinations

import pytest
from coloraide import Color

from storyreel.graphics import theme
from storyreel.graphics.networks.neuron import Neuron

KINDS = ("input", "activation", "pre_activation", "weight", "bias", "target", "loss", "gradient")
QUANTITIES = ("activation", "weight", "target", "loss", "gradient")
"""One kind for each colour."""
GROUNDS = ("background", "surface")
TEXT, GRAPHICS = 4.5, 3.0
"""The least contrast of text (WCAG 2.1, success criterion 1.4.3) and of graphics (1.4.11)."""
VISIONS = ("normal", "protan", "deutan", "tritan")
"""Trichromats; dichromats as simulated by Viénot, Brettel and Mollon (1999), for tritanopia by Brettel,
Viénot and Mollon (1997)."""
APART = 12.0
"""The least difference of two quantities' colours, in CIEDE2000 (Sharma, Wu and Dalal, 2005).

The yardstick is the palette of Okabe and Ito (2008), which is made for all kinds of colour vision: its two
most similar colours are 11.7 apart to protanopes and deuteranopes and 7.9 to tritanopes, as measured here.
"""


def seen(colour: str, vision: str) -> Color:
    """A colour `#RRGGBB` as somebody sees it."""
    return Color(colour) if vision == "normal" else Color(colour).filter(vision).clip()


def difference(one: str, other: str, vision: str) -> float:
    return float(seen(one, vision).delta_e(seen(other, vision), method="2000"))


@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("kind", [*KINDS, "text", "muted"])
def test_text_can_be_read_on_every_ground(kind, ground):
    assert Color(theme.colour(kind)).contrast(Color(theme.colour(ground))) >= TEXT


@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("kind", [*KINDS, "text", "muted", "line"])
def test_graphics_can_be_seen_on_every_ground(kind, ground):
    assert Color(theme.colour(kind)).contrast(Color(theme.colour(ground))) >= GRAPHICS


@pytest.mark.parametrize("kind", KINDS)
def test_dark_text_can_be_read_on_a_badge_of_every_kind(kind):
    assert Color(theme.colour("background")).contrast(Color(theme.colour(kind))) >= TEXT


@pytest.mark.parametrize("kind", KINDS)
def test_the_number_in_a_neuron_can_be_read_at_every_brightness(kind):
    neuron = Neuron(kind, 1.0)
    for percent in range(101):
        value = neuron.value_to_show("6", percent / 100)
        assert value is not None
        ink, fill = value[0].fill_color.to_hex(), neuron.fill_at(percent / 100).to_hex()
        assert Color(ink).contrast(Color(fill)) >= TEXT, f"{ink} on {fill}"


@pytest.mark.parametrize("vision", VISIONS)
@pytest.mark.parametrize(("one", "other"), list(combinations([*QUANTITIES, "text"], 2)))
def test_quantities_can_be_told_apart_by_colour(one, other, vision):
    assert difference(theme.colour(one), theme.colour(other), vision) >= APART


@pytest.mark.parametrize("vision", VISIONS)
@pytest.mark.parametrize("kind", QUANTITIES)
@pytest.mark.parametrize("neutral", ["muted", "line"])
def test_no_quantity_looks_like_what_is_none(kind, neutral, vision):
    assert difference(theme.colour(kind), theme.colour(neutral), vision) >= APART


def test_the_yardstick_is_what_it_is_said_to_be():
    okabe_ito = ("#E69F00", "#56B4E9", "#009E73", "#F0E442", "#0072B2", "#D55E00", "#CC79A7")
    closest = {
        vision: min(difference(one, other, vision) for one, other in combinations(okabe_ito, 2))
        for vision in VISIONS
    }
    assert min(closest["protan"], closest["deutan"]) == pytest.approx(11.7, abs=0.05)
    assert closest["tritan"] == pytest.approx(7.9, abs=0.05)


def test_our_own_contrast_is_that_of_the_standard():
    for one, other in combinations([*theme.COLOURS.values(), *theme.INKS], 2):
        assert theme.contrast(one, other) == pytest.approx(Color(one).contrast(Color(other)), rel=1e-3)


def test_one_of_the_inks_can_be_read_on_any_fill():
    for level in range(256):
        fill = f"#{level:02X}{level:02X}{level:02X}"
        assert theme.contrast(theme.ink_on(fill), fill) >= TEXT
