"""Numbers from NumPy files beside a storyboard: what is read, and the exact message of what is not."""

import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from storyreel.core.errors import StoryboardError
from storyreel.core.limits import VARIABLE
from storyreel.engine.serialization import experiment_data, experiment_from
from storyreel.reader import load
from storyreel.storyboard.model import Storyboard

LESSON = """\
title: Arrays
networks:
  net:
    input: {{x: {x}}}
    layers:
      - {{name: h, weights: {weights}, bias: {bias}, activation: tanh}}
      - {{name: y, weights: [[1, -1, 2]]}}
    target: 0.5
    loss: half_squared_error{more}
chapters:
  - id: only
    title: Only
    scene: forward_pass
    beats: [say: "It is {{h[0]}}."]
"""
W = np.array([[0.5, -0.25], [1.0, 2.0], [-1.5, 0.125]])
X = np.array([0.25, 0.75], np.float32)
B = np.array([0.1, 0.2, 0.3])
FILE = "{{file: numbers.npz, array: {}}}".format


def read(
    folder: Path,
    x: str = FILE("pixels"),
    weights: str = FILE("W1"),
    bias: str = FILE("b1"),
    more: str = "",
    **arrays: object,
) -> Storyboard:
    """The lesson with its arrays, of which others replace those with the same names."""
    np.savez(folder / "numbers.npz", allow_pickle=True, **{"pixels": X, "W1": W, "b1": B, **arrays})  # type: ignore[arg-type]
    return loaded(folder, x, weights, bias, more)


def loaded(
    folder: Path, x: str = FILE("pixels"), weights: str = FILE("W1"), bias: str = FILE("b1"), more: str = ""
) -> Storyboard:
    path = folder / "lesson.yaml"
    path.write_text(LESSON.format(x=x, weights=weights, bias=bias, more=more), encoding="utf-8")
    return load(path)


def faults(folder: Path, make: Callable[[], object]) -> list[str]:
    """The messages with line and column."""
    with pytest.raises(StoryboardError) as error:
        make()
    return [f"{it.place.line}:{it.place.column}: {it.message}" for it in error.value.problems]


def test_weights_biases_and_inputs_are_those_of_the_file(tmp_path: Path) -> None:
    trace = read(tmp_path).networks["net"].trace
    hidden = [np.tanh(0.5 * 0.25 - 0.25 * 0.75 + 0.1), np.tanh(0.25 + 1.5 + 0.2)]
    assert [trace.number("h[0]"), trace.number("h[1]")] == pytest.approx(hidden)
    assert trace.number("W1[2,1]") == 0.125
    assert trace.number("x[1]") == 0.75


def test_columns_may_come_first_in_memory_and_numbers_may_be_whole(tmp_path: Path) -> None:
    network = read(tmp_path, W1=np.asfortranarray(W), b1=np.array([1, 2, 3], np.uint8)).networks["net"]
    assert network.trace.number("W1[1,0]") == 1.0
    assert network.trace.number("b1[2]") == 3.0


def test_a_single_number_is_the_bias_of_all_neurons(tmp_path: Path) -> None:
    assert read(tmp_path, b1=np.array(0.5)).networks["net"].trace.number("b1[1]") == 0.5


def test_the_data_may_be_arrays_with_a_row_for_each_example(tmp_path: Path) -> None:
    data = f"\n    data: {{x: {FILE('X')}, target: {FILE('T')}}}"
    experiment = read(tmp_path, more=data, X=np.arange(8).reshape(4, 2), T=np.arange(4)).networks["net"]
    assert experiment.data_rows == 4
    assert experiment.number("data[3].x[1]") == 7.0
    assert experiment.number("data[3].target") == 3.0
    assert experiment.test is None


