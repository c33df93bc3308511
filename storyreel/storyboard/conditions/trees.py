"""Conditions on trees of derivatives: that there is one, and how far it has grown."""

from storyreel.core.errors import StoryreelError
from storyreel.engine.derivatives.derivative_tree import LOSS, branch_of, derivative_tree
from storyreel.storyboard.conditions import experiment_of
from storyreel.storyboard.things import StageContents

GROWN, WITH_DERIVATIVES = "grown", "derivatives"
"""The first words of the things on stage that say what has been drawn of a number in the tree."""


def has_tree(stage: StageContents) -> str | None:
    """The derivatives of the network make a tree."""
    try:
        derivative_tree(experiment_of(stage).trace)
    except StoryreelError as fault:
        return str(fault)
    return None


def has_gradient_in_tree(stage: StageContents, name: str) -> str | None:
    """The number is in the tree, and has a gradient there."""
    node = derivative_tree(experiment_of(stage).trace).get(name)
    return f"{name!r} has no gradient in this tree" if node is None or node.is_given or name == LOSS else None


def has_children_in_tree(stage: StageContents, name: str) -> str | None:
    """The number is in the tree and is made of others there."""
    node = derivative_tree(experiment_of(stage).trace).get(name)
    return (
        f"{name!r} is not made of other numbers in this tree" if node is None or not node.children else None
    )


def is_in_tree(stage: StageContents, name: str) -> str | None:
    """The number is in the tree on stage."""
    node = derivative_tree(experiment_of(stage).trace).get(name)
    if node is None:
        return f"{name!r} is not a number of this tree, or is in it several times"
    if not node.parent or stage.has(f"{GROWN} {node.parent}"):
        return None
    return f"{name!r} is not on stage yet; `grow: {node.parent}` shows it"


def can_branch(stage: StageContents, name: str) -> str | None:
    """The number is in the tree on stage and is made of others, which are not on stage yet."""
    tree = derivative_tree(experiment_of(stage).trace)
    if name not in tree or not tree[name].children:
        return f"{name!r} is not made of other numbers in this tree"
    if stage.has(f"{GROWN} {name}"):
        return f"what {name!r} is made of is on stage already"
    above = tree[name].parent
    return (
        f"{name!r} is not on stage yet; `grow: {above}` shows it"
        if above and not stage.has(f"{GROWN} {above}")
        else None
    )


def has_derivatives_along(stage: StageContents, parameter: str) -> str | None:
    """All local derivatives from the loss to the weight or bias are on stage."""
    tree = derivative_tree(experiment_of(stage).trace)
    if parameter not in tree or parameter == LOSS:
        return f"no branch leads from the loss to {parameter!r} in this tree"
    for node in branch_of(tree, parameter)[:0:-1]:
        if not stage.has(f"{WITH_DERIVATIVES} {node.name}"):
            return (
                f"a local derivative on this branch is missing; `show_derivatives: {node.name}` comes first"
            )
    return None
