"""A storyboard with a cue that only the stage can refuse: all else is found by `check`."""

FAILING = "- nudge: 1.0e-300"
FAULT = "the cue `nudge`: a nudge by 1e-300 is too small for a computer to tell"


def with_failing_cue(text: str, chapter: str) -> str:
    """The small lesson's storyboard `text` with the cue in the first beat of one of its chapters."""
    others, begun, rest = text.partition(f"  - id: {chapter}\n")
    heading, beats, _ = rest.partition("    beats:\n")
    heading = "".join(line for line in heading.splitlines(True) if "scene:" not in line)
    cues = "".join(f"          {cue}\n" for cue in ("- draw_chain: w1", "- number_lines", FAILING))
    following = rest.find("  - id: ")
    after = rest[following:] if following >= 0 else ""
    changed = f"    scene: chain_rule\n{beats}      - do:\n{cues}      - say: And on.\n"
    return f"{others}{begun}{heading}{changed}{after}"
