"""Operations on whole vectors, matrices and images."""

import math
from operator import matmul

import numpy as np

from storyreel.core.arrays import Array
from storyreel.engine.graph.primitive import Apart, Primitive, Shape, no_slopes, shape_text


def _one_number(shape: Shape) -> Shape:
    return ()


def _dot_shape(x: Shape, y: Shape) -> Shape:
    if len(x) != 1 or x != y:
        remedy = "; did you mean `@`?" if len(x) == 2 or len(y) == 2 else ""
        raise ValueError(f"it needs two vectors of one size, not {shape_text(x)} and {shape_text(y)}{remedy}")
    return ()


def _matmul_shape(left: Shape, right: Shape) -> Shape:
    if not (left and right):
        raise ValueError("a number has no matrix product; did you mean `*`?")
    if max(len(left), len(right)) > 2:
        raise ValueError("it needs matrices and vectors, with two indices at most")
    if left[-1] != right[0]:
        fits = len(right) == 2 and left[-1] == right[1]
        remedy = "; did you mean `@ transpose(…)`?" if fits else ""
        raise ValueError(f"{shape_text(left)} and {shape_text(right)} do not fit together{remedy}")
    return (*left[:-1], *right[1:])


def _by_left(upstream: Array, value: Array, left: Array, right: Array) -> Array:
    if left.ndim == right.ndim == 2:
        return upstream @ right.T
    columns = right[:, np.newaxis] if right.ndim == 1 else right  # a vector is a column on the right
    return (upstream.reshape(-1, columns.shape[1]) @ columns.T).reshape(left.shape)


def _by_right(upstream: Array, value: Array, left: Array, right: Array) -> Array:
    if left.ndim == right.ndim == 2:
        return left.T @ upstream
    rows = np.atleast_2d(left)  # a vector is a row on the left
    return (rows.T @ upstream.reshape(len(rows), -1)).reshape(right.shape)


def _transpose_shape(matrix: Shape) -> Shape:
    if len(matrix) != 2:
        raise ValueError(f"it needs a matrix, not {shape_text(matrix)}")
    return matrix[::-1]


def _concat_shape(*shapes: Shape) -> Shape:
    parts = [shape or (1,) for shape in shapes]
    if len({part[1:] for part in parts}) > 1:
        raise ValueError(f"{' and '.join(map(shape_text, shapes))} differ in more than their first size")
    return (sum(part[0] for part in parts), *parts[0][1:])


def _concat_vjp(upstream: Array, value: Array, *inputs: Array) -> list[Array]:
    ends = np.cumsum([len(each) if each.ndim else 1 for each in inputs])
    parts = np.split(upstream, ends[:-1])
    return [part.reshape(each.shape) for part, each in zip(parts, inputs, strict=True)]


def _conv2d_shape(image: Shape, kernel: Shape) -> Shape:
    if (len(image), len(kernel)) not in ((2, 2), (3, 4)):
        raise ValueError(
            "an image and a kernel are rows×columns, or channels×rows×columns and"
            f" outputs×channels×rows×columns; these are {shape_text(image)} and {shape_text(kernel)}"
        )
    if len(image) == 3 and image[0] != kernel[1]:
        raise ValueError(f"the image has {image[0]} channels, the kernel {kernel[1]}")
    rows, columns = (whole - part + 1 for whole, part in zip(image[-2:], kernel[-2:], strict=True))
    if rows < 1 or columns < 1:
        raise ValueError(
            f"the kernel, {shape_text(kernel[-2:])}, is larger than the image, {shape_text(image[-2:])}"
        )
    return (*kernel[:-3], rows, columns)


def _conv2d(image: Array, kernel: Array) -> Array:
    """The products of the kernel with each part of the image that it covers, as in PyTorch's `conv2d`."""
    value = np.zeros(_conv2d_shape(image.shape, kernel.shape))
    for i, j in np.ndindex(kernel.shape[-2:]):
        value += _channels(kernel[..., i, j], _part(image, i, j, value))
    return value


