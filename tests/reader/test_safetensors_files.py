"""Numbers from safetensors files beside a storyboard: what is read, and the exact message of what is not."""

import json
import shutil
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from storyreel.core.errors import StoryboardError
from storyreel.core.limits import VARIABLE
from storyreel.reader import load
from storyreel.storyboard.model import Storyboard

LESSON = """\
title: Trained elsewhere
networks:
  net:
    input: {{x: [0.25, 0.75]}}
    layers:
      - {{name: h, weights: {weights}, bias: {bias}, activation: tanh}}
      - {{name: y, weights: [[1, -1, 2]]}}
    target: 0.5
    loss: half_squared_error
chapters:
  - id: only
    title: Only
    scene: forward_pass
    beats: [say: "It is {{h[0]}}."]
"""
TORCH = Path(__file__).with_name("linear.safetensors")
"""Written by PyTorch: `nn.Linear(2, 3)` as `fc1`, and its bias in other types."""
W = np.array([[0.5, -0.25], [1.0, 2.0], [-1.5, 0.125]])
B = np.array([0.5, -0.25, 2.0])


def array(name: str, file: str = "model.safetensors") -> str:
    """How a storyboard names an array."""
    return f"{{file: {file}, array: {name}}}"


def loaded(folder: Path, weights: str = array("fc1.weight"), bias: str = array("fc1.bias")) -> Storyboard:
    """The lesson with arrays of a file that is already in the folder."""
    path = folder / "lesson.yaml"
    path.write_text(LESSON.format(weights=weights, bias=bias), encoding="utf-8")
    return load(path)


def read(folder: Path, weights: str = array("fc1.weight"), **arrays: np.ndarray) -> Storyboard:
    """The lesson with its arrays, of which others replace those with the same names."""
    stored = {"fc1.weight": W, "fc1.bias": B, **arrays}
    save_file(
        {name: np.ascontiguousarray(each) for name, each in stored.items()}, folder / "model.safetensors"
    )
    return loaded(folder, weights)


def faults(folder: Path, **written: str) -> list[str]:
    """The messages with line and column."""
    with pytest.raises(StoryboardError) as error:
        loaded(folder, **written)
    return [f"{it.place.line}:{it.place.column}: {it.message}" for it in error.value.problems]


def written(folder: Path, header: object, content: bytes = b"") -> None:
    """A file of any content: its header as JSON, then numbers."""
    text = json.dumps(header).encode()
    (folder / "model.safetensors").write_bytes(len(text).to_bytes(8, "little") + text + content)


@pytest.mark.parametrize("bias", ["fc1.bias", "half", "brain", "double", "whole"])
def test_what_pytorch_wrote_is_read_as_it_is(bias: str, tmp_path: Path) -> None:
    shutil.copy(TORCH, tmp_path / "model.safetensors")
    board = loaded(tmp_path, bias=array(bias))
    layer = board.networks["net"].network.layers[0]
    assert np.array_equal(layer.weights, W)
    assert layer.bias is not None
    assert np.array_equal(layer.bias, B if bias != "whole" else [1, -2, 3])
    hidden = np.tanh(W @ [0.25, 0.75] + layer.bias)
    assert board.networks["net"].trace.number("h[1]") == pytest.approx(hidden[1])
    assert list(board.array_files) == ["model.safetensors"]


def test_bfloat16_is_the_upper_half_of_float32(tmp_path: Path) -> None:
    header = {"fc1.bias": {"dtype": "BF16", "shape": [3], "data_offsets": [0, 6]}}
    written(tmp_path, header, bytes.fromhex("803f 4040 c8c2".replace(" ", "")))
    network = loaded(tmp_path, weights=str(W.tolist())).networks["net"].network
    assert network.layers[0].bias is not None
    assert network.layers[0].bias.tolist() == [1.0, 3.0, -100.0]


