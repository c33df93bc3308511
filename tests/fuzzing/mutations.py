"""Mutations of a storyboard's bytes, of its text, and of its tree."""

import copy
import json
from random import Random
from typing import Any

import yaml

LONG = 3000

TOKENS = (
    *('"\\UFFFFFFFF"', '"\\U00110000"', '"\\ud83d\\ude00"', '"\\ud800"', '"\\0"', '"\\x07"', '"\\u202e"'),
    *(
        "{h:s}",
        "{h:10000000d}",
        "{h:.2000000000f}",
        "{h:z}",
        "{h:,}",
        "{=}",
        "{|}",
        "{a|}",
        "{run.loss[10000]}",
    ),
    *(
        "{run.loss[1000000000]}",
        "{run.w1[-1]}",
        "{next.next.h}",
        "{grad.grad.h}",
        "{count.W1}",
        "{{",
        "}}",
        "[[",
    ),
    *("]]", "[m]", "[m][m]", "{", "}", "[", "]", "{h", "[h", "{h[0]}", "{W1[0,0]}", "{h.__class__}", "{h!r}"),
    *(
        "e1",
        "0x_",
        "0b_",
        "0o_",
        "0x1F",
        "1_000",
        "1e999",
        "-1e999",
        "1:30",
        "010",
        ".inf",
        ".nan",
        "-0",
        "+",
        "−e1",
    ),
    *(
        "5/0",
        "0/0",
        "1/3",
        "1e-400",
        "99999999999999999999",
        "50%",
        "0,5",
        "~",
        "null",
        "yes",
        "no",
        "2026-11-20",
    ),
    *(
        "!x",
        "!!python/object:os.system",
        "&a",
        "*a",
        "<<: *a",
        "? a",
        ": ",
        "- ",
        "---",
        "...",
        "%YAML 1.1",
        "#",
    ),
    *(
        "\t",
        "\r",
        "\r\n",
        "\x85",
        "\u2028",
        "\ufeff",
        "\u200b",
        "\u00ad",
        "\u3164",
        "\u202e",
        "\u0301",
        "\U0001f600",
    ),
    *(
        "_",
        "__",
        "h_",
        "é",
        "日本",
        "עברית",
        "x" * LONG,
        "x " * LONG,
        "i" * 244,
        "1 " * 200,
        "'",
        '"',
        "\\",
        "|",
        ">",
    ),
    *("|+2", ">-", "`", "@", "%", "$", "<b>", "&amp;", "../../x", "/etc/passwd", "\x00", "\x7f", "\x1b[31m"),
)


