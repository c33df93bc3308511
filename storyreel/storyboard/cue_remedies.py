"""What a message suggests where a cue does not work: the cues to put before it."""

import itertools
import re
from collections.abc import Sequence

from storyreel.engine.operation import GRADIENT, NEXT
from storyreel.storyboard.conditions.table import CONDITIONS
from storyreel.storyboard.things import (
    FORMULAS,
    LAYERS,
    LOSS_NODE,
    OF_NETWORK,
    ONE_WAY,
    StageContents,
    entry_of,
)
from storyreel.storyboard.vocabulary import CueType

MOST_REMEDIES = 2


def shown_by(stage: StageContents, needing: CueType, names: Sequence[str]) -> str:
    """The end of a message: the cues after which one of the things is on stage, that the cue needs.

    These are the cues that work now, or else the others; "" if there are none.
    """
    found: dict[str, str] = {}
    for cue in stage.scene.cues.values():
        for entry, name in itertools.product(map(entry_of, cue.shows), names):
            is_of_network = entry.needed in (LAYERS, FORMULAS, ONE_WAY)
            if is_of_network and entry.needed != ONE_WAY and not stage.applies(entry, {}):
                continue
            if _would_show(stage, entry.thing, name):
                depends = entry.needed and not entry.is_unwanted and not is_of_network
                condition = f" with {entry.needed}" if depends else ""
                found.setdefault(cue.name, f"`{_written(cue, entry.thing, name)}`{condition}")
    found.pop(needing.name, None)
    works = [name for name in found if _works(stage, stage.scene.cues[name])]
    ordered = sorted(works or found, key=lambda name: name.startswith("carry_"))
    return _before([found[name] for name in ordered])


def _before(cues: Sequence[str]) -> str:
    return f"; put {' or '.join(cues[:MOST_REMEDIES])} before it" if cues else ""


def _works(stage: StageContents, cue: CueType) -> bool:
    """True if what the cue needs is on stage, as far as that does not depend on its parameters."""
    needed = [entry_of(text).thing for text in cue.requires if "{" not in text and "`" not in text]
    things = [thing.split(" or ") for thing in needed if thing not in CONDITIONS]
    return all(
        any(stage.has(each.removeprefix("no ")) != each.startswith("no ") for each in any_of)
        for any_of in things
    )


def _written(cue: CueType, thing: str, name: str) -> str:
    """The cue with the parameter that shows a number, if that is all that it needs: `calculate: grad.w1`."""
    before, _, after = thing.partition("{")
    own = [parameter for parameter in cue.parameters if parameter.name == after.rstrip("}")]
    others = [parameter for parameter in cue.parameters if parameter not in own]
    if not own or not name.startswith((GRADIENT, NEXT)) or any(one.required for one in others):
        return cue.name
    value = name.removeprefix(before)
    given = f"[{value}]" if own[0].many else value
    return f"{cue.name}: {{{own[0].name}: {given}}}" if others else f"{cue.name}: {given}"


def _would_show(stage: StageContents, thing: str, name: str) -> bool:
    """True if `name` is, or may be, what an entry of `shows` puts on stage."""
    kind = stage.kind(name)
    if kind:
        is_in_graph = thing == "graph" and stage.is_in_graph(name)
        is_in_node = kind == "loss" and thing == LOSS_NODE
        return is_in_node or is_in_graph or (thing == "network" and kind in OF_NETWORK)
    if thing.startswith("{"):
        return name.startswith((GRADIENT, NEXT))
    pattern = re.sub(r"\\\{.*?\\\}|\\\*|\\#", ".+", re.escape(thing))
    return bool(re.fullmatch(pattern, name)) or thing.startswith(f"{name} ")


def hidden_by(stage: StageContents, hindered: CueType, name: str) -> str:
    """The end of a message: the cues after which a thing is no longer on stage, which hinders the cue."""
    under = next((thing.on for thing in stage.things if thing.name == name and thing.on), name)
    found = []
    for cue in stage.scene.cues.values():
        hidden = (entry_of(text).thing.removeprefix("one ") for text in cue.hides)
        if name in {entry_of(text).thing.partition(" {")[0] for text in cue.shows}:
            continue  # it would be on stage again
        if any(f"{each} ".startswith(f"{thing} ") for thing in hidden for each in (name, under)):
            found.append(cue.name)
    others = [f"`{cue}`" for cue in sorted(found, key=lambda cue: "clear" not in cue) if cue != hindered.name]
    return _before(others)
