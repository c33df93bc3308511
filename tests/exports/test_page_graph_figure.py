"""The interactive figure of a graph: its data, and in a browser, compared with the engine."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from storyreel.core.number_format import shown
from storyreel.core.paths import STORYBOARDS
from storyreel.engine.equations.notation import PLAIN, Notation
from storyreel.engine.graph.builder import graph_of
from storyreel.engine.graph.experiment import GraphExperiment
from storyreel.engine.graph.trace import GraphTrace
from storyreel.engine.optimizers import Momentum
from storyreel.exports.base import ExportRequest
from storyreel.exports.figures.graph_figure import graph_figure, sign_text
from storyreel.exports.page import page_html
from storyreel.lesson.manifest import Manifest
from storyreel.production.lesson_writer import graph_entry
from storyreel.reader import load

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

GRAPHS = Path(__file__).parents[1] / "graphs"
AXE = "axe.run().then(({ violations }) => violations.map(({ id, nodes }) => [id, nodes.map((n) => n.html)]))"
WRITING = """(figure) => [...figure.querySelectorAll("svg text")].map((it) => {
  const [box, frame] = [it, figure.querySelector("svg")].map((one) => one.getBoundingClientRect());
  const size = parseFloat(getComputedStyle(it).fontSize) * it.getScreenCTM().a;
  return [it.textContent, size, box.left - frame.left, frame.right - box.right, box.top - frame.top];
})"""
WIDER = """(figure) => [...figure.querySelectorAll(".pill, .badge")].flatMap((box) => {
  const text = box.nextElementSibling;
  return text.getBBox().width > box.getBBox().width ? [text.textContent] : [];
})"""
COVERED = """(figure) => {
  const boxes = [...figure.querySelectorAll(".pill, .badge, .sign")].map((it) => it.getBBox());
  const cover = (a, b) => Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x) > 0.05
    && Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y) > 0.05;
  return boxes.flatMap((a, n) => boxes.slice(n + 1).filter((b) => cover(a, b))).length;
}"""


def lesson_graphs() -> dict[str, GraphExperiment]:
    """The graphs of the lesson that ships, and two whose nodes are arrays."""
    others = {name: load(GRAPHS / f"{name}.yaml").graphs for name in ("attention", "recurrent")}
    named = {name: next(iter(graphs.values())) for name, graphs in others.items()}
    formulas = {"p": "a * b", "e": "exp(-12 * a)", "f": "p * e * b * 1e9", "out": "f * e"}
    small = graph_of({"a": (), "b": ()}, formulas)
    long = GraphExperiment("long", small, {"a": np.array(1.0), "b": np.array(-2.123456789)})
    return {**load(STORYBOARDS / "graph.yaml").graphs, **named, "long": long, "trained": trained_graph()}


def trained_graph() -> GraphExperiment:
    """A neuron with two examples and L2."""
    formulas = {"a": "sigmoid(w * x + b)", "loss": "half_squared_error(a, t)"}
    given = {name: np.array(value) for name, value in {"x": 2.0, "t": 1.0, "w": 0.5, "b": -1.0}.items()}
    return GraphExperiment(
        "trained",
        graph_of(dict.fromkeys(given, ()), formulas),
        given,
        parameters=("w", "b"),
        data={"x": np.array([1.0, 2.0]), "t": np.array([0.0, 1.0])},
        optimizer=Momentum(0.5),
        l2=0.1,
    )


@pytest.fixture
def page(browser: "Browser", page_lesson: tuple[Path, Manifest]) -> "Iterator[Page]":
    """A page with the figures of the graphs; scripts must not fail, and no style may be refused."""
    folder, lesson = page_lesson
    graphs = {name: graph_entry(each) for name, each in lesson_graphs().items()}
    path = folder / "graphs.html"
    path.write_text(page_html(ExportRequest(folder, replace(lesson, networks={}, graphs=graphs))), "utf-8")
    tab = browser.new_page(reduced_motion="reduce", viewport={"width": 1280, "height": 900})
    faults: list[str] = []
    tab.on("pageerror", lambda error: faults.append(str(error)))
    tab.on("console", lambda message: faults.append(message.text))
    tab.goto(path.as_uri())
    yield tab
    tab.close()
    assert faults == []


def figure_of(page: "Page", name: str) -> "Locator":
    return page.locator(f".figure[data-network={name}]")


def table(figure: "Locator") -> dict[str, tuple[str, ...]]:
    """The table by name: value and gradient; of what is trained also cost gradient and next value."""
    found: dict[str, list[str]] = figure.evaluate(
        "(figure) => Object.fromEntries([...figure.querySelectorAll('tr[data-name]')]"
        ".map((row) => [row.dataset.name, [...row.cells].slice(1).map((cell) => cell.textContent)]))"
    )
    return {name: tuple(texts) for name, texts in found.items()}


def numbers(trace: GraphTrace, notation: Notation = PLAIN) -> dict[str, tuple[str, str]]:
    """The value and the gradient of each number, written as a lesson with `notation` writes them."""
    return {
        name: (
            notation.text(name, trace.number(name)),
            notation.text(f"grad.{name}", trace.number(f"grad.{name}")),
        )
        for name in trace.numbers
    }


def test_the_picture_shows_values_gradients_and_operations(page: "Page") -> None:
    figure = figure_of(page, "circuit")
    written = [text.replace("\u200b", "") for text in figure.locator("svg text").all_text_contents()]
    assert sorted(written) == sorted(
        ["x", "−2", "−4", "y", "5", "−4", "z", "−4", "3", "+", "q", "3", "−4", "×", "f", "−12", "1"]
    )
    assert figure.locator("path.edge").count() == 4
    assert table(figure)["q"] == ("3", "−4")


def test_a_slider_is_answered_with_the_engines_numbers_and_the_way_back(page: "Page") -> None:
    experiment, figure = lesson_graphs()["neuron"], figure_of(page, "neuron")
    weight = figure.get_by_role("slider", name="Weight w0", exact=True)
    assert weight.get_attribute("aria-valuetext") == "2"
    for _ in range(4):
        weight.press("ArrowRight")
    moved = GraphTrace(
        experiment.graph, {**experiment.given, "w0": float(weight.get_attribute("aria-valuetext") or "")}
    )
    assert moved.number("w0") > 2.0
    assert table(figure) == numbers(moved, experiment.notation)
    assert figure.locator(".figure-result").text_content() == f"f = {shown(moved.number('f'))}"
    figure.get_by_role("button", name="The lesson’s numbers").press("Enter")
    assert table(figure) == numbers(experiment.trace, experiment.notation)


def test_a_step_of_training_has_the_engines_numbers_and_a_way_back(page: "Page") -> None:
    experiment, figure = trained_graph(), figure_of(page, "trained")
    step = figure.get_by_role("button", name="One step of gradient descent with momentum")

    def numbers_after(steps: int) -> dict[str, tuple[str, ...]]:
        def number(name: str, of: int) -> str:
            try:
                return shown(experiment.number(name, of))
            except KeyError:
                return ""

        names = (*experiment.trace.numbers, "cost")
        columns = [("", steps), ("grad.", steps), ("cost.grad.", steps), ("", steps + 1)]
        return {name: tuple(number(f"{kind}{name}", of) for kind, of in columns) for name in names}

    before = table(figure)
    assert before == numbers_after(0)
    step.press("Enter")
    step.press("Enter")
    assert table(figure) == numbers_after(2)
    assert figure.locator(".figure-steps").text_content() == "Steps: 2"
    assert figure.locator(".figure-loss").text_content() == f"Cost C = {shown(experiment.number('cost', 2))}"
    weight = figure.get_by_role("slider", name="Weight w", exact=True)
    assert weight.get_attribute("aria-valuetext") == shown(experiment.number("w", 2))
    figure.get_by_role("button", name="The lesson’s numbers").press("Enter")
    assert table(figure) == before


def test_the_learning_rate_has_a_slider_where_there_are_parameters(page: "Page") -> None:
    rate = figure_of(page, "trained").get_by_role("slider", name="Learning rate")
    before = table(figure_of(page, "trained"))["w"]
    rate.press("End")
    assert table(figure_of(page, "trained"))["w"][:3] == before[:3]
    assert table(figure_of(page, "trained"))["w"][3] != before[3]
    assert figure_of(page, "circuit").get_by_role("slider", name="Learning rate").count() == 0


def test_a_given_node_that_is_clicked_brings_its_slider(page: "Page") -> None:
    figure = figure_of(page, "twice")
    figure.locator("rect[data-name=y]").click()
    assert figure.get_by_role("slider", name="Input y").evaluate("(it) => it === document.activeElement")
    attention = figure_of(page, "attention")
    attention.locator("rect[data-name=Wk]").click()
    assert attention.get_by_role("combobox", name="Weight or bias").input_value() == "Wk[0,0]"


def test_an_array_has_its_shape_in_the_picture_and_its_numbers_in_the_table(page: "Page") -> None:
    experiment, figure = lesson_graphs()["attention"], figure_of(page, "attention")
    assert "3×4" in figure.locator("svg text").all_text_contents()
    assert set(table(figure)) == set(experiment.trace.numbers)
    figure.get_by_role("combobox", name="Input").select_option("X[2,3]")
    figure.get_by_role("slider", name="Input X34").press("End")
    assert table(figure)["X[2,3]"][0] != shown(experiment.number("X[2,3]"))


@pytest.mark.parametrize("width", [320, 375, 768, 1280])
def test_writing_is_large_enough_inside_of_the_picture_and_covers_nothing(page: "Page", width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    for name in lesson_graphs():
        figure = figure_of(page, name)
        page.wait_for_timeout(50)
        for text, size, *room in figure.evaluate(WRITING):
            assert size >= 11.9, (name, text)
            assert min(room) >= -1, (name, text)
        assert figure.evaluate(COVERED) == 0, name
        assert figure.evaluate(WIDER) == [], name


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_axe_finds_no_violation(page: "Page", npm_package: Path, theme: str) -> None:
    page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
    page.set_viewport_size({"width": 320, "height": 900})
    page.evaluate((npm_package / "axe-core" / "axe.min.js").read_text("utf-8"))
    assert page.evaluate(AXE) == []


def test_an_operation_of_another_package_leaves_the_table_only() -> None:
    entry = graph_entry(lesson_graphs()["circuit"])
    name, _, inputs = entry.nodes[-1]
    foreign = replace(entry, nodes=(*entry.nodes[:-1], (name, ("mine", (), ""), inputs)))
    assert graph_figure(entry) is not None
    assert graph_figure(foreign) is None


@pytest.mark.parametrize(
    ("sign", "text"),
    [
        ("+", "+"),
        ("-", "−"),
        ("times", "×"),
        ("times 2", "×2"),
        ("1 slash x", "1/x"),
        ("x^2", "x²"),
        ("2^x", "2ˣ"),
        ("1-x", "1−x"),
        ('op("relu")', "relu"),
        ('"[1,0]"', "[1,0]"),
        ("sqrt(x)", "√x"),
        ("ln", "ln"),
    ],
)
def test_signs_are_plain_text(sign: str, text: str) -> None:
    assert sign_text(sign) == text