def test_examples_to_test_with_are_read_as_the_data_are(tmp_path: Path) -> None:
    arrays = {"X": np.arange(8).reshape(4, 2), "T": np.arange(4)}
    from_file = read(tmp_path, more=f"\n    test: {{x: {FILE('X')}, target: {FILE('T')}}}", **arrays)
    listed = read(tmp_path, more="\n    test: [{x: [0, 1], target: 0}, {x: [2, 3], target: 1}]")
    for storyboard, count in ((from_file, 4), (listed, 2)):
        experiment = storyboard.networks["net"]
        assert experiment.data_rows == 0
        assert experiment.test is not None
        for given, array in zip(experiment.test, (arrays["X"], arrays["T"][:, None]), strict=True):
            assert given.tolist() == array[:count].tolist()
        again = experiment_from(experiment_data(experiment)).test
        assert again is not None
        assert [each.tolist() for each in again] == [each.tolist() for each in experiment.test]


@pytest.mark.parametrize(
    ("test", "message"),
    [
        ("[]", "10:11: `test` is empty"),
        ("[{x: [0, 1]}]", "10:12: test[0] needs `x` and `target`, and has `x`"),
        (
            "[{x: [0, 1, 2], target: 1}]",
            "10:16: `x` in test[0] needs 2 numbers, as the input has, but gets 3",
        ),
    ],
)
def test_examples_to_test_with_have_to_fit(test: str, message: str, tmp_path: Path) -> None:
    assert faults(tmp_path, lambda: read(tmp_path, more=f"\n    test: {test}")) == [message]


def test_compressed_files_are_read_and_the_storyboard_knows_their_content(tmp_path: Path) -> None:
    board = read(tmp_path)
    np.savez_compressed(tmp_path / "numbers.npz", pixels=X, W1=W, b1=B)
    other = loaded(tmp_path)
    assert other.networks["net"].trace.loss == board.networks["net"].trace.loss
    assert list(board.array_files) == list(other.array_files) == ["numbers.npz"]
    assert board.array_files != other.array_files