def _conv2d_vjp(upstream: Array, value: Array, image: Array, kernel: Array) -> tuple[Array, Array]:
    by_image, by_kernel = np.zeros_like(image), np.zeros_like(kernel)
    for i, j in np.ndindex(kernel.shape[-2:]):
        part, covered = _part(image, i, j, value), _part(by_image, i, j, value)
        covered += _channels(kernel[..., i, j].T, upstream)
        by_kernel[..., i, j] = np.tensordot(upstream, part, axes=([-2, -1], [-2, -1]))
    return by_image, by_kernel


def _part(image: Array, i: int, j: int, value: Array) -> Array:
    """What the kernel's element i, j is multiplied by for each element of the value; a view."""
    rows, columns = value.shape[-2:]
    return image[..., i : i + rows, j : j + columns]


def _channels(weights: Array, image: Array) -> Array:
    """The image times a number, or its channels times a matrix (outputs, channels)."""
    mixed: Array = weights * image if weights.ndim == 0 else np.tensordot(weights, image, axes=1)
    return mixed


MATRICES = (
    Primitive(
        "sum",
        (1, 1),
        shape=_one_number,
        forward=np.sum,
        vjp=lambda upstream, value, x: (np.full_like(x, upstream),),
        formula=lambda x: "sum {0}" if np.ndim(x) else "{0}",
        slopes=lambda x: () if np.ndim(x) else ("1",),
    ),
    Primitive(
        "mean",
        (1, 1),
        shape=_one_number,
        forward=lambda x: np.add.reduce(x, axis=None) / x.size,  # quicker than np.mean
        vjp=lambda upstream, value, x: (np.full_like(x, upstream / x.size),),
        formula=lambda x: f"1/{np.size(x)} sum {{0}}" if np.ndim(x) else "{0}",
        slopes=lambda x: () if np.ndim(x) else ("1",),
    ),
    Primitive(
        "dot",
        (2, 2),
        shape=_dot_shape,
        forward=np.dot,
        vjp=lambda upstream, value, x, y: (upstream * y, upstream * x),
        formula=lambda x, y: "{0} dot {1}",
        slopes=no_slopes,
    ),
    Primitive(
        "matmul",
        (2, 2),
        shape=_matmul_shape,
        forward=matmul,
        vjp=Apart((_by_left, _by_right)),
        formula=lambda left, right: "{0} {1}",
        slopes=no_slopes,
        terms=lambda left, right: left[-1],
    ),
    Primitive(
        "transpose",
        (1, 1),
        shape=_transpose_shape,
        forward=lambda matrix: matrix.swapaxes(-1, -2),
        vjp=lambda upstream, value, matrix: (upstream.T,),
        formula=lambda matrix: "{0}^top",
        slopes=no_slopes,
    ),
    Primitive(
        "flatten",
        (1, 1),
        shape=lambda shape: (int(np.prod(shape)),),
        forward=np.ravel,
        vjp=lambda upstream, value, x: (np.reshape(upstream, np.shape(x)),),
        formula=lambda x: 'op("flatten")({0})',
        slopes=no_slopes,
    ),
    Primitive(
        "concat",
        (1, None),
        shape=_concat_shape,
        forward=lambda *inputs: np.concatenate([np.atleast_1d(each) for each in inputs]),
        vjp=_concat_vjp,
        formula=lambda *inputs: f"({', '.join(f'{{{n}}}' for n in range(len(inputs)))})",
        slopes=no_slopes,
    ),
    Primitive(
        "conv2d",
        (2, 2),
        shape=_conv2d_shape,
        forward=_conv2d,
        vjp=_conv2d_vjp,
        formula=lambda image, kernel: "{0} ast {1}",
        slopes=no_slopes,
        terms=lambda image, kernel: math.prod(kernel[-3:]),
    ),
)
