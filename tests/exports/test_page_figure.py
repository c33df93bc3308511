"""The interactive figure, compared with the engine and the film, by its data and in a browser."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from storyreel.core.number_format import shown
from storyreel.engine.experiment import Experiment
from storyreel.engine.layer import Layer
from storyreel.engine.losses import LOSSES
from storyreel.engine.network import Network
from storyreel.engine.optimizers import GradientDescent
from storyreel.engine.trace import Trace
from storyreel.exports.base import ExportRequest
from storyreel.exports.figures.figure import OVERHANG, WIDE, figure_data, html_symbol
from storyreel.exports.page import page_html
from storyreel.graphics.layout import Area
from storyreel.graphics.networks.network_diagram import NetworkDiagram
from storyreel.lesson.manifest import Manifest
from storyreel.production.lesson_writer import network_entry

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

CHAIN, DENSE = ".figure[data-network=chain]", ".figure[data-network=dense]"
AXE = "axe.run().then(({ violations }) => violations.map(({ id, nodes }) => [id, nodes.map((n) => n.html)]))"
WRITING = """(figure) => [...figure.querySelectorAll("svg text")].filter((it) => it.textContent).map((it) => {
  const [box, frame] = [it, figure.querySelector("svg")].map((one) => one.getBoundingClientRect());
  const size = parseFloat(getComputedStyle(it).fontSize);
  return [it.textContent, size * it.getScreenCTM().a, box.left - frame.left, frame.right - box.right];
})"""


@pytest.mark.parametrize("name", ["chain", "dense"])
def test_neurons_stand_as_in_the_film(name: str, request: pytest.FixtureRequest) -> None:
    experiment: Experiment = request.getfixturevalue(name)
    view = figure_data(network_entry(experiment))["views"]["wide"]
    diagram = NetworkDiagram(experiment.trace, Area("page", 0, -view["height"], WIDE + OVERHANG, 0))
    for column, places in zip(diagram.columns, view["places"], strict=True):
        for neuron, (x, y) in zip(column, places, strict=True):
            assert diagram.nodes[neuron].get_center() == pytest.approx((x, -y, 0), abs=1e-4)
            assert diagram.nodes[neuron].radius == pytest.approx(view["radius"], abs=1e-4)
    for edge, position in diagram.label_positions.items():
        assert view["labels"][experiment.network.names[edge].layer or 0] == position


def large() -> Experiment:
    """A network of 40, 16 and 2 neurons."""
    random = np.random.default_rng(1)
    layers = (Layer("h", random.normal(size=(16, 40))), Layer("y", random.normal(size=(2, 16))))
    network = Network(tuple(f"x[{i}]" for i in range(40)), layers, LOSSES["half_squared_error"])
    return Experiment("large", network, random.normal(size=40), np.zeros(2), GradientDescent(0.1))


def test_of_large_layers_the_first_and_the_last_neurons_are_drawn() -> None:
    view = figure_data(network_entry(large()))["views"]["wide"]
    inputs, hidden, _ = view["places"]
    drawn = [k for k, place in enumerate(inputs) if place is not None]
    first = next(k for k in range(40) if inputs[k] is None)
    assert drawn == [*range(first), *range(40 - (len(drawn) - first), 40)]
    assert None not in hidden
    (x, y), *others = view["gaps"]
    assert others == [None, None]
    assert inputs[first - 1][1] < y < inputs[drawn[first]][1] < view["counts_at"] < view["height"]
    heights = [inputs[k][1] for k in drawn]
    assert min(np.diff(heights)) >= 0.95
    assert x == inputs[0][0]


@pytest.mark.parametrize(
    ("name", "html"),
    [
        ("x", "<var>x</var>"),
        ("h[1]", "<var>h</var><sub>2</sub>"),
        ("W1[2,0]", "<var>w</var><sub>31</sub><sup>(1)</sup>"),
        ("W1[10,0]", "<var>w</var><sub>11,1</sub><sup>(1)</sup>"),
        ("loss", "<var>L</var>"),
        ("grade", "<span>grade</span>"),
        ("<b>", "<span>&lt;b&gt;</span>"),
    ],
)
def test_symbols_are_the_films(name: str, html: str) -> None:
    assert html_symbol(name) == html


@pytest.fixture
def figures(
    browser: "Browser", page_lesson: tuple[Path, Manifest], chain: Experiment, dense: Experiment
) -> "Iterator[Page]":
    """A page with the figures of both networks; scripts must not fail, and no style may be refused."""
    folder, lesson = page_lesson
    networks = {
        name: network_entry(one) for name, one in (("chain", chain), ("dense", dense), ("large", large()))
    }
    path = folder / "figures.html"
    path.write_text(page_html(ExportRequest(folder, replace(lesson, networks=networks))), "utf-8")
    page = browser.new_page(reduced_motion="reduce", viewport={"width": 1280, "height": 900})
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda message: faults.append(message.text))
    page.goto(path.as_uri())
    yield page
    page.close()
    assert faults == []


def slider(figure: "Locator", label: str) -> "Locator":
    return figure.get_by_role("slider", name=label, exact=True)


def column(figure: "Locator", number: int) -> dict[str, str]:
    """A column of the table, by the quantities' names: 1 values, 2 gradients, 3 values after a step."""
    found: dict[str, str] = figure.evaluate(
        "(figure, number) => Object.fromEntries([...figure.querySelectorAll('tr[data-name]')]"
        ".map((row) => [row.dataset.name, row.cells[number].textContent]))",
        number,
    )
    return found


