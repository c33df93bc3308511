"""The JSON Schema for editors."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from storyreel.engine.activations import ACTIVATIONS
from storyreel.engine.losses import LOSSES
from storyreel.engine.schedules import SCHEDULES
from storyreel.reader.json_schema import DIALECT, storyboard_schema
from storyreel.storyboard.vocabulary import scene_types

SCENES = Path(__file__).parents[1] / "scene_files"


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    return storyboard_schema(scene_types(SCENES))


def test_the_schema_is_json_of_the_dialect_that_it_names(schema: dict[str, Any]) -> None:
    assert json.loads(json.dumps(schema))["$schema"] == DIALECT


def test_every_part_refuses_unknown_keys_and_asks_for_what_it_needs(schema: dict[str, Any]) -> None:
    parts = schema["$defs"]
    assert schema["required"] == ["title", "chapters"]
    assert parts["NetworkPart"]["required"] == ["input", "layers", "target", "loss"]
    closed = [schema, *(parts[name] for name in ("NetworkPart", "LayerPart", "ChapterPart", "BeatPart"))]
    assert all(part["additionalProperties"] is False for part in closed)


def test_names_from_tables_are_offered(schema: dict[str, Any]) -> None:
    parts = schema["$defs"]
    assert parts["LayerPart"]["properties"]["activation"]["enum"] == list(ACTIVATIONS)
    assert parts["NetworkPart"]["properties"]["loss"]["enum"] == list(LOSSES)
    assert parts["NetworkPart"]["properties"]["cost"]["enum"] == ["mean", "sum"]
    number, schedule = parts["NetworkPart"]["properties"]["learning_rate"]["anyOf"]
    assert number == {"type": "number", "exclusiveMinimum": 0}
    assert schedule["properties"]["kind"]["enum"] == list(SCHEDULES)
    assert schedule["required"] == ["kind", "initial"]
    assert parts["ChapterPart"]["properties"]["scene"]["enum"] == ["forward_pass", "loss_curve"]


def test_each_scene_offers_its_own_cues_with_their_parameters(schema: dict[str, Any]) -> None:
    rules = {
        rule["if"]["properties"]["scene"]["const"]: rule["then"]
        for rule in schema["$defs"]["ChapterPart"]["allOf"]
    }
    cues = rules["forward_pass"]["properties"]["beats"]["items"]["properties"]["do"]["items"]["anyOf"]
    forms = {
        form["required"][0]: form["properties"] for cue in cues for form in cue["anyOf"] if "required" in form
    }
    assert set(forms) == {"title_card", "draw_network", "propagate", "reveal", "compare"}
    full, shorthand = forms["reveal"]["reveal"]["anyOf"]
    assert shorthand == {"type": "string"}
    assert full["required"] == ["value"]
    assert full["properties"]["style"] == {"type": "string", "enum": ["plain", "bold"], "default": "plain"}
    assert "at" in full["properties"]
    names, tones = full["properties"]["sound"]["anyOf"]
    assert names == {"enum": ["tick"]}
    assert re.fullmatch(tones["pattern"], "tones 200")


def test_a_beat_says_a_text_or_turns_of_one_speaker_each(schema: dict[str, Any]) -> None:
    text, turns, _ = schema["$defs"]["BeatPart"]["properties"]["say"]["anyOf"]
    assert text == {"type": "string"}
    assert (turns["items"]["minProperties"], turns["items"]["maxProperties"]) == (1, 1)
    assert turns["items"]["additionalProperties"] == {"type": "string"}
    assert set(schema["$defs"]["VoicePart"]["properties"]) == {"name", "pace", "variant"}


def test_numbers_may_come_from_a_file(schema: dict[str, Any]) -> None:
    parts = schema["$defs"]
    assert set(parts["ArrayPart"]["required"]) == set(parts["ArrayPart"]["properties"]) == {"file", "array"}
    assert parts["ArrayPart"]["additionalProperties"] is False
    layer, network = parts["LayerPart"]["properties"], parts["NetworkPart"]["properties"]
    places = layer["weights"], layer["bias"], network["target"], network["input"]["additionalProperties"]
    for place in (*places, network["data"]["anyOf"][1]["additionalProperties"]):
        assert "#/$defs/ArrayPart" in json.dumps(place)


def test_a_network_has_layers_or_a_graph(schema: dict[str, Any]) -> None:
    layered, graph = schema["properties"]["networks"]["additionalProperties"]["anyOf"]
    assert layered["$ref"].endswith("NetworkPart") and graph["$ref"].endswith("GraphPart")
    part = schema["$defs"]["GraphPart"]
    assert part["required"] == ["input", "graph"] and part["additionalProperties"] is False
    formula = part["properties"]["graph"]["additionalProperties"]
    assert {"type": "string"} in formula["anyOf"]


def test_a_question_has_a_number_or_answers_to_choose_from(schema: dict[str, Any]) -> None:
    of_number, of_choice = schema["properties"]["questions"]["items"]["anyOf"]
    assert of_number["$ref"].endswith("NumberQuestionPart")
    assert of_choice["$ref"].endswith("ChoiceQuestionPart")
    parts = schema["$defs"]
    assert parts["NumberQuestionPart"]["required"] == ["ask", "number"]
    assert parts["ChoiceQuestionPart"]["required"] == ["ask", "answer", "wrong"]
    assert parts["NumberQuestionPart"]["additionalProperties"] is False
