"""A voice file of a few bytes, written as Protocol Buffers by hand: its sound is its input."""


def echo_model() -> bytes:
    """An ONNX model that gives its `input` with noise of a thousandth; it has a voice's other inputs, too."""
    nodes = [
        _node("Cast", ["input"], "numbers", _text(1, "to") + _number(3, 1) + _number(20, 2)),
        _node("RandomNormalLike", ["numbers"], "noise"),
        _node("Mul", ["noise", "thousandth"], "little"),
        _node("Add", ["numbers", "little"], "output"),
    ]
    thousandth = _number(2, 1) + _text(8, "thousandth") + _field(9, b"\x6f\x12\x83\x3a")
    inputs = [_value("input", 7, 2), _value("input_lengths", 7, 1), _value("scales", 1, 1)]
    graph = b"".join(_field(1, node) for node in nodes) + _text(2, "echo") + _field(5, thousandth)
    graph += b"".join(_field(11, value) for value in inputs) + _field(12, _value("output", 1, 2))
    return _number(1, 8) + _field(7, graph) + _field(8, _number(2, 17))


def _node(kind: str, inputs: list[str], output: str, attribute: bytes = b"") -> bytes:
    named = b"".join(_text(1, name) for name in inputs) + _text(2, output) + _text(4, kind)
    return named + (_field(5, attribute) if attribute else b"")


def _value(name: str, kind: int, dimensions: int) -> bytes:
    shape = b"".join(_field(1, _text(2, f"{name}{number}")) for number in range(dimensions))
    return _text(1, name) + _field(2, _field(1, _number(1, kind) + _field(2, shape)))


def _text(number: int, text: str) -> bytes:
    return _field(number, text.encode())


def _field(number: int, body: bytes) -> bytes:
    return _varint(number << 3 | 2) + _varint(len(body)) + body


def _number(number: int, value: int) -> bytes:
    return _varint(number << 3) + _varint(value)


def _varint(value: int) -> bytes:
    low = value & 127
    return bytes([low]) if value < 128 else bytes([low | 128]) + _varint(value >> 7)
