"""Commands that list what a storyboard can use."""

from dataclasses import asdict
from typing import TYPE_CHECKING

from storyreel.commands.group import as_json, commands, print_json

if TYPE_CHECKING:
    from storyreel.speech.voices.base import VoiceCard


@commands.command()
def scenes() -> None:
    """List the scenes, their cues, and the parameters of each cue."""
    from storyreel.storyboard.scene_help import scene_text
    from storyreel.storyboard.vocabulary import scene_types

    print("\n\n\n".join(map(scene_text, scene_types().values())))


@commands.command()
def schema() -> None:
    """Print the JSON Schema of storyboards, for editors."""
    from storyreel.reader.json_schema import storyboard_schema

    print_json(storyboard_schema())


@commands.command()
@as_json
def voices(as_json: bool) -> None:
    """List the voices: what each of them needs and whether it is there, its languages and its licence."""
    from storyreel.speech.voices import voices as all_voices

    if as_json:
        print_json([asdict(card) for card in all_voices()])
    else:
        print("\n\n".join(map(_description, all_voices())))


def _description(card: "VoiceCard") -> str:
    """A line for the voice, and one for each fact about it below."""
    facts = {
        "languages": ", ".join(card.languages),
        "variants": ", ".join(variant.name for variant in card.variants) or "any number, all alike",
        "licence": card.licence,
        "needs": card.needs,
        "is there": f"no; to have it: {card.remedy}" if card.remedy else "yes",
    }
    lines = [f"  {name + ':':<10} {fact}" for name, fact in facts.items()]
    return "\n".join([f"{card.name}: {card.note}", *lines])