def values(trace: Trace) -> dict[str, str]:
    return {name: shown(trace[name].value) for name in trace}


def gradients(trace: Trace) -> dict[str, str]:
    slopes = {name: trace[name].gradient for name in trace}
    return {name: "" if slope is None else shown(slope) for name, slope in slopes.items()}


def test_a_slider_moved_by_keys_is_answered_with_the_engines_numbers(
    figures: "Page", chain: Experiment
) -> None:
    figure = figures.locator(CHAIN)
    assert column(figure, 1) == values(chain.trace)
    weight = slider(figure, "Weight w1")
    assert weight.get_attribute("aria-valuetext") == "3"
    for _ in range(3):
        weight.press("ArrowRight")
    assert weight.get_attribute("aria-valuetext") == "3.6"
    slider(figure, "Target t").press("ArrowLeft")
    assert slider(figure, "Target t").get_attribute("aria-valuetext") == "2.8"
    moved = Trace(chain.network.nudged("w1", 0.6), chain.inputs, np.array([2.8]))
    assert column(figure, 1) == values(moved)
    assert column(figure, 2) == gradients(moved)
    assert f"Prediction y = {shown(6.0)}" in str(figure.locator(".figure-result").text_content())
    assert f"Loss L = {shown(moved.loss)}" in str(figure.locator(".figure-result").text_content())
    # It is announced when the reader pauses, not at each key press.
    figures.wait_for_timeout(900)
    assert figure.locator("[role=status]").text_content() == figure.locator(".figure-result").text_content()


@pytest.mark.parametrize("name", ["chain", "dense"])
def test_a_step_gives_the_lessons_next_numbers_and_the_way_back(
    figures: "Page", name: str, request: pytest.FixtureRequest
) -> None:
    experiment: Experiment = request.getfixturevalue(name)
    figure = figures.locator(f".figure[data-network={name}]")
    assert column(figure, 3) == values(experiment.next)
    step = figure.get_by_role("button", name="One step of gradient descent")
    step.press("Enter")
    assert column(figure, 1) == values(experiment.next)
    step.press("Enter")
    assert column(figure, 1) == values(experiment.run(2).trace(2))
    assert figure.locator(".figure-steps").text_content() == "Steps: 2"
    figure.get_by_role("button", name="The lesson’s numbers").press("Enter")
    assert column(figure, 1) == values(experiment.trace)
    assert figure.locator(".figure-steps").text_content() == "Steps: 0"


def test_in_a_large_network_one_chooses_a_weight_by_list_or_by_its_connection(
    figures: "Page", dense: Experiment
) -> None:
    figure = figures.locator(DENSE)
    chosen = figure.get_by_role("combobox", name="Weight or bias")
    chosen.select_option("b1[3]")
    bias = slider(figure, "Bias b4(1)")
    bias.press("Home")
    lessons = dense.trace["b1[3]"].value
    assert lessons == pytest.approx(0.1)
    lowest = -0.2 if lessons <= 0.1 else -0.5  # the first of 0.1, 0.2, 0.5, 1 that is twice as large, or more
    moved = Trace(dense.network.nudged("b1[3]", lowest - lessons), dense.inputs, dense.targets)
    assert column(figure, 1) == values(moved)
    figure.locator(".touch[data-name='W1[0,0]']").dispatch_event("click")
    assert chosen.input_value() == "W1[0,0]"
    assert slider(figure, "Weight w11(1)").evaluate("(it) => it === document.activeElement")
    figure.get_by_role("combobox", name="Wanted output").select_option("4")
    assert column(figure, 1) == values(Trace(moved.network, dense.inputs, np.eye(5)[4]))


