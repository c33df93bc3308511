"""Questions for numbers: answers, tolerances, mistakes, variants."""

import math
from collections.abc import Collection
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from random import Random

import numpy as np
import pytest
from helpers.quiz_lesson import HEAD
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from storyreel.core.number_format import half_unit, is_exact, read_back, shown
from storyreel.engine.activations import ACTIVATIONS
from storyreel.engine.experiment import Experiment
from storyreel.engine.layer import Layer
from storyreel.engine.losses import LOSSES
from storyreel.engine.network import Network
from storyreel.engine.optimizers import OPTIMIZERS
from storyreel.quiz.asked_number import AskedNumber
from storyreel.quiz.mistakes import mistakes_in
from storyreel.quiz.tolerance import tolerance_of
from storyreel.quiz.variants import variant_number
from storyreel.reader import load
from storyreel.storyboard.study import Question

HERE = Path(__file__).parents[1]
QUESTIONS = HEAD + "questions:\n"


def questions(text: str) -> tuple[Question, ...]:
    return load("lesson.yaml", text=QUESTIONS + text, scenes=HERE / "scene_files").questions


@st.composite
def experiments(draw: st.DrawFn, losses: Collection[str] = tuple(LOSSES)) -> Experiment:
    """A small network of any activations and one of the losses, with numbers of two decimals."""
    number = st.integers(-300, 300).map(lambda hundredths: hundredths / 100)
    sizes = draw(st.lists(st.integers(1, 3), min_size=2, max_size=4))
    layers = []
    for index, (inputs, size) in enumerate(pairwise(sizes)):
        weights = np.reshape(
            draw(st.lists(number, min_size=inputs * size, max_size=inputs * size)), (size, inputs)
        )
        bias = draw(st.none() | st.lists(number, min_size=size, max_size=size))
        activation = ACTIVATIONS[draw(st.sampled_from(sorted(ACTIVATIONS)))]
        layers.append(Layer("h" if index == 0 else None, weights, bias, activation))
    names = ("x",) if sizes[0] == 1 else tuple(f"x[{k}]" for k in range(sizes[0]))
    loss = draw(st.sampled_from(sorted(losses)))
    network = Network(names, tuple(layers), LOSSES[loss])
    example = draw(st.lists(number, min_size=sizes[0], max_size=sizes[0]))
    targets = draw(st.lists(number, min_size=sizes[-1], max_size=sizes[-1]))
    if loss == "hinge":
        targets = [float(k == 0) for k in range(sizes[-1])]
    optimizer = OPTIMIZERS[draw(st.sampled_from(sorted(OPTIMIZERS)))](0.1)
    return Experiment("net", network, np.array(example), np.array(targets), optimizer)


def asked_numbers(experiment: Experiment) -> list[AskedNumber]:
    names = list(experiment.network.names)
    gradients = [f"grad.{name}" for name in names if not name.startswith("target")]
    after = [f"next.{name}" for name in experiment.network.names.parameters]
    return [AskedNumber(experiment, name) for name in (*names, *gradients, *after)]


def test_the_first_variant_is_about_the_lessons_own_numbers() -> None:
    (question,) = questions('- {ask: "From {x} by {w1}?", number: h, explain: "{w1|w one} makes {h}."}')
    (variant,) = question.variants
    assert (question.id, variant.ask, variant.explain) == ("q1", "From 2 by 3?", "w1 makes 6.")
    assert (variant.answer, variant.shown, variant.choices) == (6.0, "6", ())


@pytest.mark.parametrize(
    ("number", "answer", "mistakes"),
    [
        ("h", 2 * 3, {"5"}),
        ("loss", (5 - 3) ** 2 / 2, {"4", "1"}),
        ("grad.y", 5 - 3, {"4", "−2"}),
        ("grad.w2", 2 * 6, {"24", "6", "−12", "5/3"}),
        ("grad.h", 2 * 5 / 6, {"10/3", "5/6", "−5/3", "12"}),
        ("grad.w1", 5 / 3 * 2, {"20/3", "2", "−10/3", "5"}),
        ("next.w2", 5 / 6 - 0.01 * 12, {"0.95", "−67/6", "0.12"}),
        ("next.w1", 3 - 0.01 * 10 / 3, {"3.03", "−1/3", "0.033"}),
    ],
)
def test_answers_and_mistakes_of_the_chain_are_those_worked_out_by_hand(
    number: str, answer: float, mistakes: set[str]
) -> None:
    (question,) = questions(f"- {{ask: What is it, number: {number}}}")
    (variant,) = question.variants
    assert variant.answer == pytest.approx(answer, rel=1e-12)
    assert {mistake.shown for mistake in variant.mistakes} == mistakes
    assert all(mistake.why.endswith(".") for mistake in variant.mistakes)


