"""The formula of a network with one input, one output and a layer between them: a sum of its gates."""

from storyreel.engine.trace import Trace
from storyreel.graphics.layout import Area
from storyreel.graphics.text.slot_list import SlotList
from storyreel.graphics.text.symbol import symbol
from storyreel.graphics.text.typeset import Typeset


def response_formula(trace: Trace, area: Area, least: float) -> Typeset:
    """Such as y = 0.8 tanh(10 x − 1.5) − 0.8 tanh(10 x − 4.5), in an area, on one line or with one for each
    neuron, whichever is larger. `least` is the smallest factor by which it is scaled down.

    The network has no activation function at its output; biases of 0 are left out.
    """
    formulas = [_formula(trace, is_stacked) for is_stacked in (False, True)]
    return area.place(max(formulas, key=area.scale_of), least=least)


def _formula(trace: Trace, is_stacked: bool) -> Typeset:
    slots, names = SlotList(), trace.network.names
    before, after = names.activations[0][0], names.activations[-1][0]
    function = trace.network.layers[0].activation.name.replace("_", " ")
    x = slots.add("input", symbol(before), "input")
    lines, plain = list[str](), list[str]()
    for neuron in range(len(names.activations[1])):
        (inside,), outside = names.weights[1][neuron], names.weights[2][0][neuron]
        sign, factor = _signed(trace, outside)
        inner = f"{slots.add(f'inside:{inside}', trace.text(inside), 'weight')} {x}"
        inner_plain = f"{trace.text(inside)} {before}"
        if names.biases[1]:
            inner, inner_plain = _with_bias(trace, slots, names.biases[1][neuron], inner, inner_plain)
        term = f'{slots.add(f"outside:{outside}", factor, "weight")} thin op("{function}")({inner})'
        lines.append(f"{sign} {term}" if neuron or sign == "-" else term)
        plain.append(f"{sign} {factor} {function}({inner_plain})")
    if names.biases[2] and trace.number(names.biases[2][0]):
        sign, number = _signed(trace, names.biases[2][0])
        lines.append(f"{sign} {slots.add('bias', number, 'bias')}")
        plain.append(f"{sign} {number}")
    output = slots.add("output", symbol(after), "activation")
    joint = " \\ & " if is_stacked else " "
    source = f"{output} {'&' if is_stacked else ''}= {joint.join(lines)}"
    return slots.typeset(source, f"{after} = {' '.join(plain)}")


def _with_bias(trace: Trace, slots: SlotList, bias: str, inner: str, plain: str) -> tuple[str, str]:
    """What is inside a gate, in Typst maths and plain, with the bias of its neuron, unless that is 0."""
    if not trace.number(bias):
        return inner, plain
    sign, number = _signed(trace, bias)
    return f"{inner} {sign} {slots.add(f'bias:{bias}', number, 'bias')}", f"{plain} {sign} {number}"


def _signed(trace: Trace, name: str) -> tuple[str, str]:
    """The sign of a number, + or -, and its text without it."""
    number = trace.number(name)
    return "-" if number < 0 else "+", trace.notation.text(name, abs(number))
