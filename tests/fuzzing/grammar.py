"""Storyboards that follow the format: random networks, scenes and cues, most of them valid."""

import copy
import json
from functools import lru_cache
from random import Random
from typing import Any

from helpers.random_graphs import random_graph

from storyreel.engine.activations import ACTIVATIONS
from storyreel.engine.losses import LOSSES
from storyreel.engine.optimizers import OPTIMIZERS
from storyreel.reader import load
from storyreel.speech.sounds.effects import EFFECTS
from storyreel.speech.sounds.music import MUSIC
from storyreel.storyboard.cue import NUMBER_KINDS
from storyreel.storyboard.vocabulary import RESERVED, SOUND, CueType, Parameter, SceneType, scene_types

WORDS = (
    *(
        "the",
        "network",
        "weight",
        "falls",
        "and",
        "so",
        "it",
        "goes",
        "by",
        "—",
        "-",
        "…",
        "&",
        "<b>",
        "%",
        "/",
    ),
    *(
        "∂L/∂w",
        "x²",
        "½",
        "{∂L|d L}",
        "{=1986}",
        "{{",
        "]]",
        "“quote”",
        "don't",
        "naïve",
        "日本",
        "😀",
        "עברית",
    ),
    *("a,", "b.", "c?", "d!", "e:", "(f)", "g;", "tanh(z)", "ReLU", "η", "e⁻ᵀ"),
)
NUMBERS = (0.0, 1.0, -1.0, 2.0, 3.0, 0.5, -0.25, 0.1, 0.001, 1000000, 123456.789, -7.0, 1000000000000)
EXTREMES = (1e-300, 5e-324, 1e-12, 1e9, -1e15, 1e300, -1.7e308, 0.1 + 0.2, 1 / 3)
STRANGE_NAMES = (
    "_",
    "loss",
    "grad",
    "next",
    "x",
    "b1",
    "run",
    "e",
    "pi",
    "h.h",
    "h[0]",
    "W1",
    "a" * 64,
    "ﬁ",
    "ß",
)
MATHS = (
    *(
        "h",
        "w_1",
        "x",
        "L",
        "=",
        "approx",
        "times",
        "+",
        "-",
        "^",
        "_",
        "(",
        ")",
        "/",
        "{=2}",
        "\\",
        "&",
        "'",
    ),
    *(
        "partial",
        "(partial L)/(partial w_1)",
        "frac({=1}, h)",
        "sqrt(",
        "hat(y)",
        "sum_(i)",
        "mat(h; x)",
        ",",
    ),
    *(
        "alpha",
        "alpha.foo",
        "sigma(z)",
        '"loss"',
        '"',
        "#",
        "$",
        "{{",
        "}}",
        "//",
        "[",
        "]",
        "w1",
        "3",
        "foo",
    ),
    *(
        "std.read",
        '#read("/etc/passwd")',
        "arrow.r",
        "cases(h, x)",
        "√",
        "…",
        "é",
        "√(",
        ";",
        ":",
        "delim: h",
    ),
)
"""Pieces of formulas in Typst's mathematics, and what is no mathematics."""
SPECS = ("", "", "", ":.3f", ":.0f", ":+.2f", ":,", ":e", ":%", ":g")
TRAINED = {"mean_squared_error", "half_squared_error", "huber", "mean_absolute_error"}


def storyboard(random: Random) -> dict[str, Any]:
    """A storyboard as data."""
    names = random.choice((["net"], ["net"], ["net"], ["one", "two"], []))
    networks = {name: _graph(random) if random.random() < 0.25 else _network(random) for name in names}
    scenes = list(scene_types().values())
    count = random.choice((1, 1, 1, 2))
    chapters = [_chapter(random, f"c{i}", random.choice(scenes), networks) for i in range(count)]
    board: dict[str, Any] = {"title": _text(random, networks, names[0] if len(names) == 1 else None)}
    if networks:
        board["networks"] = networks
    board["chapters"] = chapters
    if random.random() < 0.2:
        board["language"] = random.choice(("en", "de", "pt-br", "zh", "xx"))
    if random.random() < 0.1:
        board["music"] = random.choice(list(MUSIC))
    if random.random() < 0.2:
        board["lexicon"] = {random.choice(WORDS).strip("{}|"): "some word", "ReLU": "re loo"}
    if random.random() < 0.3 and len(names) == 1:
        board["questions"] = [_question(random, networks, names[0]) for _ in range(random.choice((1, 3)))]
    return board


