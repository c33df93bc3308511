"""Help texts about scenes and their cues, for authors: how a cue is written, and what it does."""

import textwrap

from storyreel.storyboard.conditions.table import is_condition
from storyreel.storyboard.things import entry_of
from storyreel.storyboard.vocabulary import CueType, Parameter, SceneType

KIND_WORDS = {
    "str": "word",
    "int": "whole number",
    "Count": "whole number from 1 on",
    "Steps": "steps of training",
    "Example": "example of the data, from 0 on",
    "float": "number",
    "bool": "true or false",
    "Value": "name of a number",
    "QuantityName": "name of a quantity",
    "ExampleName": "name of a quantity or a gradient",
    "PartName": "name of a quantity, or all",
    "ParameterName": "name of a weight or a bias",
    "WeightName": "name of a weight",
    "HiddenName": "name of a hidden neuron",
    "OutputName": "name of an output",
    "Text": "text",
    "Formula": "formula in Typst's mathematics",
    "File": "file beside the storyboard",
    "ImageFile": "image beside the storyboard",
    "NodeName": "name of a formula or an input",
    "NetworkName": "name of a network",
    "ActivationName": "name of an activation",
    "LossName": "name of a loss",
}


def scene_text(scene: SceneType) -> str:
    """A scene's name and description, and its cues: `slide: {to: name of a number}   2.5 s`."""
    return "\n".join(
        [scene.name, textwrap.indent(scene.doc, "  "), *(_cue_text(cue) for cue in scene.cues.values())]
    )


def cue_head(cue: CueType) -> str:
    """How a cue is written: `slide: {to: name of a number}`."""
    parameters = ", ".join(map(_parameter_text, cue.parameters))
    return f"{cue.name}: {{{parameters}}}" if parameters else cue.name


def _cue_text(cue: CueType) -> str:
    described = "\n".join(filter(None, [cue.doc, stage_text(cue)]))
    return f"\n  {cue_head(cue)}   {cue.seconds:g} s\n{textwrap.indent(described, '      ')}"


def stage_text(cue: CueType) -> str:
    """What the cue needs on stage, and what it leaves there: `Needs number line. Leaves curve.`"""
    needed = [thing for thing in map(_thing, cue.requires) if not is_condition(thing)]
    left = list(dict.fromkeys(map(_thing, cue.shows)))
    texts = [
        f"{word} {', '.join(things)}." for word, things in (("Needs", needed), ("Leaves", left)) if things
    ]
    return " ".join(texts)


def _thing(text: str) -> str:
    return entry_of(text).thing


def _parameter_text(parameter: Parameter) -> str:
    kind = " or ".join(parameter.choices) or KIND_WORDS[parameter.kind]
    many = f"[{kind}, …]" if parameter.many else kind
    name = parameter.name if parameter.required else f"{parameter.name}?"
    return f"{name}: {many}"