BAD: Mapping[str, tuple[dict[str, np.ndarray], str]] = {
    "turned": (
        {"fc1.weight": W.T},
        "6:28: the layer `h` needs n × 2 weights, a row for each neuron, a column for each input, "
        "but gets 2 × 3; rows and columns are exchanged",
    ),
    "nan": (
        {"fc1.weight": W * [[1, 1], [1, np.nan], [1, 1]]},
        "6:61: `fc1.weight` in model.safetensors must be finite; at [1, 1] it is nan",
    ),
    "axes": (
        {"fc1.bias": np.ones((3, 1, 1))},
        "6:113: `bias` has at most one axis, and `fc1.bias` in model.safetensors is 3 × 1 × 1",
    ),
    "truth": (
        {"fc1.bias": B > 0},
        "6:113: `fc1.bias` in model.safetensors is not of numbers that are read here; "
        "its type is truth values",
    ),
    "empty": ({"fc1.bias": B[:0]}, "6:113: `fc1.bias` in model.safetensors is empty"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_cannot_be_read_gets_one_line_with_its_place(name: str, tmp_path: Path) -> None:
    arrays, message = BAD[name]
    with pytest.raises(StoryboardError) as error:
        read(tmp_path, **arrays)
    assert [f"{it.place.line}:{it.place.column}: {it.message}" for it in error.value.problems] == [message]


def test_names_and_files_that_there_are_not_get_a_suggestion(tmp_path: Path) -> None:
    read(tmp_path)
    assert faults(tmp_path, weights=array("fc1.wieght")) == [
        "6:61: model.safetensors has no array `fc1.wieght`; did you mean `fc1.weight`?"
    ]
    assert faults(tmp_path, weights=array("fc1.weight", "model.safetensor")) == [
        "6:35: there is no file `model.safetensor` beside the storyboard; did you mean `model.safetensors`?"
    ]


@pytest.mark.parametrize("name", ["model.pt", "model.pth", "weights.pkl", "pytorch_model.bin"])
def test_pickles_are_never_read(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(b"\x80\x04cos\nsystem\n(S'exit 1'\ntR.")
    assert faults(tmp_path, weights=array("fc1.weight", name), bias="0") == [
        f"6:35: {name} is not read, as a file of this kind can run code of its own; write the arrays with "
        "safetensors.torch.save_file or numpy.savez"
    ]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "header too small"),
        ((10**12).to_bytes(8, "little") + b"{}", "header too large"),
        ((10**6).to_bytes(8, "little") + b"{}", "invalid header length"),
        ((4).to_bytes(8, "little") + b"\xff\xfe{}", "invalid UTF-8 in header"),
    ],
)
def test_what_is_no_safetensors_file_says_so(content: bytes, reason: str, tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_bytes(content)
    (said,) = faults(tmp_path, bias="0")
    assert said.startswith(f"6:35: model.safetensors is no whole safetensors file: {reason}")


@pytest.mark.parametrize(
    ("dtype", "shape", "offsets", "content"),
    [
        ("F32", [10**6, 10**6], [0, 4], b"abcd"),
        ("F32", [1], [0, 10**12], b"abcd"),
        ("F32", [2**40, 2**40, 2**40], [0, 4], b"abcd"),
        ("PICKLE", [1], [0, 4], b"abcd"),
    ],
)
def test_a_header_that_promises_too_much_is_refused(
    dtype: str, shape: list[int], offsets: list[int], content: bytes, tmp_path: Path
) -> None:
    written(tmp_path, {"fc1.weight": {"dtype": dtype, "shape": shape, "data_offsets": offsets}}, content)
    (said,) = faults(tmp_path, bias="0")
    assert said.startswith("6:35: model.safetensors is no whole safetensors file: ")


def test_types_of_eight_bits_are_told(tmp_path: Path) -> None:
    written(tmp_path, {"fc1.weight": {"dtype": "F8_E4M3", "shape": [2], "data_offsets": [0, 2]}}, b"ab")
    says = "`fc1.weight` in model.safetensors is not of numbers that are read here; its type is F8_E4M3"
    assert faults(tmp_path, bias="0") == [f"6:61: {says}"]


def test_a_damaged_file_is_told_or_read_never_a_traceback(tmp_path: Path) -> None:
    read(tmp_path)
    path = tmp_path / "model.safetensors"
    data = path.read_bytes()
    for place in range(len(data)):
        path.write_bytes(data[:place] + bytes([data[place] ^ 255]) + data[place + 1 :])
        try:
            loaded(tmp_path)
        except StoryboardError as error:
            assert all("model.safetensors" in it.message or "layer" in it.message for it in error.problems)


def test_a_file_beyond_its_limit_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read(tmp_path)
    size = (tmp_path / "model.safetensors").stat().st_size
    monkeypatch.setenv(VARIABLE, f"array_bytes={size - 1}")
    said = faults(tmp_path, bias="0")
    assert said == [
        f"6:35: model.safetensors has {size} bytes; a file or an array has at most {size - 1} "
        "(limit `array_bytes`)"
    ]
