"""Narration in which a voice would find nothing to say."""

from collections.abc import Mapping

from storyreel.reader.document import Document, Location
from storyreel.reader.quoting import quoted
from storyreel.speech.spoken_form import is_sayable, spoken
from storyreel.storyboard.template import Fact, LiteralText, Number, Spoken, Template


def check_spoken(
    document: Document, location: Location, say: Template, language: str, lexicon: Mapping[str, str]
) -> None:
    """Report the narration `say` at the location if it has nothing that is spoken, as in `say: "…"`.

    An author who wants a caption in silence writes so: `{…|}`.
    """
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
    document.report(document.place(location), f"there is nothing to say in {quoted(say.text)}{hint}")
