"""The chapters in which a network is tried: each is a scene, a name, and its cues, a beat for each."""

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any, NamedTuple

from other_networks.cases import Case

Cue = dict[str, Any]
DRAWN: Cue = {"draw_network": {}}
FILLED: Cue = {"draw_network": {"filled": True}}
WITH_LOSS: Cue = {"draw_network": {"filled": True, "loss": True}}
WORDS: Cue = {"count_parameters": {"weights": ["weight", "weights"], "biases": ["bias", "biases"]}}


class Chapter(NamedTuple):
    """A chapter; short ones, as a cue that is refused ends its chapter."""

    scene: str
    name: str
    cues: list[Cue]


def some(names: Sequence[str], most: int = 4) -> list[str]:
    """The first and the last of many names."""
    if len(names) <= most:
        return list(names)
    return [*names[: most - most // 2], *names[-(most // 2) :]]


def chapters(case: Case) -> Iterator[Chapter]:
    """All chapters for a network."""
    names = case.names()
    columns = names.activations
    weights = [weight for layer in names.weights[1:] for row in layer for weight in row]
    biases = list(chain(*names.biases))
    hidden = list(chain(*columns[1:-1]))
    outputs, first = list(columns[-1]), weights[0]
    ends = list(dict.fromkeys(chain(*((layer[0][0], layer[-1][-1]) for layer in names.weights[1:]))))
    last = names.weights[-1][-1][-1]

    yield Chapter("forward_pass", "calculated", [DRAWN, *_calculated(case, some(hidden), some(outputs))])
    yield Chapter(
        "forward_pass",
        "named",
        [
            DRAWN,
            {"label": {"value": columns[0][0], "text": "input"}},
            {"label": {"value": outputs[-1], "text": "output"}},
            {"label": {"value": first, "text": "a weight"}},
            *({"point_out": name} for name in ends),
        ],
    )
    yield Chapter("forward_pass", "called", [FILLED, *({"reveal": name} for name in [*ends, *some(biases)])])
    yield Chapter("forward_pass", "empty", [DRAWN, *({"reveal": name} for name in some(weights, 6))])
    yield Chapter(
        "forward_pass", "all", [WITH_LOSS, {"reveal": "loss"}, {"propagate": {}}, {"show_weights": {}}]
    )
    yield Chapter(
        "loss",
        "line",
        [{"carry_network": {}}, {"number_line": outputs[-1]}, {"measure_gap": {}}, {"square_gap": {}}],
    )
    yield Chapter(
        "loss",
        "stretched",
        [
            {"number_line": outputs[0]},
            {"measure_gap": {}},
            {"square_gap": {}},
            *({"stretch_gap": times} for times in (-1, 0.5, 1)),
            {"plot_loss": {}},
            {"show_slope": {"text": "slope"}},
        ],
    )
    if last != first:
        yield Chapter(
            "gradient_descent",
            "surface",
            [
                {"plot_loss": last},
                {"roll": {}},
                {"back": {}},
                {"plot_bowl": {"across": last, "up": first}},
                {"descend": {"steps": 3, "learning_rate": 0.01}},
                {"slice_bowl": first},
            ],
        )
    back = [*some(outputs[::-1]), *some(hidden[::-1]), *ends[::-1], *some(biases[::-1])]
    steps = chain(*(({"backpropagate": name}, {"calculate": f"grad.{name}"}) for name in back))
    yield Chapter("backward_pass", "back", [WITH_LOSS, {"reveal": "loss"}, *steps])
    yield Chapter(
        "backward_pass", "checked", [FILLED, *({"check_gradient": name} for name in (first, *biases[:1]))]
    )
    if case.is_chain:
        graph = [*outputs, *weights[::-1], *biases, *hidden]
        turned = [
            {"unfold_graph": {}},
            *({"calculate": f"grad.{name}"} for name in graph),
            {"fold_graph": {}},
        ]
        yield Chapter("backward_pass", "graph", [FILLED, *turned])
    yield Chapter(
        "chain_rule",
        "chain",
        [
            WITH_LOSS,
            {"reveal": "loss"},
            {"draw_chain": last},
            {"number_lines": {}},
            {"nudge": 0.5},
            {"show_ratios": {}},
            {"take_limit": {}},
            {"assemble": {}},
            {"multiply": {}},
        ],
    )
    yield Chapter(
        "update",
        "one",
        [
            WITH_LOSS,
            {"reveal": "loss"},
            {"show_gradients": {}},
            {"show_learning_rate": {}},
            *({"update": name} for name in dict.fromkeys([last, first, *biases[:1]])),
            {"update": {}},
            {"write_down": {"row": "before", "values": [first, outputs[0], "loss"], "before": True}},
            {"run_forward": {}},
            {"write_down": {"row": "after"}},
        ],
    )
    yield Chapter(
        "update", "few", [FILLED, {"show_gradients": {"of": ends}}, {"update": {}}, {"run_forward": {}}]
    )
    yield Chapter(
        "update", "biases", [FILLED, {"show_gradients": {}}, *({"reveal": name} for name in some(biases))]
    )
    yield Chapter(
        "update",
        "trained",
        [FILLED, {"update": {}}, {"run_forward": {}}, {"plot_training": 5}, {"train": {}}],
    )
    yield Chapter(
        "layers",
        "gradients",
        [
            DRAWN,
            WORDS,
            {"show_sums": 1},
            {"light_up": 1},
            {"show_sums": len(columns) - 1},
            {"light_up": {}},
            {"show_targets": {}},
            {"show_output_gradients": {}},
            *(
                cue
                for column in columns[1:-1]
                for name in {column[0]: 0, column[-1]: 0}
                for cue in ({"gather_gradients": name}, {"add_gradients": {}}, {"times_slope": {}})
            ),
            {"show_gradients": 1},
            {"show_gradients": {}},
            {"point_out_largest": min(5, len(weights))},
        ],
    )
    has_classes = len(outputs) > 1
    yield Chapter("layers", "carried", [{"carry_gradients": {"count": 1, "classes": has_classes}}])
    if has_classes:
        yield Chapter(
            "layers",
            "classes",
            [
                DRAWN,
                {"show_classes": {}},
                {"light_up": {}},
                {"show_targets": {}},
                {"show_output_gradients": {}},
            ],
        )
    for layer in range(1, len(columns)):
        yield Chapter("layers", f"matrices-{layer}", [FILLED, {"matrices": layer}, {"multiply": {}}])
    yield Chapter(
        "intro",
        "knobs",
        [
            DRAWN,
            {"predict": {}},
            {"show_knobs": {}},
            {"turn": {"weight": first, "to": -3}},
            {"show_targets": "wanted"},
            {"show_loss": "error"},
            {"ask": "Which knob?"},
            {"show_gradients": {}},
            {"answer": "Backpropagation tells every weight which way to turn."},
            {"learn": 5},
        ],
    )
    yield Chapter(
        "intro",
        "few",
        [FILLED, {"show_knobs": {"weights": weights[:2]}}, {"turn": {"weight": first, "to": 1}}],
    )
    yield Chapter(
        "summary",
        "cycle",
        [
            {"draw_cycle": ["forward pass", "loss", "backward pass", "update"]},
            *({"next_step": step} for step in (outputs[:2], ["loss"], [f"grad.{first}"], [f"next.{first}"])),
            {"plot_run": 4},
            {"repeat": 3},
        ],
    )
    yield Chapter("title_card", "title", [{"show_title": "A network"}, {"show_network": {}}])


def _calculated(case: Case, hidden: list[str], outputs: list[str]) -> Iterator[Cue]:
    """Inputs, then some neurons, their sums first where these have a name, then targets."""
    names = case.names()
    yield from ({"reveal": name} for name in names.activations[0])
    for name in [*hidden, *outputs]:
        yield {"propagate": {"into": name}}
        address = names[name]
        if case.has_bias and name in hidden:
            yield {"calculate": names.pre_activations[address.layer or 0][address.index[0]]}
        yield {"calculate": name}
    yield from ({"reveal": name} for name in names.targets)
    yield {"point_out": outputs[0]}


def identity(chapter: Chapter) -> str:
    """The id of a chapter."""
    return f"{chapter.scene}-{chapter.name}".replace("_", "-")


def storyboard(case: Case, those: Sequence[Chapter]) -> dict[str, Any]:
    """The storyboard of these chapters."""
    content = [
        {
            "id": identity(chapter),
            "title": chapter.name.partition("-")[0],
            "scene": chapter.scene,
            "network": "net",
            "beats": [{"say": "Look.", "do": [_plain(cue)]} for cue in chapter.cues],
        }
        for chapter in those
    ]
    return {"title": "A network", "language": "en", "networks": {"net": case.network()}, "chapters": content}


def _plain(cue: Cue) -> Any:
    """A cue without parameters is its name alone."""
    ((name, parameters),) = cue.items()
    return name if parameters == {} else cue
