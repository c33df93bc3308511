"""Calculations: how one number follows from others, as an equation on screen writes it.

    calculation_of(experiment, "h")             w1 × x
    calculation_of(experiment, "grad.w1")       ∂L/∂h × x
    calculation_of(experiment, "next.w1")       w1 − η × ∂L/∂w1, with data w1 − η × ∂C/∂w1; of Adam and
                                                RMSprop by their own rules
    calculation_of(experiment, "cost")          1/7 (L1 + L2 + ⋯ + L7), and so each derivative of the cost;
                                                with L2, + 1/2 λ (w1^2 + w2^2), and + λ w1 for its derivative
    calculation_of(experiment, "chain of w1")   ∂h/∂w1 × ∂y/∂h × ∂L/∂y
    calculation_of(experiment, "chain by sums of w1")   ∂z1/∂w1 × ∂h/∂z1 × ∂y/∂h × ∂L/∂y
    calculation_of(experiment, "error of y")    y − target
    calculation_of(experiment, "sum of h")      w1 × x + b1, also where the layer has no bias: it is 0
    calculation_of(experiment, "own sum of h")  the same as that of `h` and not of `z1`, where both are one
    calculation_of(experiment, "all weights")   w2 × w1, of a network with one neuron a layer

Of a long sum only the first terms and the last are written. The last five names have
blanks, so that no storyboard can mean them by a name of its own.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from storyreel.core.errors import StoryreelError
from storyreel.core.symbol_parts import EPSILON, L2, LEARNING_RATE, WEIGHT_DECAY
from storyreel.engine.equations.formula import DOTS, parsed
from storyreel.engine.equations.long_sums import in_short
from storyreel.engine.experiment import Experiment
from storyreel.engine.graph.model import Model
from storyreel.engine.names import numbered
from storyreel.engine.operation import COST, COST_GRADIENT, GRADIENT, NEXT, Operation, OperationKind
from storyreel.engine.optimizers import STATES, Optimizer
from storyreel.engine.trace import Trace
from storyreel.engine.trainable import Trainable
from storyreel.engine.weight_path import WeightPath

_Trained = Trainable[Any, Any]
ERROR, SUM, OWN_SUM, WEIGHTS = "error of ", "sum of ", "own sum of ", "all weights"
CHAIN, CHAIN_BY_SUMS = "chain of ", "chain by sums of "
RULE, ADDED = "rule of ", "added "
"""Before the name of a number: its own equation where a graph has several for it; before that of a gradient:
the sum of what comes back to a node of a graph."""


@dataclass(frozen=True)
class Calculation:
    """`name`, the number `value`, is what `formula` gives for `operands`, which are `numbers`.

    The formula is as in an `Operation`, but without the middle terms of a long sum. Only the operands that it
    writes are here, in the order of its slots.
    """

    name: str
    value: float
    formula: str
    operands: tuple[str, ...]
    numbers: tuple[float, ...]
    is_copy: bool = False

    @property
    def is_elided(self) -> bool:
        """True if terms are left out, so that nobody can recompute it from what is written."""
        return DOTS in self.formula


def calculation_of(experiment: Experiment, name: str) -> Calculation:
    """The calculation of the number called `name`; see above.

    Raises KeyError if there is no such number, StoryreelError if no equation of it can be written.
    """
    name = name.removeprefix(RULE)
    if name.startswith(CHAIN):
        return chain_calculation(WeightPath(experiment.trace, name.removeprefix(CHAIN)))
    if name.startswith(CHAIN_BY_SUMS):
        parameter = name.removeprefix(CHAIN_BY_SUMS)
        return chain_calculation(WeightPath(experiment.trace, parameter, pre_activations=True))
    if name.startswith(NEXT):
        return update_calculation(experiment, name.removeprefix(NEXT))
    if name.startswith(ERROR):
        return error_calculation(experiment.trace, name.removeprefix(ERROR))
    if name.startswith(SUM):
        return sum_calculation(experiment.trace, name.removeprefix(SUM))
    if name.startswith(OWN_SUM):
        neuron = name.removeprefix(OWN_SUM)
        return replace(sum_calculation(experiment.trace, neuron), name=neuron)
    if name == WEIGHTS:
        return weights_calculation(experiment.trace)
    if name.partition(".")[0] == COST:
        return cost_calculation(experiment, name)
    return trace_calculation(experiment.trace, name)


def trace_calculation(trace: Trace, name: str) -> Calculation:
    """The calculation of a value (`h`) or a gradient (`grad.h`) of a trace. Raises KeyError."""
    return calculation_by(name, operation_of(trace, name), trace.number)


def operation_of(trace: Trace, name: str) -> Operation:
    """The operation that computed `name` (`h`, `grad.w1`); raises KeyError where it has no gradient."""
    if not name.startswith(GRADIENT):
        return trace[name].operation
    operation = trace[name.removeprefix(GRADIENT)].gradient_operation
    if operation is None:
        raise KeyError(name)
    return operation


def require_trained(model: Model, parameter: str) -> None:
    """Raise StoryreelError for a weight or bias that training leaves as it is."""
    if parameter not in model.trained:
        raise StoryreelError(
            f"{parameter!r} is not trained (`train` of its layer is false), so no step changes it; show its"
            " gradient, or the update of another"
        )


def update_calculation(experiment: _Trained, parameter: str) -> Calculation:
    """The change of the weight or bias `parameter` in the next step, by the optimizer's rule.

    Raises StoryreelError for any other number, for one that is not trained, where the step is on a mini-batch
    and has the gradient in it, and where the rule does not give what the step does.
    """
    if parameter not in experiment.model.parameter_names:
        raise StoryreelError(f"{parameter!r} is not a weight or bias: only these are updated")
    require_trained(experiment.model, parameter)
    rule = _update_rule(experiment, parameter)
    if "{g}" in rule and experiment.uses_mini_batches:
        raise StoryreelError(
            f"a step of this network is on {experiment.batch_size} of its examples, not on all, so the cost’s"
            " gradient does not give it; write `update` without a weight"
        )
    optimizer, derivative = experiment.optimizer, experiment.objective_gradient + parameter
    its = {f"{NEXT}{state}.{parameter}" for state in STATES if f"{{{state}}}" in rule}
    numbers = {
        NEXT + parameter: experiment.next.number(parameter),
        parameter: experiment.trace.number(parameter),
        LEARNING_RATE: optimizer.learning_rate,
        derivative: experiment.number(derivative),
        WEIGHT_DECAY: optimizer.weight_decay,
        EPSILON: getattr(optimizer, "epsilon", 0.0),
        **{name: experiment.number(name.removeprefix(NEXT), 1) for name in its},
    }
    names = {"w": parameter, "eta": LEARNING_RATE, "g": derivative, "decay": WEIGHT_DECAY, "epsilon": EPSILON}
    names |= {name.removeprefix(NEXT).partition(".")[0]: name for name in its}
    slots = {key: f"{{{name}}}" for key, name in names.items()}
    operation = Operation.of("weighted_sum", rule.format(**slots))
    operands = [Decimal(numbers[name]) for name in operation.operands]
    is_finite = all(operand.is_finite() for operand in operands)
    given = float(parsed(operation.formula).value(operands)) if is_finite else math.nan
    if not math.isclose(numbers[NEXT + parameter], given, rel_tol=1e-9, abs_tol=1e-12):
        raise StoryreelError(
            f"the optimiser of this network does not change {parameter!r} by the rule that would be written,"
            " so this equation does not hold; write `update` without a weight"
        )
    return calculation_by(NEXT + parameter, operation, numbers.__getitem__)


def _update_rule(experiment: _Trained, parameter: str) -> str:
    """The rule of the optimizer, with weight decay for a weight, and without an epsilon that is 0."""
    optimizer = experiment.optimizer
    rule = optimizer.rule
    if optimizer.weight_decay and parameter in _weights(experiment.model):
        decayed = f"{rule} - {{eta}} times {{decay}} times {{w}}"
        rule = "{w} - {eta} times ({g} + {decay} times {w})" if rule == Optimizer.rule else decayed
    return rule if getattr(optimizer, "epsilon", 0.0) else rule.replace(" + {epsilon}", "")


def cost_calculation(experiment: _Trained, name: str, loss: str = "loss") -> Calculation:
    """The cost, or its derivative `cost.grad.w1`, as the mean or the sum over the data, with the L2 penalty;
    `loss` is the name of an example's loss.

    Raises KeyError where there is no cost.
    """
    network = experiment.model
    of_each = name.removeprefix(f"{COST}.") if name != COST else loss
    rows = experiment.data_rows
    examples = tuple(f"data[{row}].{of_each}" for row in range(rows)) or (of_each,)
    total = " + ".join(f"{{{row}}}" for row in range(len(examples)))
    if len(examples) > 1 and network.reduction == "mean":
        total = f"1/{len(examples)} ({total})"
    penalised = _penalised(experiment, name) if network.l2 else ()
    if not penalised:
        kind: OperationKind = "weighted_sum" if len(examples) > 1 else "copy"
        return calculation_by(name, Operation(kind, examples, total), experiment.number)
    slots = [f"{{{place}}}" for place in range(len(examples), len(examples) + 1 + len(penalised))]
    if len(examples) > 1 and network.reduction == "sum":
        total = f"({total})"
    if name == COST:
        squares = " + ".join(f"{slot}^2" for slot in slots[1:])
        squares = f"({squares})" if len(penalised) > 1 else squares
        formula = f"{total} + 1/2 times {slots[0]} times {squares}"
    else:
        formula = f"{total} + {slots[0]} times {slots[1]}"
    operation = Operation("weighted_sum", (*examples, L2, *penalised), formula)
    return calculation_by(name, operation, lambda of: network.l2 if of == L2 else experiment.number(of))


def _penalised(experiment: _Trained, name: str) -> tuple[str, ...]:
    """The weights in whose penalty the cost, or its derivative `cost.grad.w1`, has a share."""
    weights = _weights(experiment.model)
    return weights if name == COST else tuple(one for one in weights if COST_GRADIENT + one == name)


def _weights(model: Model) -> tuple[str, ...]:
    """The names of the parameters that are no biases."""
    pairs = zip(model.parameter_names, model.is_weight, strict=True)
    return tuple(name for name, is_weight in pairs if is_weight)


def chain_calculation(chain: WeightPath) -> Calculation:
    """The gradient of the chain's parameter as the product of the derivatives along the chain."""
    name = GRADIENT + chain.parameter
    numbers = dict(zip(chain.derivative_names, chain.derivatives, strict=True))
    numbers[name] = chain.trace.number(name)
    formula = " times ".join(f"{{{number}}}" for number in range(len(chain.derivatives)))
    return calculation_by(name, Operation("product", chain.derivative_names, formula), numbers.__getitem__)


