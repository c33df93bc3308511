"""The cells of a network's training."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from storyreel.engine.operation import COST, COST_GRADIENT
from storyreel.exports.pytorch.cells import Cell
from storyreel.exports.pytorch.functions import row_called
from storyreel.exports.pytorch.literals import number_text
from storyreel.exports.pytorch.spoken import last_step, moves_by_velocity, spoken_cells, spoken_steps
from storyreel.exports.pytorch.trained import Trained, check_line

Settings = Mapping[str, Any]
_OPTIMIZERS: Mapping[str, Callable[[Settings], str]] = {
    "gradient_descent": lambda its: "torch.optim.SGD([{0}])",
    "sgd": lambda its: "torch.optim.SGD([{0}])",
    "momentum": lambda its: f"torch.optim.SGD([{{0}}], momentum={number_text(its['momentum'])})",
    "rmsprop": lambda its: (
        f"torch.optim.RMSprop([{{0}}], alpha={number_text(its['beta'])}, eps={number_text(its['epsilon'])})"
    ),
    "adam": lambda its: (
        f"torch.optim.Adam([{{0}}], betas=({number_text(its['beta1'])}, {number_text(its['beta2'])}),"
        f" eps={number_text(its['epsilon'])})"
    ),
}
"""By the name of an optimizer, that of PyTorch for parameters `{0}`, whose learning rate each step sets."""
_SCHEDULES: Mapping[str, Callable[[Settings], str]] = {
    "step": lambda its: f"{{0}} * {number_text(its['gamma'])} ** ((step - 1) // {its['step_size']:.0f})",
    "exponential": lambda its: f"{{0}} * {number_text(its['gamma'])} ** (step - 1)",
    "cosine": lambda its: (
        f"{number_text(its['final'])} + 0.5 * ({{0}} - {number_text(its['final'])})"
        f" * (1 + math.cos(math.pi * min(step - 1, {its['steps']:.0f}) / {its['steps']:.0f}))"
    ),
}
"""By the kind of a schedule, the learning rate of a step, counted from 1, for the first one's, `{0}`."""


def training_cells(trained: Trained) -> Iterator[Cell]:
    """The cost, if training lowers one; what training is; a step with its numbers, and more steps if the
    lesson speaks of them.

    NotInPyTorch for an optimizer or a schedule of another package.
    """
    if trained.has_cost:
        yield Cell("\n".join(_cost_checks(trained)))
    yield Cell("\n".join(_definitions(trained)))
    yield from spoken_cells(trained, 0)
    yield Cell("\n".join(_next_checks(trained)))
    yield from spoken_cells(trained, 1)
    for step in spoken_steps(trained.network):
        if step > 1:
            yield Cell(f"while steps < {step}:\n    train()")
            yield from spoken_cells(trained, step)


def _cost_checks(trained: Trained) -> Iterator[str]:
    network = trained.network
    yield from trained.no_gradients
    yield f"cost = {trained.cost()}"
    yield "cost.backward()"
    yield from check_line(COST, "cost", network.values[COST])
    for variable in trained.parameters:
        numbers = trained.array(variable, network.cost_gradients)
        yield from check_line(f"{COST_GRADIENT}{variable}", f"grad({variable})", numbers)
    yield from trained.data_checks()


def _definitions(trained: Trained) -> Iterator[str]:
    network = trained.network
    kind = network.schedule["kind"] if network.schedule else None
    rule = row_called(str(kind), _SCHEDULES)(network.schedule or {}) if kind else "{0}"
    if kind == "cosine":
        yield "import math"
        yield ""
    optimizer = row_called(network.optimizer, _OPTIMIZERS)(network.settings)
    yield "steps = 0"
    if moves_by_velocity(network):
        yield f"velocity = {{each: torch.zeros_like(each) for each in [{', '.join(trained.trained)}]}}"
    elif trained.trained:
        yield f"optimizer = {optimizer.format(', '.join(trained.trained))}"
    if network.batches:
        rows = ", ".join(str(list(each)) for each in network.batches[: last_step(network)])
        yield f"batches = [{rows}]  # the rows of the data that each step is on"
    yield from ("", "", "def rate(step):")
    yield '    """The learning rate of a step, counted from 1."""'
    yield f"    return {rule.format(number_text(network.learning_rate))}"
    yield from ("", "", "def train():")
    yield '    """One step of training."""'
    yield "    global steps"
    yield "    steps += 1"
    if not trained.trained:
        return
    yield from (f"    {line}" for line in _step(trained))


def _step(trained: Trained) -> Iterator[str]:
    network = trained.network
    yield from trained.no_gradients
    if network.batches:
        yield "rows = batches[steps - 1]"
        yield f"{trained.cost('rows')}.backward()"
    elif trained.has_cost:
        yield f"{trained.cost()}.backward()"
    else:
        yield f"{trained.loss}.backward()"
    decay = network.settings.get("weight_decay", 0.0)
    weights = [each for each in trained.trained if each in trained.weights]
    if decay and weights:
        yield "with torch.no_grad():  # weight decay apart from the gradient, as in AdamW"
        yield f"    for each in [{', '.join(weights)}]:"
        yield f"        each *= 1 - rate(steps) * {number_text(decay)}"
    if moves_by_velocity(network):
        yield "with torch.no_grad():"
        yield "    for each in velocity:"
        momentum = network.settings["momentum"]
        yield f"        velocity[each] = {number_text(momentum)} * velocity[each] - rate(steps) * each.grad"
        yield "        each += velocity[each]"
    else:
        yield 'optimizer.param_groups[0]["lr"] = rate(steps)'
        yield "optimizer.step()"


def _next_checks(trained: Trained) -> Iterator[str]:
    numbers = trained.network.next
    yield "train()"
    yield f"values, gradients = {trained.run()}"
    for variable in (*trained.parameters, *trained.computed):
        yield from check_line(f"next.{variable}", f'values["{variable}"]', trained.array(variable, numbers))
    if trained.has_cost:
        yield from check_line(f"next.{COST}", trained.cost(), numbers[COST])
