"""What is drawn in the colours of a theme can be read."""

import ast
from pathlib import Path

import pytest
from coloraide import Color

from storyreel.core.paths import PACKAGE, SCENES
from storyreel.graphics import theme
from storyreel.graphics.brightness import brightened
from storyreel.graphics.networks.neuron import Neuron
from storyreel.graphics.text.typeset import words
from storyreel.storyboard.themes.built_in import built_in_names, built_in_theme
from storyreel.storyboard.themes.in_use import use_theme

TEXT = 4.5
DRAWING = [*sorted((PACKAGE / "graphics").rglob("*.py")), *sorted(SCENES.glob("*.py"))]
ASKS = ("theme.colour", "theme.class_colours", "theme.light", "brightened", "words", "maths")
KINDS = ("input", "activation", "pre_activation", "weight", "bias", "target", "loss", "gradient")


@pytest.mark.parametrize("name", built_in_names())
@pytest.mark.parametrize("kind", KINDS)
def test_the_number_in_a_neuron_can_be_read_at_every_brightness(kind: str, name: str) -> None:
    use_theme(built_in_theme(name))
    neuron = Neuron(kind, 1.0)
    for percent in range(101):
        value = neuron.value_to_show("6", percent / 100)
        assert value is not None
        ink, fill = value[0].fill_color.to_hex(), neuron.fill_at(percent / 100).to_hex()
        assert Color(ink).contrast(Color(fill)) >= TEXT, f"{ink} on {fill}"


@pytest.mark.parametrize("name", built_in_names())
def test_a_badge_can_be_read(name: str) -> None:
    use_theme(built_in_theme(name))
    for kind in KINDS:
        assert Color(theme.colour("background")).contrast(Color(theme.colour(kind))) >= TEXT


@pytest.mark.parametrize("name", built_in_names())
def test_the_larger_an_activation_the_further_its_colour_is_from_the_background(name: str) -> None:
    use_theme(built_in_theme(name))
    ground = Color(theme.colour("background"))
    contrasts = [Color(brightened("activation", share / 10).to_hex()).contrast(ground) for share in range(11)]
    assert contrasts == sorted(contrasts)
    assert contrasts[-1] > 3 * contrasts[0]


def test_a_text_has_the_colour_of_the_theme_that_is_used_when_it_is_made() -> None:
    before = words("loss")
    use_theme(built_in_theme("light"))
    after = words("loss")
    colours = [text[0].fill_color.to_hex() for text in (before, after)]
    assert colours == [built_in_theme(name).colours["text"] for name in ("dark", "light")]


@pytest.mark.parametrize("path", DRAWING, ids=lambda path: path.name)
def test_no_drawing_asks_for_a_colour_before_it_is_made(path: Path) -> None:
    """What is asked for at import, also as a default, would stay that of the theme in use then."""
    tree = ast.parse(path.read_text("utf-8"))
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.Lambda)]
    inside = {id(part) for function in functions for body in bodies(function) for part in ast.walk(body)}
    early = [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ASKS and id(node) not in inside
    ]
    assert early == []


def bodies(function: ast.FunctionDef | ast.Lambda) -> list[ast.AST]:
    return [*function.body] if isinstance(function, ast.FunctionDef) else [function.body]
