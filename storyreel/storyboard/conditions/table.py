"""The table of conditions, by the words with which a cue names them in `requires`."""

from storyreel.storyboard.conditions import Condition
from storyreel.storyboard.conditions.graphs import (
    can_calculate,
    can_fold,
    can_receive,
    can_unfold,
    has_all_values,
    has_all_ways,
    has_gradient,
    has_graph,
    has_nodes,
    has_operands,
    is_formula,
    is_small_graph,
    is_way,
    leads_on,
)
from storyreel.storyboard.conditions.networks import (
    can_race,
    folds,
    has_any_network,
    has_chain_gate,
    has_classes,
    has_coloured_classes,
    has_few_outputs,
    has_gate,
    has_layer,
    has_network,
    has_path,
    has_plot,
    has_readable_ways,
    has_room_for_loss,
    has_several_outputs,
    has_sheet,
    has_square_inputs,
    has_square_inputs_of,
    has_weights,
    is_chain,
    is_in_sum,
    is_layer,
    is_neuron,
    is_plane,
    is_row,
)
from storyreel.storyboard.conditions.numbers import (
    are_updated,
    differs,
    has_equation,
    has_gradient_place,
    has_part,
    has_place,
    is_drawn_nudge,
    is_finite_nudge,
    is_in_graph,
    is_in_network,
    is_of_now,
    is_term,
    is_trained,
    leads_back_to,
    leads_to,
)
from storyreel.storyboard.conditions.parameters import (
    are_few,
    are_two,
    fits_trail,
    has_lines,
    is_cycle,
    is_place,
    is_rate,
)
from storyreel.storyboard.conditions.plots import (
    are_steps_of_run,
    has_output_curve,
    is_curve,
    is_later_step,
    is_loss_curve,
    is_on_curve,
    is_on_line,
    is_run_on_curve,
    is_slice,
    is_step_of_plots,
    is_stretched_on_line,
    is_table,
)
from storyreel.storyboard.conditions.texts import has_phrase, text_place
from storyreel.storyboard.conditions.training import (
    halves,
    has_data,
    has_mean_cost,
    has_one_example,
    has_test,
    is_example,
    is_finite_descent,
    is_finite_run,
    is_loss_by_output,
    squares,
)
from storyreel.storyboard.things import StageContents


def _each(condition: Condition) -> Condition:
    """The condition for each item of a list, and for none if nothing is given."""

    def of_each(stage: StageContents, value: object) -> str | None:
        items = value if isinstance(value, tuple) else () if value is None else (value,)
        return next(filter(None, (condition(stage, item) for item in items)), None)

    return of_each


OF_GRAPHS: dict[str, Condition] = {
    "a graph": has_graph,
    "small graph": is_small_graph,
    "operands": has_operands,
    "calculable": can_calculate,
    "gradient to come": can_receive,
    "formula": is_formula,
    "all values": has_all_values,
    "gradient of node": has_gradient,
    "way on": leads_on,
    "all ways back": has_all_ways,
    "way between": is_way,
    "fold of graph": can_fold,
    "unfold of graph": can_unfold,
    "nodes": has_nodes,
}
CONDITIONS: dict[str, Condition] = {
    "a network": has_network,
    "any network": has_any_network,
    "room for the loss": has_room_for_loss,
    "square inputs": has_square_inputs,
    "square inputs of": has_square_inputs_of,
    "data": has_data,
    "one example": has_one_example,
    "mean cost": has_mean_cost,
    "plane of inputs": is_plane,
    "example in data": is_example,
    "one neuron a layer": is_chain,
    "path": has_path,
    "readable ways": has_readable_ways,
    "place": has_place,
    "part": _each(has_part),
    "gradient place": has_gradient_place,
    "graph place": _each(is_in_graph),
    "network place": _each(is_in_network),
    "equation": has_equation,
    "term": is_term,
    "trained": _each(is_trained),
    "all updated": are_updated,
    "of now": is_of_now,
    "way to": _each(leads_to),
    "way back to": leads_back_to,
    "fold": folds,
    "gate function": has_gate,
    "chain gate": has_chain_gate,
    "plot of gate": has_plot,
    "short race": can_race,
    "few": are_few,
    "squared loss": squares,
    "half squared loss": halves,
    "output curve": _each(has_output_curve),
    "activation curve": is_curve,
    "loss curve": is_loss_curve,
    "points": is_table,
    "on curve": is_on_curve,
    "on line": _each(is_on_line),
    "run on curve": is_run_on_curve,
    "stretched on line": is_stretched_on_line,
    "slice": is_slice,
    "layer": has_layer,
    "numbered layer": is_layer,
    "classes": has_classes,
    "several outputs": has_several_outputs,
    "at most two outputs": has_few_outputs,
    "few outputs": has_sheet,
    "loss by output": is_loss_by_output,
    "weighted neuron": is_neuron,
    "weight in sum": is_in_sum,
    "row": is_row,
    "test": has_test,
    "coloured classes": has_coloured_classes,
    "weights": has_weights,
    "trail": fits_trail,
    "learning rate": _each(is_rate),
    "two weights": are_two,
    "cycle": is_cycle,
    "lines": has_lines,
    "part of picture": is_place,
    "phrase": has_phrase,
    "difference": differs,
    "drawn nudge": is_drawn_nudge,
    "finite nudge": is_finite_nudge,
    "finite run": is_finite_run,
    "finite descent": is_finite_descent,
    "step of plots": is_step_of_plots,
    "later step": is_later_step,
    "steps of run": are_steps_of_run,
    **OF_GRAPHS,
}
"""By the words before the braces of an entry."""
_OF_PARAMETERS = (
    *("plot of gate", "square inputs of", "short race", "activation curve", "points", "on curve"),
    *("trail", "learning rate", "two weights", "few", "cycle", "lines", "part of picture", "phrase"),
)
WITHOUT_LAYERS = ("a network", "any network", "readable ways", *_OF_PARAMETERS, *OF_GRAPHS)
"""Those that are asked of chapters about no network with layers, too."""
FOR_GRAPHS = ("any network", "readable ways", *OF_GRAPHS)
"""Those of which one is asked by every cue that takes the names of a graph's nodes."""


def is_condition(thing: str) -> bool:
    """True for what `requires` says of the network or the parameters, and not of things on stage."""
    return thing.partition(" {")[0] in CONDITIONS or text_place(thing) is not None