PARTS_OF_FORMULAS = (
    *(
        "-",
        " + ",
        " @ ",
        "^",
        "^-",
        " / 0 + ",
        "(",
        ")",
        "[0]",
        "[0,1]",
        ", ",
        "2 * ",
        "1e308 * ",
        ".",
        "²",
        "=",
        "x",
    ),
    *(
        "tanh(",
        "log(-",
        "sum(",
        "max(",
        "concat(",
        "conv2d(",
        "softmax(",
        "flatten(",
        "-" * 40,
        "(" * 40,
        "^9" * 20,
    ),
)


def _number(random: Random) -> float:
    if random.random() < 0.03:
        return random.choice(EXTREMES)
    return random.choice(NUMBERS) if random.random() < 0.3 else round(random.gauss(0, 2), random.randrange(4))


def varied(random: Random, board: dict[str, Any]) -> dict[str, Any]:
    """A storyboard like `board` with other numbers in its networks, other parameters and another order."""
    board = copy.deepcopy(board)
    networks: dict[str, Any] = board.get("networks", {})
    for network in networks.values():
        if random.random() < 0.5:
            _vary_network(random, network)
    for chapter in board["chapters"]:
        scene = scene_types()[chapter["scene"]]
        names = networks, chapter.get("network") or next(iter(networks), None)
        beats = chapter["beats"]
        match random.randrange(8):
            case 0 if len(beats) > 1:
                del beats[random.randrange(len(beats))]
            case 1:
                random.shuffle(beats)
            case 2:
                beats.append(copy.deepcopy(random.choice(beats)))
        for beat in beats:
            cues = beat.get("do", [])
            match random.randrange(12):
                case 0 if len(cues) > 1:
                    del cues[random.randrange(len(cues))]
                case 1:
                    random.shuffle(cues)
                case 2 if cues:
                    cues.append(copy.deepcopy(random.choice(cues)))
                case 3 if cues:
                    cues.insert(
                        random.randrange(len(cues) + 1),
                        cue_of(random, random.choice(list(scene.cues.values())), [], *names),
                    )
            beat |= {"do": [_varied_cue(random, scene, cue, *names) for cue in cues]} if cues else {}
    return board


def _vary_graph(random: Random, network: dict[str, Any]) -> None:
    if random.random() < 0.3:
        network["input"] = _renumbered(random, network["input"])
    for name, formula in network["graph"].items():
        if random.random() < 0.3:
            place = random.randrange(len(formula) + 1)
            network["graph"][name] = formula[:place] + random.choice(PARTS_OF_FORMULAS) + formula[place:]


def _vary_network(random: Random, network: dict[str, Any]) -> None:
    if "graph" in network:
        _vary_graph(random, network)
        return
    for layer in network["layers"]:
        if random.random() < 0.3:
            layer["activation"] = random.choice(list(ACTIVATIONS))
        if random.random() < 0.3:
            layer["weights" if "weights" in layer else "bias"] = _renumbered(random, layer.get("weights", 0))
    match random.randrange(6):
        case 0:
            network["input"] = _renumbered(random, network["input"])
        case 1:
            network["target"] = _renumbered(random, network["target"])
        case 2:
            network["loss"] = random.choice(list(LOSSES))
        case 3:
            network["learning_rate"] = random.choice((0.000001, 0.1, 1, 1000))
        case 4:
            network["optimizer"] = random.choice(list(OPTIMIZERS))


def _renumbered(random: Random, value: Any) -> Any:
    """The same lists and keys, with other numbers."""
    if isinstance(value, dict):
        return {key: _renumbered(random, each) for key, each in value.items()}
    if isinstance(value, list):
        return [_renumbered(random, each) for each in value]
    return _number(random)


def _varied_cue(
    random: Random, scene: SceneType, cue: Any, networks: dict[str, Any], network: str | None
) -> Any:
    if not isinstance(cue, dict) or random.random() < 0.8:
        return cue
    ((name, given),) = cue.items()
    parameters = {parameter.name: parameter for parameter in scene.cues[name].parameters}
    if not isinstance(given, dict):
        return {name: _parameter(random, next(iter(parameters.values())), networks, network)}
    chosen = random.choice(list(parameters) or [RESERVED])
    if chosen in parameters:
        return {name: {**given, chosen: _parameter(random, parameters[chosen], networks, network)}}
    return cue


def _graph(random: Random) -> dict[str, Any]:
    """A graph of up to a few dozen nodes, or one whose picture has room."""
    if random.random() < 0.6:
        inputs = {name: _number(random) for name in ("x", "w", "b")}
        formulas = random.choice(
            (
                {"q": "x + w", "f": "q * b"},
                {"a": "w * x", "h": "tanh(a + b)", "loss": "(h - x)^2"},
                {"a": "x * x + x", "f": "a / (1 + exp(-w)) + a * b"},
            )
        )
        return {"input": inputs, "graph": dict(formulas)}
    made = random_graph(random.randrange(500))
    return {"input": dict(made.given), "graph": dict(made.formulas)}


