"""The JSON Schema of storyboards, for editors that complete and check YAML.

It is generated from `schema_classes`, the tables of the engine and the vocabulary of the scenes, so that it
allows what `storyreel check` allows, as far as a schema can.
"""

from collections.abc import Collection, Mapping
from typing import Any, get_args

from storyreel.core.number_format import MOST_DIGITS
from storyreel.core.quality import ASPECTS
from storyreel.engine.activations import ACTIVATIONS
from storyreel.engine.graph.model import Reduction
from storyreel.engine.initializers import INITIALIZERS
from storyreel.engine.losses import LOSSES
from storyreel.engine.optimizers import OPTIMIZERS
from storyreel.engine.schedules import SCHEDULES
from storyreel.reader.schema_classes import LessonPart
from storyreel.speech.sounds.effects import EFFECTS
from storyreel.speech.sounds.music import MUSIC
from storyreel.speech.sounds.tones import PATTERN as TONES
from storyreel.storyboard.vocabulary import (
    DIGITS,
    RESERVED,
    SOUND,
    CueType,
    Parameter,
    SceneType,
    scene_types,
)

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_TYPES = {"int": "integer", "float": "number", "bool": "boolean"}
_TABLES: dict[str, Collection[str]] = {"ActivationName": ACTIVATIONS, "LossName": LOSSES}


def storyboard_schema(scenes: Mapping[str, SceneType] | None = None) -> dict[str, Any]:
    """The schema (draft 2020-12) as data for JSON; by default with all scenes."""
    from pydantic import TypeAdapter

    scenes = scene_types() if scenes is None else scenes
    schema = TypeAdapter(LessonPart).json_schema()
    schema["properties"]["aspect"] = {"enum": list(ASPECTS), "description": "the film's width to its height"}
    schema["properties"]["music"]["anyOf"][0]["enum"] = list(MUSIC)
    parts = schema["$defs"]
    parts["LayerPart"]["properties"]["activation"]["enum"] = list(ACTIVATIONS)
    parts["LayerPart"]["properties"]["init"] = _rule([kind for kind in INITIALIZERS if kind != "list"])
    parts["NetworkPart"]["properties"]["loss"]["enum"] = list(LOSSES)
    for trained in (parts["NetworkPart"]["properties"], parts["GraphPart"]["properties"]):
        trained["optimizer"] = _rule(OPTIMIZERS)
        trained["learning_rate"]["anyOf"][1] = _schedule()
        trained["cost"]["enum"] = list(get_args(Reduction))
    parts["BeatPart"]["anyOf"] = [{"required": ["say"]}, {"required": ["do"]}]
    turn = parts["BeatPart"]["properties"]["say"]["anyOf"][1]["items"]
    turn |= {"minProperties": 1, "maxProperties": 1}
    parts["ChapterPart"]["properties"]["scene"]["enum"] = list(scenes)
    parts["ChapterPart"]["allOf"] = [_cues_of(scene) for scene in scenes.values()]
    return {"$schema": DIALECT, **schema, "title": "Storyboard"}


def _rule(kinds: Collection[str]) -> dict[str, Any]:
    kind = {"enum": list(kinds)}
    return {"anyOf": [kind, {"type": "object", "properties": {"kind": kind}, "required": ["kind"]}]}


def _schedule() -> dict[str, Any]:
    kind, rate = {"enum": list(SCHEDULES)}, {"type": "number", "exclusiveMinimum": 0}
    properties = {"kind": kind, "initial": rate}
    return {"type": "object", "properties": properties, "required": list(properties)}


def _cues_of(scene: SceneType) -> dict[str, Any]:
    """The rule that the beats of a chapter with this scene have its cues."""
    cues = {"items": {"anyOf": [_cue(cue) for cue in scene.cues.values()]}}
    beats = {"items": {"properties": {"do": cues}}}
    return {
        "if": {"properties": {"scene": {"const": scene.name}}},
        "then": {"properties": {"beats": beats}},
    }


def _cue(cue: CueType) -> dict[str, Any]:
    """A cue in its three forms: its name; its name and first parameter; its name and all parameters."""
    required = [parameter.name for parameter in cue.parameters if parameter.required]
    properties = {parameter.name: _parameter(parameter) for parameter in cue.parameters}
    mark = {"type": "string", "description": "the mark in the sentence at whose word this starts"}
    digits = {
        "type": "integer",
        "minimum": 1,
        "maximum": MOST_DIGITS,
        "description": "the least number of significant digits of the numbers that this names",
    }
    sound = {
        "anyOf": [{"enum": list(EFFECTS)}, {"type": "string", "pattern": f"^{TONES}$"}],
        "description": "the sound with which this starts",
    }
    full = {
        "type": "object",
        "properties": {**properties, RESERVED: mark, DIGITS: digits, SOUND: sound},
        "required": required,
        "additionalProperties": False,
    }
    forms = [full] if required else [full, {"type": "null"}]
    if cue.parameters and set(required) <= {cue.parameters[0].name}:
        forms.append(properties[cue.parameters[0].name])
    by_name = {"const": cue.name, "description": cue.doc}
    with_parameters = {
        "type": "object",
        "properties": {cue.name: {"anyOf": forms, "description": cue.doc}},
        "required": [cue.name],
        "additionalProperties": False,
    }
    return {"anyOf": [with_parameters] if required else [by_name, with_parameters]}


def _parameter(parameter: Parameter) -> dict[str, Any]:
    one: dict[str, Any] = {"type": _TYPES.get(parameter.kind, "string")}
    if parameter.kind in ("Count", "Steps"):
        one = {"type": "integer", "minimum": 1}
    if parameter.kind == "Example":
        one = {"type": "integer", "minimum": 0}
    if parameter.kind in _TABLES:
        one["enum"] = list(_TABLES[parameter.kind])
    if parameter.choices:
        one["enum"] = list(parameter.choices)
    if parameter.many:
        return {"anyOf": [{"type": "array", "items": one}, one]}
    return one if parameter.required else {**one, "default": parameter.default}
