"""The cells that assert what the narration speaks of a network, step of training by step."""

import re
from collections.abc import Iterator

from storyreel.core.symbol_parts import LEARNING_RATE
from storyreel.engine.experiment import TEST
from storyreel.engine.operation import COST, COST_GRADIENT, GRADIENT, NEXT
from storyreel.engine.regions.recognition import is_recognition
from storyreel.exports.pytorch.cells import Cell
from storyreel.exports.pytorch.literals import number_text
from storyreel.exports.pytorch.trained import Trained, check_line
from storyreel.lesson.network_entries import TrainedEntry

_RUN = re.compile(r"run\.(.+)\[(\d+)\]")
_ROW = re.compile(r"data\[(\d+)\]\.(.+)")
_AFTER_MANY = ", rtol=1e-6"
"""Rounding errors grow with the steps of training."""
_STATES = {
    "velocity": '-rate(steps) * optimizer.state[{0}]["momentum_buffer"]',
    "mean_square": 'optimizer.state[{0}]["square_avg"]',
    "first_moment": 'optimizer.state[{0}]["exp_avg"]',
    "second_moment": 'optimizer.state[{0}]["exp_avg_sq"]',
    "corrected_first_moment": 'optimizer.state[{0}]["exp_avg"] / (1 - {beta1} ** steps)',
    "corrected_second_moment": 'optimizer.state[{0}]["exp_avg_sq"] / (1 - {beta2} ** steps)',
}
"""By the name of an optimizer's number, what PyTorch keeps of it for the parameter `{0}`."""


def moment_of(name: str) -> tuple[int, str]:
    """The step of training that a name speaks of, and the name without it: `run.loss[20]` is (20, `loss`)."""
    if name.startswith(NEXT):
        return 1, name.removeprefix(NEXT)
    run = _RUN.fullmatch(name)
    return (int(run[2]), run[1]) if run else (0, name)


def spoken_steps(network: TrainedEntry) -> list[int]:
    """The steps after which there is a number that is spoken."""
    return sorted({moment_of(name)[0] for name in network.spoken})


def last_step(network: TrainedEntry) -> int:
    """The last step that there is in the script."""
    return max([1, *spoken_steps(network)])


def spoken_cells(trained: Trained, step: int) -> Iterator[Cell]:
    """A cell with the numbers that the lesson speaks of after a step; none if there are none."""
    lines = [
        line
        for name, value in trained.network.spoken.items()
        for moment, own in [moment_of(name)]
        if moment == step and (found := _found(trained, own, step))
        for line in check_line(name, found, value, _AFTER_MANY if step > 1 else "")
    ]
    if lines:
        run = f"values, gradients = {trained.run()}"
        yield Cell("\n".join(["# What the lesson says", run, *lines]))


def _found(trained: Trained, name: str, step: int) -> str | None:
    """The expression for a number; None for one that is not computed."""
    if name == LEARNING_RATE:
        return "rate(steps + 1)"
    if row := _ROW.fullmatch(name):
        return _of_example(trained, row[2], trained.run(int(row[1])))
    if name == COST:
        return trained.cost()
    if is_recognition(name.removeprefix(TEST)):
        return trained.recognition(name)
    if name.startswith(COST_GRADIENT):
        place = trained.place(name.removeprefix(COST_GRADIENT))
        return place and f"torch.autograd.grad({trained.cost()}, {place.variable})[0]{place.element}"
    state, _, parameter = name.partition(".")
    if state in _STATES:
        return _state(trained, state, parameter) if step else None
    return _of_example(trained, name)


def _of_example(trained: Trained, name: str, run: str | None = None) -> str | None:
    """The expression for a quantity or a gradient: of the example in focus, or of the one that is `run`."""
    of_gradients = name.startswith(GRADIENT)
    source = f"{run}[{int(of_gradients)}]" if run else ("gradients" if of_gradients else "values")
    place = trained.place(name.removeprefix(GRADIENT))
    return place and f'{source}["{place.variable}"]{place.element}'


def _state(trained: Trained, state: str, parameter: str) -> str | None:
    place = trained.place(parameter)
    if place is None:
        return None
    found = "velocity[{0}]" if state == "velocity" and moves_by_velocity(trained.network) else _STATES[state]
    text = found.format(
        place.variable, **{key: number_text(value) for key, value in trained.network.settings.items()}
    )
    return f"({text}){place.element}"


def moves_by_velocity(network: TrainedEntry) -> bool:
    """True where the velocity has to be written out, as the learning rate changes: PyTorch multiplies by the
    learning rate after it has summed up gradients, and the lesson before."""
    return network.optimizer == "momentum" and network.schedule is not None