def _network(random: Random) -> dict[str, Any]:
    inputs = random.choice(
        ({"x": _number(random)}, {"x": _number(random)}, {"x": [1, 2]}, {"a": 1.5, "b": -2})
    )
    width = sum(len(value) if isinstance(value, list) else 1 for value in inputs.values())
    first = width
    layers = []
    sizes = random.choice(
        ([1, 1], [1, 1], [1], [3, 1], [6, 5], [2, 2], [1, 1, 1], [4, 4, 2], [12, 3], [40, 30, 10])
    )
    for number, size in enumerate(sizes):
        layer: dict[str, Any] = {}
        if random.random() < 0.7:
            names = STRANGE_NAMES if random.random() < 0.05 else ("h", "g", "hidden", "s_1", "ŷ", "Z")
            layer["name"] = random.choice(names) + str(number) * (number > 0)
        if size * width > 4 or random.random() < 0.3:
            kind = random.choice(("he", "xavier"))
            layer |= {"size": size, "init": {"kind": kind, "seed": random.randrange(100)}}
        else:
            layer["weights"] = [[_number(random) for _ in range(width)] for _ in range(size)]
        if random.random() < 0.4:
            layer["bias"] = random.choice((0, _number(random), [_number(random) for _ in range(size)]))
        if random.random() < 0.6:
            layer["activation"] = random.choice(list(ACTIVATIONS))
        layers.append(layer)
        width = size
    loss = random.choice(sorted(TRAINED) if random.random() < 0.7 else list(LOSSES))
    network: dict[str, Any] = {"input": inputs, "layers": layers, "loss": loss}
    network["target"] = [float(k == 0) for k in range(width)] if width > 1 else random.choice((0, 1, 3.0))
    if random.random() < 0.6:
        network["learning_rate"] = random.choice((0.01, 0.1, 0.5, 1e-6, 100))
    if random.random() < 0.4:
        network["optimizer"] = random.choice(list(OPTIMIZERS))
    if random.random() < 0.3:
        keys = list(inputs)
        rows = []
        for _ in range(random.choice((1, 3, 30))):
            row = {
                k: [_number(random)] * len(inputs[k]) if first != len(keys) else _number(random) for k in keys
            }
            rows.append({**row, "target": network["target"]})
        network["data"] = rows
    _train_otherwise(random, network)
    return network


def _train_otherwise(random: Random, network: dict[str, Any]) -> None:
    """Give some networks a schedule, weight decay, L2, another cost, another order, or fixed parameters."""
    if random.random() < 0.2:
        schedules: list[dict[str, Any]] = [
            {"kind": "step", "step_size": 3, "gamma": 0.5},
            {"kind": "exponential", "gamma": 0.9},
            {"kind": "cosine", "steps": 10},
        ]
        network["learning_rate"] = {"initial": 0.1, **random.choice(schedules)}
    if random.random() < 0.2:
        kind = random.choice(list(OPTIMIZERS))
        settings = {"epsilon": 0} if kind in ("adam", "rmsprop") and random.random() < 0.5 else {}
        network["optimizer"] = {"kind": kind, "weight_decay": random.choice((0, 0.1, 1)), **settings}
    if random.random() < 0.2:
        network["l2"] = random.choice((0, 0.01, 1))
    if "data" in network and random.random() < 0.2:
        network |= {"cost": "sum", "shuffle": False}
    for layer in network["layers"]:
        if random.random() < 0.15:
            layer["train"] = random.choice((False, True, {"weights": False}))


def _chapter(random: Random, id: str, scene: SceneType, networks: dict[str, Any]) -> dict[str, Any]:
    network = random.choice(list(networks)) if networks else None
    chapter: dict[str, Any] = {"id": id, "title": _text(random, networks, network), "scene": scene.name}
    if len(networks) > 1:
        chapter["network"] = network
    chapter["beats"] = [_beat(random, scene, networks, network) for _ in range(random.choice((1, 2, 3)))]
    return chapter


def _beat(random: Random, scene: SceneType, networks: dict[str, Any], network: str | None) -> dict[str, Any]:
    marks = ["m"] * (random.random() < 0.5) + ["n"] * (random.random() < 0.2)
    cues = list(scene.cues.values())
    in_order = random.random() < 0.6
    chosen = random.sample(cues, k=min(len(cues), random.choice((1, 2, 3, 5))))
    if in_order:
        chosen = [cue for cue in cues if cue in chosen]
    done = [cue_of(random, cue, marks, networks, network) for cue in chosen]
    say = " ".join(
        [f"[{mark}] {_text(random, networks, network)}" for mark in marks]
        or [_text(random, networks, network)]
    )
    return {"say": say, "do": done} if marks or random.random() < 0.7 else {"do": done}


