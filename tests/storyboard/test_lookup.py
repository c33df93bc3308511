from dataclasses import replace

import pytest
from helpers import lessons
from hypothesis import given
from hypothesis import strategies as st

from storyreel.engine.experiment import Experiment
from storyreel.storyboard.lookup import Lookup, UnknownName


@pytest.fixture
def lookup(chain: Experiment, dense: Experiment, clusters: Experiment) -> Lookup:
    return Lookup({"chain": chain, "dense": dense, "clusters": clusters})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("h", 6.0),
        ("a1", 6.0),
        ("loss", 2.0),
        ("grad.w1", 10 / 3),
        ("next.w1", 3 - 1 / 30),
        ("next.grad.y", (5 / 6 - 0.12) * (3 - 1 / 30) * 2 - 3),
        ("run.loss[0]", 2.0),
        ("run.w1[1]", 3 - 1 / 30),
        ("run.grad.w1[0]", 10 / 3),
        ("learning_rate", 0.01),
        ("chain.h", 6.0),
        ("dense.learning_rate", 0.1),
        ("count.w1", 1.0),
        ("dense.count.x", 2.0),
        ("dense.count.h", 6.0),
        ("dense.count.W1", 12.0),
        ("dense.count.W2", 30.0),
        ("dense.count.b2", 5.0),
        ("dense.count.target", 5.0),
    ],
)
def test_a_name_finds_its_number(lookup: Lookup, name: str, value: float) -> None:
    assert lookup.value("chain", name) == pytest.approx(value, rel=1e-14)


def test_loss_and_cost_have_names_in_a_network_with_data(lookup: Lookup, clusters: Experiment) -> None:
    losses = [lookup.value("clusters", f"data[{row}].loss") for row in range(10)]
    assert lookup.value("clusters", "cost") == pytest.approx(sum(losses) / 10)
    assert lookup.value("clusters", "loss") == losses[8]  # the example of `clusters` is its ninth
    slopes = [lookup.value("clusters", f"data[{row}].grad.W1[2,1]") for row in range(10)]
    assert lookup.value("clusters", "cost.grad.W1[2,1]") == pytest.approx(sum(slopes) / 10)
    for name in ("W1[2,1]", "loss", "cost", "cost.grad.b1[0]", "data[3].a2[1]", "grad.b1[0]"):
        assert lookup.value("clusters", f"next.{name}") == lookup.value("clusters", f"run.{name}[1]")
    assert lookup.value("clusters", "run.cost[7]") == clusters.run(7).objective[-1]
    assert lookup.value(None, "clusters.run.data[3].loss[7]") == clusters.focused(3).run(7).loss[7]


def test_a_network_with_data_has_the_share_that_it_recognises(lookup: Lookup, clusters: Experiment) -> None:
    for step in (0, 7):
        outputs = [
            [lookup.value("clusters", f"run.data[{row}].a2[{place}][{step}]") for place in range(5)]
            for row in range(clusters.data_rows)
        ]
        found = [values.index(max(values)) for values in outputs]
        classes = [targets.tolist().index(1) for targets in clusters.examples[1]]
        right = [value == its for value, its in zip(found, classes, strict=True)]
        assert lookup.value("clusters", f"run.accuracy[{step}]") == pytest.approx(sum(right) / len(right))
        assert lookup.value("clusters", f"run.correct[{step}]") == sum(right)
        for place in range(5):
            assert lookup.value("clusters", f"run.answers[{place}][{step}]") == found.count(place)
    tested = replace(clusters, test=(clusters.inputs, clusters.targets))
    with_test = Lookup({"clusters": tested})
    is_right = found[8] == clusters.targets[0].tolist().index(1)
    assert with_test.value("clusters", "run.test.accuracy[7]") == float(is_right)
    for name in ("test.accuracy", "answers[5]", "chain.accuracy"):
        with pytest.raises(UnknownName, match="no number named"):
            lookup.value("clusters", name)


def test_another_example_may_be_in_focus(lookup: Lookup) -> None:
    focused = lookup.in_focus("clusters", 3)
    for name in ("loss", "a2[1]", "grad.W1[2,1]", "target[0]", "x[0]"):
        assert focused.value("clusters", name) == lookup.value("clusters", f"data[3].{name}")
        assert focused.value("clusters", f"run.{name}[4]") == lookup.value(
            "clusters", f"run.data[3].{name}[4]"
        )
    assert focused.value("clusters", "cost") == lookup.value("clusters", "cost")
    assert lookup.in_focus("clusters", None) is lookup and lookup.in_focus(None, 3) is lookup


