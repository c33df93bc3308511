"""Help texts about scenes and their cues, for authors: how a cue is written, and what it does."""

import textwrap

from storyreel.storyboard.vocabulary import CueType, Parameter, SceneType

_KINDS = {
    "str": "word",
    "int": "whole number",
    "Count": "whole number from 1 on",
    "Steps": "steps of training",
    "float": "number",
    "bool": "true or false",
    "Value": "name of a number",
    "Text": "text",
    "File": "file beside the storyboard",
    "ImageFile": "image beside the storyboard",
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
    return f"\n  {cue_head(cue)}   {cue.seconds:g} s\n{textwrap.indent(cue.doc, '      ')}"


def _parameter_text(parameter: Parameter) -> str:
    kind = " or ".join(parameter.choices) or _KINDS[parameter.kind]
    many = f"[{kind}, …]" if parameter.many else kind
    name = parameter.name if parameter.required else f"{parameter.name}?"
    return f"{name}: {many}"