@given(experiments(losses=[name for name, loss in LOSSES.items() if loss.fused is None]))
@settings(max_examples=40)
def test_the_engines_gradients_that_are_asked_for_agree_with_central_differences(
    experiment: Experiment,
) -> None:
    network, step = experiment.network, 1e-6
    w = network.layers[0].weights

    def loss_at(weight: float) -> float:
        weights = w.copy()
        weights[0, 0] = weight
        layer = Layer("h", weights, network.layers[0].bias, network.layers[0].activation)
        moved = replace(network, layers=(layer, *network.layers[1:]))
        return moved.loss_of(moved.forward(experiment.inputs), experiment.targets)

    with np.errstate(all="ignore"):
        below, here, above = (loss_at(w[0, 0] + moved) for moved in (-step, 0.0, step))
    left, right = (here - below) / step, (above - here) / step
    assume(np.isclose(left, right, rtol=1e-2, atol=1e-4))  # at a kink
    asked = AskedNumber(experiment, f"grad.{network.names.weights[1][0][0]}")
    assert asked.value == pytest.approx((left + right) / 2, rel=1e-3, abs=1e-5)


@given(st.data())
@settings(max_examples=150)
def test_no_mistake_can_be_taken_for_the_right_answer_or_for_another_mistake(data: st.DataObject) -> None:
    asked = data.draw(experiments().map(asked_numbers).flatmap(st.sampled_from))
    assume(math.isfinite(asked.value))
    tolerance = tolerance_of(asked, {})
    mistakes = mistakes_in(asked, tolerance)
    reaches = [(asked.value, tolerance), *((one.value, one.tolerance) for one in mistakes)]
    for (value, reach), (following, its_reach) in pairwise(sorted(reaches)):
        assert value + reach < following - its_reach
    texts = [shown(asked.value), *(mistake.shown for mistake in mistakes)]
    assert len(set(texts)) == len(texts)
    assert all(one.shown == shown(one.value) and one.why for one in mistakes)


@given(experiments())
@settings(max_examples=40)
def test_what_follows_from_the_shown_factors_of_a_weights_gradient_is_right(experiment: Experiment) -> None:
    """∂L/∂w is the product of ∂L/∂z and the input: here of both as they are shown."""
    number = len(experiment.network.layers)
    names = experiment.network.names
    delta, source = f"grad.{names.pre_activations[number][0]}", names.activations[number - 1][0]
    factors = [AskedNumber(experiment, name).value for name in (delta, source)]
    assume(all(math.isfinite(value) for value in (*factors, math.prod(factors))))
    seen = {name: shown(value) for name, value in zip((delta, source), factors, strict=True)}
    by_hand = math.prod(float(read_back(text)) for text in seen.values())
    asked = AskedNumber(experiment, f"grad.{names.weights[number][0][0]}")
    tolerance = tolerance_of(asked, seen)
    unit = 2 * half_unit(by_hand)
    assert abs(by_hand - asked.value) <= tolerance
    if half_unit(by_hand) <= half_unit(asked.value):
        assert abs(round(by_hand / unit) * unit - asked.value) <= tolerance
    assert tolerance >= half_unit(asked.value)