def error_calculation(trace: Trace, output: str) -> Calculation:
    """The error of an output. With half the squared error as the loss, it is the output's gradient.

    Raises KeyError if there is no such output.
    """
    names = trace.network.names
    if output not in names.activations[-1]:
        raise KeyError(output)
    target = names.targets[names.activations[-1].index(output)]
    name = (GRADIENT if trace.network.loss.name == "half_squared_error" else ERROR) + output
    numbers = {output: trace.number(output), target: trace.number(target)}
    numbers[name] = numbers[output] - numbers[target]
    return calculation_by(name, Operation.of("loss", f"{{{output}}} - {{{target}}}"), numbers.__getitem__)


def sum_calculation(trace: Trace, neuron: str) -> Calculation:
    """The weighted sum of a neuron with its bias, which is 0 where its layer has none.

    Raises KeyError if there is no such quantity, StoryreelError if it is no neuron.
    """
    names = trace.network.names
    address = names[neuron]
    if address.kind != "activation":
        raise StoryreelError(f"{neuron!r} is no neuron with a weighted sum")
    layer, (index,) = address.layer or 0, address.index
    name = names.pre_activations[layer][index]
    operation = operation_of(trace, name)
    if names.biases[layer]:
        return calculation_by(name, operation, trace.number)
    bias = numbered(f"b{layer}", len(names.pre_activations[layer]))[index]
    formula = f"{operation.formula} + {{{len(operation.operands)}}}"
    with_bias = Operation("weighted_sum", (*operation.operands, bias), formula)
    return calculation_by(name, with_bias, lambda of: 0.0 if of == bias else trace.number(of))


