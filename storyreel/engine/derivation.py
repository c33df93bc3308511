"""The formula behind each number of a trace, forward and backward, in terms of other numbers' names."""

from collections.abc import Iterable

from storyreel.core.arrays import Array
from storyreel.engine.graph.passes import Forward
from storyreel.engine.names import Address
from storyreel.engine.network import Network
from storyreel.engine.operation import GIVEN, GRADIENT, Operation, OperationKind


class Formulas:
    """The operations behind the forward pass `forward` of one example, with targets of shape (1, outputs).

    The values only decide which piece of a piecewise function a formula shows.
    """

    def __init__(self, network: Network, forward: Forward, targets: Array) -> None:
        self._network = network
        self._names = network.names
        self._pre_activations = forward.pre_activations
        self._outcome = forward.prediction[0], targets[0]

    def operation(self, address: Address) -> Operation:
        """The operation of the forward pass that gives the value at `address`."""
        match address.kind, address.layer or 0, address.index:
            case "loss", _, _:
                return self._of_outcome("loss", self._loss_formula())
            case ("pre_activation", layer, (k,)):
                return self._weighted_sum(layer, k)
            case ("activation", layer, (k,)) if self._is_identity(layer):
                return self._weighted_sum(layer, k)
            case ("activation", layer, (k,)):
                formula = self._network.layers[layer - 1].activation.formula(k, self._z(layer))
                z = _slots(self._names.pre_activations[layer])
                return Operation.of("activation", formula.format(z=z))
            case _:
                return GIVEN

    def gradient_operation(self, address: Address) -> Operation:
        """The operation of the backward pass that gives ∂L/∂ of the value at `address`."""
        last = len(self._network.layers)
        match address.kind, address.layer or 0, address.index:
            case ("weight", layer, (k, j)):
                source = self._names.activations[layer - 1][j]
                return Operation.of("product", f"{{{self._delta(layer, k)}}} times {{{source}}}")
            case ("bias", layer, (k,)):
                return Operation.of("copy", f"{{{self._delta(layer, k)}}}")
            case ("pre_activation", layer, (k,)):
                return self._through_activation(layer, k)
            case ("activation", layer, (k,)) if layer == last:
                return self._of_outcome("derivative", self._network.loss.gradient_formula(k, *self._outcome))
            case ("activation" | "input", layer, (k,)):
                return self._from_next_layer(layer + 1, k)
            case _:
                return GIVEN

    def _loss_formula(self) -> str:
        fusion = self._network.fusion
        if fusion and fusion.formula and fusion.is_needed(self._outcome[0]):
            return fusion.formula(*self._outcome)
        return self._network.loss.formula(*self._outcome)

    def _weighted_sum(self, layer: int, k: int) -> Operation:
        pairs = zip(self._names.weights[layer][k], self._names.activations[layer - 1], strict=True)
        terms = [f"{{{weight}}} times {{{source}}}" for weight, source in pairs]
        terms += _slots(self._names.biases[layer][k : k + 1])
        return Operation.of("weighted_sum", " + ".join(terms))

    def _through_activation(self, layer: int, k: int) -> Operation:
        """∂L/∂z from ∂L/∂a and the derivative of the activation, or by the fused formula if there is one."""
        fusion = self._network.fusion
        if fusion and layer == len(self._network.layers):
            return self._of_outcome("derivative", fusion.gradient_formula(k, *self._outcome))
        if self._is_identity(layer):
            return Operation.of("copy", f"{{{self._delta(layer, k)}}}")
        formula = self._network.layers[layer - 1].activation.gradient_formula(k, self._z(layer))
        activations = self._names.activations[layer]
        return Operation.of(
            "derivative",
            formula.format(
                upstream=_slots(GRADIENT + name for name in activations),
                z=_slots(self._names.pre_activations[layer]),
                a=_slots(activations),
            ),
        )

    def _from_next_layer(self, following: int, k: int) -> Operation:
        """∂L/∂a from all neurons of the next layer: the sum of ∂L/∂z times the weight."""
        rows = enumerate(self._names.weights[following])
        terms = [f"{{{self._delta(following, n)}}} times {{{row[k]}}}" for n, row in rows]
        return Operation.of("product" if len(terms) == 1 else "weighted_sum", " + ".join(terms))

    def _of_outcome(self, kind: OperationKind, formula: str) -> Operation:
        y, t = _slots(self._names.activations[-1]), _slots(self._names.targets)
        return Operation.of(kind, formula.format(y=y, t=t, z=_slots(self._names.pre_activations[-1])))

    def _delta(self, layer: int, k: int) -> str:
        """The name of ∂L/∂z of a neuron. If its activation is the identity, that of ∂L/∂a, which is equal."""
        table = self._names.activations if self._is_identity(layer) else self._names.pre_activations
        return GRADIENT + table[layer][k]

    def _is_identity(self, layer: int) -> bool:
        return self._network.layers[layer - 1].activation.name == "identity"

    def _z(self, layer: int) -> Array:
        z: Array = self._pre_activations[layer - 1][0]
        return z


def _slots(names: Iterable[str]) -> list[str]:
    return [f"{{{name}}}" for name in names]