BAD: dict[str, tuple[dict[str, object], str]] = {
    "misspelt": (
        {"weights": FILE("W11")},
        "6:55: numbers.npz has no array `W11`; did you mean `W1`?",
    ),
    "unlike": ({"bias": FILE("q")}, "6:93: numbers.npz has no array `q`; there are `W1`, `b1` and `pixels`"),
    "no file": (
        {"weights": "{file: number.npz, array: W1}"},
        "6:35: there is no file `number.npz` beside the storyboard; did you mean `numbers.npz`?",
    ),
    "outside": (
        {"weights": "{file: ../numbers.npz, array: W1}"},
        "6:35: `../numbers.npz` leads out of the storyboard's folder; put the file beside it",
    ),
    "no name": ({"weights": "{file: numbers.npz}"}, "6:28: numbers from a file needs `array`"),
    "key": (
        {"weights": "{flie: numbers.npz, array: W1}"},
        "6:29: numbers from a file has no key `flie`; did you mean `file`?",
    ),
    "turned": (
        {"W1": W.T},
        "6:28: the layer `h` needs n × 2 weights, a row for each neuron, a column for each input, "
        "but gets 2 × 3; rows and columns are exchanged",
    ),
    "bias": (
        {"b1": B[:2]},
        "6:66: the layer `h` needs 3 biases, one for each neuron or one for all, but gets a list of 2",
    ),
    "axes": (
        {"pixels": np.ones((2, 2))},
        "4:43: the input `x` has at most one axis, and `pixels` in numbers.npz is 2 × 2",
    ),
    "nan": (
        {"W1": W * [[1, 1], [1, np.nan], [1, 1]]},
        "6:55: `W1` in numbers.npz must be finite; at [1, 1] it is nan",
    ),
    "text": (
        {"b1": np.array(["a", "b", "c"])},
        "6:93: `b1` in numbers.npz is not of numbers; its type is text",
    ),
    "objects": (
        {"W1": np.array([[0.5, None]])},
        "6:55: `W1` in numbers.npz is not of numbers; its type is Python objects",
    ),
    "truth": ({"b1": B > 0}, "6:93: `b1` in numbers.npz is not of numbers; its type is truth values"),
    "complex": ({"b1": B * 1j}, "6:93: `b1` in numbers.npz is not of numbers; its type is complex numbers"),
    "empty": ({"b1": B[:0]}, "6:93: `b1` in numbers.npz is empty"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_cannot_be_read_gets_one_line_with_its_place(name: str, tmp_path: Path) -> None:
    changes, message = BAD[name]
    assert faults(tmp_path, lambda: read(tmp_path, **changes)) == [message]  # type: ignore[arg-type]


def test_what_is_no_npz_is_told_how_to_write_one(tmp_path: Path) -> None:
    says = "numbers.npz is no NumPy file of arrays by name; write one with numpy.savez"
    np.save(tmp_path / "one.npy", W)
    for content in (b"", b"a,b\n1,2\n", (tmp_path / "one.npy").read_bytes()):
        (tmp_path / "numbers.npz").write_bytes(content)
        said = faults(tmp_path, lambda: loaded(tmp_path, bias="0"))
        assert said == [f"4:23: {says}", f"6:35: {says}"]


def test_a_damaged_file_is_a_fault_of_the_array(tmp_path: Path) -> None:
    np.savez_compressed(tmp_path / "numbers.npz", pixels=X, W1=np.random.default_rng(0).random((3, 2)), b1=B)
    path = tmp_path / "numbers.npz"
    data = bytearray(path.read_bytes())
    for place in range(0, len(data), 7):
        path.write_bytes(bytes(data[:place]) + bytes([data[place] ^ 255]) + bytes(data[place + 1 :]))
        try:
            loaded(tmp_path)
        except StoryboardError as error:
            assert all("numbers.npz" in it.message for it in error.problems)


def test_an_array_that_claims_to_be_huge_is_not_read(tmp_path: Path) -> None:
    header = "{'descr': '<f8', 'fortran_order': False, 'shape': (1000000000000, 2), }".ljust(117) + "\n"
    entry = b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header.encode()
    with zipfile.ZipFile(tmp_path / "numbers.npz", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("W1.npy", entry + bytes(10**6))
    said = faults(tmp_path, lambda: loaded(tmp_path, x="[1, 2]", bias="0"))
    assert said == [
        "6:55: `W1` in numbers.npz has 16,000,000,000,000 bytes; a file or an array has at most 10,000,000 "
        "(limit `array_bytes`)"
    ]


def test_a_file_may_reach_its_limit_and_is_told_beyond_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read(tmp_path)
    size = (tmp_path / "numbers.npz").stat().st_size
    monkeypatch.setenv(VARIABLE, f"array_bytes={size}")
    loaded(tmp_path)
    monkeypatch.setenv(VARIABLE, f"array_bytes={size - 1}")
    said = faults(tmp_path, lambda: loaded(tmp_path))
    assert all(re.search(rf"numbers.npz has {size:,} bytes; .* at most {size - 1:,}", it) for it in said)


def test_inputs_of_a_file_are_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "inputs=1")
    said = faults(tmp_path, lambda: read(tmp_path))
    assert said == ["4:5: a network has at most 1 inputs, not 2 (limit `inputs`)"]


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        (
            {"X": np.ones((4, 3)), "T": np.ones(4)},
            "10:15: `x` of `data` needs 2 numbers in each row, but gets 3",
        ),
        (
            {"X": np.ones((4, 2)), "T": np.ones(3)},
            "10:54: `target` of `data` needs 4 rows, as the others have, but gets 3",
        ),
    ],
)
def test_arrays_of_data_have_to_fit(arrays: dict[str, object], message: str, tmp_path: Path) -> None:
    data = f"\n    data: {{x: {FILE('X')}, target: {FILE('T')}}}"
    assert faults(tmp_path, lambda: read(tmp_path, more=data, **arrays)) == [message]  # type: ignore[arg-type]