@pytest.mark.parametrize(
    ("number", "typed", "wrong"),
    [
        ("grad.w1", [10 / 3, 3.33, 3.32], [3.2, 3.4, 6.67, -3.33]),  # 3.32 = 0.83 × 2 × 2
        ("grad.h", [5 / 3, 1.67, 1.66], [1.6, 1.7, 0.83]),
        ("h", [6, 6.001], [5.99, 6.01, 5]),
        ("next.w2", [0.7133, 0.71, 0.713], [0.7, 0.73, 0.95]),
    ],
)
def test_an_answer_is_right_as_students_round_it(number: str, typed: list[float], wrong: list[float]) -> None:
    ask = "{x} {w1} {w2} {target} {learning_rate}"
    (question,) = questions(f"- {{ask: '{ask}', number: {number}}}")
    (variant,) = question.variants
    assert variant.answer is not None
    assert all(abs(answer - variant.answer) <= variant.tolerance for answer in typed)
    assert not any(abs(answer - variant.answer) <= variant.tolerance for answer in wrong)


def test_variants_are_others_and_the_same_each_time() -> None:
    text = '- {ask: "{x} {w1} {w2} {target}?", number: grad.w1, explain: "It is {grad.w1}.", variants: 20}'
    (first,), (again,) = questions(text), questions(text)
    assert first == again
    assert len({variant.ask for variant in first.variants}) == 20
    for variant in first.variants:
        x, w1, w2, target = (float(read_back(word)) for word in variant.ask.rstrip("?").split())
        assert variant.answer == pytest.approx((x * w1 * w2 - target) * w2 * x, rel=1e-9)
        assert variant.answer != 0
        assert variant.explain == f"It is {variant.shown}."
        assert len(variant.mistakes) >= 4


def test_variants_of_another_question_have_other_numbers() -> None:
    text = '- {ask: "{x} {w1}?", number: h, variants: 8}\n'
    first, second = questions(text + text)
    assert first.variants[0] == second.variants[0]
    assert first.variants[1:] != second.variants[1:]


def test_choices_have_one_right_answer_and_the_reasons_of_the_mistakes() -> None:
    text = '- {ask: "{w2} {grad.y} {h}?", number: grad.h, choose: true, variants: 12}'
    places = set()
    for variant in questions(text)[0].variants:
        assert [choice.text for choice in variant.choices if choice.is_right] == [variant.shown]
        assert all(choice.why for choice in variant.choices if not choice.is_right)
        assert 2 <= len({choice.text for choice in variant.choices}) == len(variant.choices) <= 5
        places.add([choice.is_right for choice in variant.choices].index(True))
    assert len(places) >= 3


def test_a_question_to_choose_says_what_its_author_wrote_and_not_where_the_answer_is() -> None:
    wrong = "wrong: [No {0}, {{text: Not {0}, why: Because.}}]"
    text = f"- {{{{ask: {{0}}, answer: It {{0}}, {wrong}, explain: See {{0}}.}}}}\n"
    found = questions("".join(text.format(word) for word in "abcdefghi"))
    for question in found:
        (variant,) = question.variants
        word = variant.ask
        assert {(choice.text, choice.is_right, choice.why) for choice in variant.choices} == {
            (f"It {word}", True, ""),
            (f"No {word}", False, ""),
            (f"Not {word}", False, "Because."),
        }
        assert (variant.answer, variant.explain) == (None, f"See {word}.")
    assert len({[c.is_right for c in question.variants[0].choices].index(True) for question in found}) == 3


def test_a_question_whose_numbers_are_rounded_too_much_is_warned_of() -> None:
    text = QUESTIONS.replace("weights: 3}", "weights: 0.3471}") + '- {ask: "{w1:.1f} {x:.0f}?", number: h}'
    text = text.replace("{x: 2}", "{x: 0.6}")
    (warning,) = load("lesson.yaml", text=text, scenes=HERE / "scene_files").warnings
    assert "rounded too much" in warning.message
    assert (warning.place.line, warning.place.column) == (13, 9)


@given(st.just(0.0) | st.floats(1e-9, 1e4) | st.floats(-1e4, -1e-9), st.integers())
def test_a_similar_number_has_the_sign_and_few_digits(value: float, seed: int) -> None:
    drawn = variant_number(value, Random(seed))
    assert (drawn == 0) == (value == 0)
    assert drawn * value >= 0
    assert is_exact(drawn, shown(drawn)) or abs(drawn) < 0.1
    if value == int(value):
        assert drawn == int(drawn)