def cue_of(
    random: Random, cue: CueType, marks: list[str], networks: dict[str, Any], network: str | None
) -> Any:
    """A cue with parameters, at one of the marks or at none."""
    given = {
        parameter.name: _parameter(random, parameter, networks, network)
        for parameter in cue.parameters
        if parameter.required or random.random() < 0.4
    }
    if marks and random.random() < 0.4:
        given[RESERVED] = random.choice(marks)
    if random.random() < 0.1:
        given[SOUND] = random.choice(list(EFFECTS))
    return {cue.name: given} if given else cue.name


def _parameter(random: Random, parameter: Parameter, networks: dict[str, Any], network: str | None) -> Any:
    if parameter.many:
        return [_one(random, parameter, networks, network) for _ in range(random.choice((1, 2, 3, 4, 8)))]
    return _one(random, parameter, networks, network)


def _one(random: Random, parameter: Parameter, networks: dict[str, Any], network: str | None) -> Any:
    match parameter.kind:
        case "Literal":
            return random.choice(parameter.choices)
        case "int" | "Count" | "Steps" | "Example":
            return random.choice((1, 1, 2, 3, 5, 20, 100, 0, -1, 10**6))
        case "float":
            return random.choice((0.0, 0.5, 1.0, 0.25, -0.5, 2.0, 1e-3, 10.0, 1e9))
        case "bool":
            return random.random() < 0.5
        case "Value":
            return _name(random, networks, network)
        case kind if (kind == "NodeName" or kind in NUMBER_KINDS) and random.random() < 0.7:
            return _name(random, networks, network).rpartition(".")[2]
        case "Text":
            return _text(random, networks, network)
        case "Formula":
            return _formula(random, networks, network)
        case "File":
            return random.choice(("neuron.svg", "none.png"))
        case "NetworkName":
            return random.choice(list(networks) or ["none"])
        case "ActivationName" | "Activation":
            return random.choice(list(ACTIVATIONS))
        case "LossName" | "Loss":
            return random.choice(list(LOSSES))
    return random.choice(("left", "gear", "dial", "x", "Ann", "python", "x = 1", *WORDS))


def _text(random: Random, networks: dict[str, Any], network: str | None) -> str:
    words = [random.choice(WORDS) for _ in range(random.choice((1, 3, 6, 12)))]
    if network and random.random() < 0.5:
        words.insert(0, f"{{{_name(random, networks, network)}{random.choice(SPECS)}}}")
    return " ".join(words)


def _formula(random: Random, networks: dict[str, Any], network: str | None) -> str:
    """A formula in Typst's mathematics of a few pieces, most of which Typst takes."""
    pieces = [random.choice(MATHS) for _ in range(random.choice((1, 3, 6, 30)))]
    if network and random.random() < 0.7:
        number = f"{{{_name(random, networks, network)}{random.choice(SPECS)}}}"
        pieces.insert(random.randrange(len(pieces) + 1), number)
    return random.choice(("", " ")).join(pieces)


def _name(random: Random, networks: dict[str, Any], network: str | None) -> str:
    """The name of a number of the network, for the most part one that there is."""
    names = _names(json.dumps(networks), network)
    if not names or random.random() < 0.02:
        return random.choice(("h", "w1", "next.h", "run.h[3]"))
    name = random.choice(names)
    if random.random() < 0.2 and "." not in name and name != "learning_rate":
        return f"run.{name}[{random.choice((0, 1, 7, 200))}]"
    return name


@lru_cache(maxsize=8)
def _names(networks: str, network: str | None) -> tuple[str, ...]:
    """All names of numbers in a chapter about `network`; none if there is a fault in the networks."""
    text = (
        f'{{"title": "T", "networks": {networks}, "chapters": [{{"id": "a", "title": "A", "scene": "bullets"'
    )
    try:
        board = load("names.yaml", text=text + ', "beats": [{"say": "A."}]}]}')
    except Exception:
        return ()
    return board.lookup.names(network)


def _question(random: Random, networks: dict[str, Any], network: str) -> dict[str, Any]:
    if random.random() < 0.3:
        return {
            "ask": _text(random, networks, network),
            "answer": "yes",
            "wrong": ["no", {"text": "never", "why": "so"}],
        }
    question: dict[str, Any] = {
        "ask": _text(random, networks, network),
        "number": _name(random, networks, network),
        "choose": random.random() < 0.3,
    }
    if random.random() < 0.6:
        question["variants"] = random.choice((1, 2, 5, 20))
    return question