def test_another_networks_numbers_are_found_by_its_name(lookup: Lookup, dense: Experiment) -> None:
    assert lookup.value("chain", "dense.W1[2,0]") == dense.network.layers[0].weights[2, 0]
    assert lookup.value(None, "dense.next.grad.z2[0]") == dense.next["z2[0]"].gradient
    assert lookup.value("chain", "dense.run.W1[2,0][3]") == dense.run(3).trace(3)["W1[2,0]"].value


@pytest.mark.parametrize(
    ("network", "name", "suggestion"),
    [
        ("chain", "hh", "h"),
        ("chain", "los", "loss"),
        ("chain", "gradw1", "grad.w1"),
        ("chain", "next.w3", "next.w2"),
        ("chain", "learning_rat", "learning_rate"),
        ("chain", "rn.loss[20]", "run.loss[20]"),
        ("chain", "run.los[20]", "run.loss[20]"),
        ("chain", "chian.loss", "chain.loss"),
        ("dense", "w1[2,0]", "W1[2,0]"),
        ("dense", "count.W", "count.W2"),
        ("chain", "count.b1", "dense.count.b1"),
        ("dense", "count.hh", "count.h"),
        ("dense", "W1[2, 0]", "W1[2,0]"),
        ("chain", "b2[4]", "dense.b2[4]"),
        (None, "h", "chain.h"),
        (None, "chain.los", "chain.loss"),
        ("dense", "h", "h[0]"),
        ("dense", "W1", "W1[0,0]"),
        ("dense", "grad.h", "grad.h[0]"),
        ("dense", "next.grad.h", "next.grad.h[0]"),
        ("dense", "run.h[20]", "run.h[0][20]"),
        ("dense", "run.grad.x[999]", "run.grad.x[0][999]"),
        ("chain", "dense.h", "dense.h[0]"),
        ("chain", "run.b1[2]", "dense.run.b1[0][2]"),
        (None, "b1", "dense.b1[0]"),
        ("chain", "cost", "loss"),
        ("chain", "next.cost.grad.w1", "next.grad.w1"),
        ("clusters", "chain.run.cost[3]", "chain.run.loss[3]"),
        ("clusters", "cots", "cost"),
        ("clusters", "cost.grad.W1", "cost.grad.W1[0,0]"),
        ("clusters", "data[3].los", "data[3].loss"),
        ("clusters", "run.costs[3]", "run.cost[3]"),
        ("clusters", "data[10].loss", None),
        ("chain", "entirely_different", None),
    ],
)
def test_an_unknown_name_comes_with_what_may_have_been_meant(
    lookup: Lookup, network: str | None, name: str, suggestion: str | None
) -> None:
    with pytest.raises(UnknownName) as caught:
        lookup.value(network, name)
    assert (caught.value.name, caught.value.suggestion) == (name, suggestion)


@pytest.mark.parametrize(
    "name",
    [
        *("", ".", "h.", ".h", "grad", "grad.target", "next.next.h", "other.h", "chain.dense.b1[0]"),
        *("count", "count.", "count.W1", "count.grad.w1", "count.learning_rate"),
        *("run.loss", "run.loss[-1]", "run.loss[x]", "run.loss[" + "9" * 5000 + "]"),
        *("h.value", "__class__", "W1[0,0].__class__"),
    ],
)
def test_a_look_up_reaches_numbers_and_nothing_else(lookup: Lookup, name: str) -> None:
    with pytest.raises(UnknownName):
        lookup.value("chain", name)


@given(st.text(alphabet="hwyxrunextgadlos.[]0123,_", max_size=20))
def test_any_text_gives_a_number_or_an_unknown_name(text: str) -> None:
    try:
        assert isinstance(Lookup({"chain": lessons.chain()}).value("chain", text), float)
    except UnknownName as error:
        assert error.name == text


def test_every_name_on_offer_can_be_looked_up(lookup: Lookup) -> None:
    for network in ("chain", "dense", None):
        names = lookup.names(network)
        assert len(set(names)) == len(names)
        for name in names:
            lookup.value(network, name)
    assert {"h", "grad.w1", "next.w1", "learning_rate", "dense.b2[4]"} <= set(lookup.names("chain"))