def test_the_picture_shows_values_or_gradients(figures: "Page") -> None:
    figure = figures.locator(CHAIN)
    written = figure.locator("svg text")
    texts = [text.replace("\u200b", "") for text in written.all_text_contents()]
    assert {"w1 = 3", "w2 = 5/6", "t = 3", "2", "6", "5", "x", "h", "y"} == set(texts)
    figure.get_by_label("Gradients, backward").check()
    texts = [text.replace("\u200b", "") for text in written.all_text_contents()]
    assert {"∂L/∂w1 = 10/3", "∂L/∂w2 = 12", "5/3", "5", "2", "∂L/∂h"} <= set(texts)
    assert figure.get_by_role("img", name="The network chain").count() == 1


@pytest.mark.parametrize("width", [320, 375, 768, 1280])
def test_writing_in_the_picture_is_large_enough_and_inside_of_it(figures: "Page", width: int) -> None:
    figures.set_viewport_size({"width": width, "height": 900})
    for figure in (CHAIN, DENSE):
        for view in ("Gradients, backward", "Values, forward"):
            figures.locator(figure).get_by_label(view).check()
            written = figures.locator(figure).evaluate(WRITING)
            assert len(written) >= 9
            for text, size, left, right in written:
                assert size >= 12, text
                assert min(left, right) >= 0, text


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_axe_finds_no_violation_in_figures(figures: "Page", npm_package: Path, theme: str) -> None:
    figures.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
    figures.evaluate((npm_package / "axe-core" / "axe.min.js").read_text("utf-8"))
    figures.locator(DENSE).get_by_label("Gradients, backward").check()
    assert figures.evaluate(AXE) == []


def test_values_can_be_read_on_their_neurons_when_the_theme_changes(figures: "Page") -> None:
    inks = """async (figure) => {
      for (let frame = 0; frame < 3; frame++) await new Promise(requestAnimationFrame);
      return [...figure.querySelectorAll("svg text[fill]")].map((it) => it.getAttribute("fill"));
    }"""
    figure = figures.locator(CHAIN)
    figures.emulate_media(color_scheme="dark")
    assert figure.evaluate(inks) == ["#ffffff", "#000000", "#000000"]
    figures.emulate_media(color_scheme="light")
    assert figure.evaluate(inks) == ["#000000", "#ffffff", "#000000"]


def test_print_has_the_table_and_no_sliders(figures: "Page") -> None:
    figures.emulate_media(media="print")
    assert not figures.locator(f"{CHAIN} .figure-stage").is_visible()
    assert figures.locator(f"{CHAIN} table").is_visible()


def test_a_network_with_a_function_of_another_package_has_its_table_only(
    browser: "Browser", page_lesson: tuple[Path, Manifest], chain: Experiment
) -> None:
    folder, lesson = page_lesson
    network = network_entry(chain)
    foreign = replace(network, layers=(replace(network.layers[0], activation="swish"), network.layers[1]))
    path = folder / "foreign.html"
    path.write_text(page_html(ExportRequest(folder, replace(lesson, networks={"chain": foreign}))), "utf-8")
    page = browser.new_page()
    page.goto(path.as_uri())
    assert page.locator(f"{CHAIN} input").count() == 0
    assert column(page.locator(CHAIN), 1) == values(chain.trace)
    page.close()


def test_a_large_network_is_drawn_in_part(figures: "Page") -> None:
    figure = figures.locator(".figure[data-network=large]")
    places = figure_data(network_entry(large()))["views"]["wide"]["places"]
    drawn = [sum(place is not None for place in column) for column in places]
    assert figure.locator("circle.neuron").count() == sum(drawn)
    assert figure.locator("line.edge").count() == drawn[0] * drawn[1] + drawn[1] * drawn[2]
    assert figure.locator("circle.gap").count() == 3
    assert figure.locator("text.of-gap").all_text_contents() == ["40"]
