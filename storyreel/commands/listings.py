"""Commands that list what a storyboard can use."""

from storyreel.commands.group import commands, print_json


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
def voices() -> None:
    """List the voices."""
    from storyreel.speech.voices import voices as all_voices

    for card in all_voices():
        state = "" if card.is_available else f"not available: {card.problem}; "
        print(f"{card.name:<10} {state}{card.note}; {card.licence}; {', '.join(card.languages)}")