def weights_calculation(trace: Trace) -> Calculation:
    """The product of all weights of a network with one neuron a layer: that of the one connection that it
    would be without activation functions and biases. Raises StoryreelError for any other network."""
    names = trace.network.names
    if any(len(neurons) > 1 for neurons in names.activations):
        raise StoryreelError("only the weights of a network with one neuron a layer are all multiplied")
    weights = tuple(rows[0][0] for rows in names.weights[:0:-1])
    numbers = {name: trace.number(name) for name in weights}
    numbers[WEIGHTS] = math.prod(numbers.values())
    formula = " times ".join(f"{{{place}}}" for place in range(len(weights)))
    return calculation_by(WEIGHTS, Operation("product", weights, formula), numbers.__getitem__)


def calculation_by(name: str, operation: Operation, number: Callable[[str], float]) -> Calculation:
    """The calculation of `name` by an operation, long sums in short; `number` gives the numbers."""
    formula = in_short(operation.formula)
    written = [n for n in range(len(operation.operands)) if f"{{{n}}}" in formula]
    slots = {f"{{{n}}}": f"{{{place}}}" for place, n in enumerate(written)}
    formula = _with_slots(formula, slots)
    operands = tuple(operation.operands[n] for n in written)
    return Calculation(
        name, number(name), formula, operands, tuple(map(number, operands)), operation.kind == "copy"
    )


def _with_slots(formula: str, slots: dict[str, str]) -> str:
    parts = formula.split("{")
    return parts[0] + "".join(
        slots["{" + number + "}"] + rest for number, rest in (part.split("}", 1) for part in parts[1:])
    )
