"""The cells of a network of layers."""

from collections.abc import Iterator, Sequence

from storyreel.engine.experiment import TEST
from storyreel.engine.operation import GRADIENT
from storyreel.exports.pytorch.cells import Cell
from storyreel.exports.pytorch.functions import ACTIVATIONS, LOSSES, row_called
from storyreel.exports.pytorch.layers import Layers, is_fused
from storyreel.exports.pytorch.literals import array_of, array_text
from storyreel.exports.pytorch.trained import check_line
from storyreel.exports.pytorch.training import training_cells
from storyreel.lesson.network_entries import NetworkEntry


def layered_cells(name: str, network: NetworkEntry) -> Iterator[Cell]:
    """The network called `name`: forward, backward, the cost, training, and all of its numbers.

    NotInPyTorch for an activation, a loss or an optimizer that PyTorch is not known to have.
    """
    layers = Layers(network)
    yield Cell(f"## `{name}`\n\n{_described(layers)}", is_text=True)
    yield Cell("\n".join(_tensors(layers)))
    yield Cell("\n".join(_functions(layers)))
    yield Cell("\n".join(_checks(layers)))
    yield from training_cells(layers)


def _described(layers: Layers) -> str:
    network = layers.network
    parts = [f"{len(network.inputs)} input{'s' if len(network.inputs) > 1 else ''}"]
    parts += [f"{len(layer.weights)} {layer.activation}" for layer in network.layers]
    fixed = [name for name in layers.parameters if name not in layers.trained]
    told = f" Training does not change {', '.join(fixed)}." if fixed else ""
    return f"{' → '.join(parts)}; loss: {network.loss.replace('_', ' ')}.{told}"


def _tensors(layers: Layers) -> Iterator[str]:
    network = layers.network
    for variable in ("x", "target"):
        yield f"{variable} = torch.tensor({array_text(layers.array(variable, network.values))})"
    for number, layer in enumerate(network.layers, start=1):
        yield f"W{number} = torch.tensor({array_text(layer.weights)}, requires_grad=True)"
        if layer.bias is not None:
            yield f"b{number} = torch.tensor({array_text(layer.bias)}, requires_grad=True)"
    if network.data:
        columns: dict[str, Sequence[str]] = {
            "data_x": layers.names.activations[0],
            "data_target": layers.names.targets,
        }
        for variable, names in columns.items():
            rows = [[row[name] for name in names] for row in network.data]
            yield f"{variable} = torch.tensor({array_text(rows)})"
    if network.test and any(name.startswith(TEST) for name in layers.recognised):
        for variable, entry in zip(("test_x", "test_target"), network.test, strict=True):
            yield f"{variable} = torch.tensor({array_text(array_of(entry))})"


def _functions(layers: Layers) -> Iterator[str]:
    network, names = layers.network, layers.activations
    row_called(network.loss, LOSSES)
    yield "def forward(x):"
    yield '    """The values of each layer, for examples in rows."""'
    for number, layer in enumerate(network.layers, start=1):
        bias = "" if layer.bias is None else f" + b{number}"
        yield f"    z{number} = {names[number - 1]} @ W{number}.T{bias}"
        yield f"    {names[number]} = {row_called(layer.activation, ACTIVATIONS).format(f'z{number}')}"
    yield f"    return {_as_dict(layers.outputs)}"
    yield from ("", "", "def losses_of(values, target):")
    yield '    """The loss of each example."""'
    yield f"    return {_losses(layers)}"
    yield from ("", "", "def run(x, target):")
    yield '    """Forward and backward for one example: all values, and the gradients of the loss."""'
    yield from (f"    {line}" for line in layers.no_gradients)
    yield "    values = forward(x.detach().requires_grad_())"
    yield "    for each in values.values():"
    yield "        each.retain_grad()"
    yield "    loss = losses_of(values, target).mean()"
    yield "    loss.backward()"
    yield f"    values |= {_as_dict(layers.parameters)}"
    yield "    gradients = {name: grad(each) for name, each in values.items()}"
    if is_fused(network):
        yield f"    # The loss is that of z{len(names) - 1}; this is the gradient of the activation after it."
        yield f'    {names[-1]} = values["{names[-1]}"].detach().requires_grad_()'
        yield f"    {network.loss}({names[-1]}, target).mean().backward()"
        yield f'    gradients["{names[-1]}"] = {names[-1]}.grad'
    yield '    return values | {"loss": loss, "target": target}, gradients'
    if layers.has_cost:
        yield from ("", "", *_cost(layers))
    if layers.recognised:
        yield from ("", "", "def answers_of(x):")
        yield '    """The class that the network finds in each example: the one with the largest output."""'
        yield f'    return forward(x)["{names[-1]}"].argmax(1)'


def _cost(layers: Layers) -> Iterator[str]:
    kind = layers.network.reduction
    yield "def cost_of(x, target):"
    yield f'    """The {kind} of the losses of the examples{", and the L2 penalty" if layers.l2 else ""}."""'
    yield f"    return losses_of(forward(x), target).{kind}(){layers.l2}"


def _losses(layers: Layers) -> str:
    network, names = layers.network, layers.activations
    if is_fused(network):
        return f'{network.loss}_of_logits(values["z{len(names) - 1}"], target)'
    return f'{network.loss}(values["{names[-1]}"], target)'


def _as_dict(variables: Sequence[str]) -> str:
    entries = ", ".join(f'"{each}": {each}' for each in variables)
    return f"{{{entries}}}"


def _checks(layers: Layers) -> Iterator[str]:
    network = layers.network
    yield "values, gradients = run(x, target)"
    for variable in layers.computed:
        yield from check_line(variable, f'values["{variable}"]', layers.array(variable, network.values))
    for variable in (*layers.outputs, *layers.parameters):
        numbers = layers.array(variable, network.gradients)
        yield from check_line(f"{GRADIENT}{variable}", f'gradients["{variable}"]', numbers)
