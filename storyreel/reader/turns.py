"""What is said in a beat: a text, or a list of turns of several speakers (`- teacher: …`)."""

from collections.abc import Mapping, Sequence

from storyreel.core.did_you_mean import did_you_mean
from storyreel.reader.document import Document, Location
from storyreel.reader.number_names import NumberNames
from storyreel.reader.types import report_type
from storyreel.reader.yaml.quoting import quoted
from storyreel.speech.spoken_form import is_sayable, spoken
from storyreel.storyboard.model import Speaker, Turn
from storyreel.storyboard.template import Fact, LiteralText, Number, Spoken

_EXAMPLE = "- teacher: …"


def read_turns(
    document: Document, location: Location, names: NumberNames, speakers: Sequence[Speaker]
) -> tuple[Turn, ...]:
    """The turns in the `say` at the location; problems are reported. A text is said by the first speaker."""
    given = document.at(location)
    if not isinstance(given, list):
        if given is not None and not isinstance(given, str):
            what = f"`say` must be text or a list of turns such as `{_EXAMPLE}`"
            if isinstance(given, dict):
                document.report(document.place(location), what)
            else:
                report_type(document, location, "str", "`say`")
        text = names.optional(location, marks=True)
        return (Turn(speakers[0].name, text, document.place(location)),) if text else ()
    if not given:
        document.report(document.place(location), "`say` is empty")
    if not document.is_within(location, "list_items", len(given), "`say`"):
        return ()
    turns = [_read_turn(document, (*location, number), names, speakers) for number in range(len(given))]
    read = tuple(turn for turn in turns if turn is not None)
    _check_marks(document, read)
    return read


def check_spoken(document: Document, turn: Turn, language: str, lexicon: Mapping[str, str]) -> None:
    """Report a turn of which nothing is spoken, as in `say: "…"`.

    An author who wants a caption in silence writes so: `{…|}`.
    """
    say = turn.text
    if any(isinstance(part, Spoken) and not part.spoken for part in say.parts):
        return
    for part in say.parts:
        match part:
            case Number():
                return
            case Spoken(_, text) if is_sayable(text):
                return
            case LiteralText(text) | Fact(text):
                if is_sayable(text) or any(
                    is_sayable(spoken(word, language, lexicon)) for word in text.split()
                ):
                    return
    shown = "".join(part.text for part in say.parts if isinstance(part, LiteralText | Fact)).strip()
    hint = f"; for a caption in silence write {{{shown}|}}" if shown else ""
    document.report(turn.place, f"there is nothing to say in {quoted(say.text)}{hint}")


def _read_turn(
    document: Document, location: Location, names: NumberNames, speakers: Sequence[Speaker]
) -> Turn | None:
    given = document.at(location)
    if not isinstance(given, dict) or not given:
        message = f"a turn is the name of a speaker and what is said, as in `{_EXAMPLE}`"
        document.report(document.place(location), message)
        return None
    name, *others = given
    for other in others:
        message = f"a turn has one speaker; begin the next turn with a dash: `- {other}: …`"
        document.report(document.key_place((*location, other)), message)
    known = [speaker.name for speaker in speakers if speaker.name is not None]
    if name not in known:
        hint = did_you_mean(name, known) if known else f"; declare who speaks: `speakers: {{{name}: hibari}}`"
        document.report(document.key_place((*location, name)), f"no speaker named `{name}`{hint}")
    if not isinstance(given[name], str):
        report_type(document, (*location, name), "str", f"what `{name}` says")
        return None
    place = document.place((*location, name))
    return Turn(name, names.template((*location, name), marks=True), place)


def _check_marks(document: Document, turns: Sequence[Turn]) -> None:
    """Report marks of one name in several turns; within a turn they are reported with its text."""
    taken: set[str] = set()
    for turn in turns:
        for mark in turn.text.marks:
            if mark.name in taken:
                message = f"the mark `[{mark.name}]` is already in this beat; give this one another name"
                document.report(mark.place, message)
        taken |= {mark.name for mark in turn.text.marks}