class _Dumper(yaml.CSafeDumper):
    """Writes what occurs twice twice, as storyboards have no aliases."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


VALUES: tuple[Any, ...] = (
    *(
        None,
        True,
        False,
        0,
        1,
        -1,
        2,
        3,
        1000,
        10**6,
        10**9,
        10**30,
        0.0,
        0.5,
        -0.0,
        1e-300,
        1e300,
        3.5,
        -2.25,
    ),
    *(
        [],
        {},
        [[]],
        [None],
        {"": ""},
        [1, 2, 3],
        [[1, 2], [3, 4]],
        [[1], [2, 3]],
        {"x": 1},
        "",
        " ",
        "h",
        "w1",
    ),
    *(
        "y",
        "x",
        "loss",
        "grad.w1",
        "next.y",
        "run.loss[3]",
        "learning_rate",
        "target",
        "count.h",
        "relu",
        "softmax",
    ),
    *(
        "sigmoid",
        "huber",
        "adam",
        "sgd",
        "he",
        "categorical_cross_entropy",
        "5/6",
        "a b",
        "a. b. c.",
        "αβγ",
        "😀",
    ),
)


def mutated(random: Random, text: bytes, data: Any, others: list[Any]) -> bytes:
    """The storyboard with a few mutations of one kind; `others` are trees from which parts are taken."""
    kind = random.choice(("bytes", "text", "text", "tree", "tree", "tree"))
    if kind == "tree" and isinstance(data, (dict, list)):
        tree = copy.deepcopy(data)
        for _ in range(random.choice((1, 1, 2, 3, 6))):
            _change_tree(random, tree, others)
        return dumped(random, tree)
    if kind == "bytes":
        for _ in range(random.choice((1, 1, 2, 5, 20))):
            text = _changed_bytes(random, text)
        return text
    lines = text.decode(errors="replace").split("\n")
    for _ in range(random.choice((1, 1, 2, 4))):
        _change_lines(random, lines)
    return random.choice(("\n",) * 12 + ("\r\n", "\r")).join(lines).encode("utf-8", "surrogatepass")


def dumped(random: Random, tree: Any) -> bytes:
    """The tree as YAML in one style or another, or as JSON."""
    style = random.choice((None, True, False))
    width = random.choice((40, 100, 10**6))
    is_plain = random.random() < 0.7
    is_json = random.random() < 0.15
    try:
        if not is_json:
            text: str = yaml.dump(
                tree,
                Dumper=_Dumper,
                default_flow_style=style,
                width=width,
                allow_unicode=is_plain,
                sort_keys=False,
            )
            return text.encode()
    except UnicodeEncodeError:  # half of a character, which JSON can write
        pass
    return json.dumps(tree, ensure_ascii=not is_plain, default=str).encode("utf-8", "surrogatepass")


def _changed_bytes(random: Random, text: bytes) -> bytes:
    start = random.randrange(len(text) + 1)
    end = min(len(text), start + random.choice((0, 1, 1, 2, 8, 100)))
    match random.randrange(6):
        case 0:
            return text[:start] + bytes([random.randrange(256)]) + text[end:]
        case 1:
            return text[:start] + text[end:]
        case 2:
            return text[:end] + text[start:]
        case 3:
            return text[:start] + random.choice(TOKENS).encode() + text[end:]
        case 4:
            flipped = bytes(byte ^ (1 << random.randrange(8)) for byte in text[start:end])
            return text[:start] + flipped + text[end:]
    return text[:start]


def _change_lines(random: Random, lines: list[str]) -> None:
    at = random.randrange(len(lines))
    line = lines[at]
    match random.randrange(9):
        case 0:
            del lines[at]
            lines += [] if lines else [""]
        case 1:
            lines.insert(random.randrange(len(lines) + 1), line)
        case 2:
            other = random.randrange(len(lines))
            lines[at], lines[other] = lines[other], line
        case 3:
            lines[at] = " " * random.randrange(12) + line.lstrip()
        case 4:
            head, colon, _ = line.partition(": ")
            lines[at] = head + colon + random.choice(TOKENS)
        case 5:
            place = random.randrange(len(line) + 1)
            lines[at] = line[:place] + random.choice(TOKENS) + line[place:]
        case 6:
            words = line.split(" ")
            words[random.randrange(len(words))] = random.choice(TOKENS)
            lines[at] = " ".join(words)
        case 7:
            start = random.randrange(len(line) + 1)
            lines[at] = line[:start] + line[start + random.choice((1, 1, 3, 10)) :]
        case 8:
            many = [line] * random.choice((5, 50, 300))
            lines[at:at] = many


def _change_tree(random: Random, tree: Any, others: list[Any]) -> None:
    around, key = random.choice(list(_places(tree)) or [(tree, None)])
    if key is None:
        return
    value = around[key]
    match random.randrange(9):
        case 0:
            del around[key]
        case 1:
            around[key] = copy.deepcopy(random.choice(VALUES))
        case 2:
            around[key] = random.choice(TOKENS)
        case 3 if isinstance(around, dict):
            around[
                random.choice(("x", "name", "at", "_", "a b", "1", "W1", "loss", random.choice(TOKENS)))
            ] = around.pop(key)
        case 4 if isinstance(around, list):
            around[key:key] = [copy.deepcopy(value) for _ in range(random.choice((1, 2, 30)))]
        case 5:
            there, other = random.choice(list(_places(random.choice(others))) or [(around, key)])
            around[key] = copy.deepcopy(there[other])
        case 6:
            there, other = random.choice(list(_places(tree)))
            around[key], there[other] = copy.deepcopy(there[other]), copy.deepcopy(value)
        case 7 if isinstance(value, str):
            words = value.split(" ")
            words[random.randrange(len(words))] = random.choice(TOKENS)
            around[key] = " ".join(words)
        case _ if isinstance(value, (int, float)) and not isinstance(value, bool):
            around[key] = random.choice(
                (-value, value * 1000, value / 7, 0, value + 1, 10 ** random.randrange(12))
            )
        case _:
            around[key] = random.choice(([value], {"x": value}, [value, value], str(value)))


def _places(tree: Any) -> Any:
    """Every container with each of its keys or indices, all the way down."""
    if isinstance(tree, dict):
        for key, value in tree.items():
            yield tree, key
            yield from _places(value)
    elif isinstance(tree, list):
        for index, value in enumerate(tree):
            yield tree, index
            yield from _places(value)
