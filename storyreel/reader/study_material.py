"""The takeaways, the glossary and the flash cards of a storyboard."""

from storyreel.core.blank_text import is_blank
from storyreel.reader.document import Document, Location
from storyreel.reader.mapping_check import read_part
from storyreel.reader.number_names import LessonNumbers, NumberNames
from storyreel.reader.schema_classes import CardPart
from storyreel.reader.types import report_type
from storyreel.storyboard.study import FlashCard, GlossaryEntry


def read_text(document: Document, location: Location, what: str, names: NumberNames) -> str:
    """The text at the location with its numbers filled in; "" if it is no text, which is reported."""
    if not isinstance(document.at(location), str):
        report_type(document, location, "str", what)
    return names.text(location)


def read_takeaways(document: Document, count: int, names: NumberNames) -> tuple[str, ...]:
    """The first `count` takeaways; problems are reported."""
    places: list[Location] = [("takeaways", i) for i in range(count)]
    return tuple(read_text(document, place, "a takeaway", names) for place in places)


def read_glossary(document: Document, terms: list[str], names: NumberNames) -> tuple[GlossaryEntry, ...]:
    """The entries for the terms, in the author's order; problems are reported."""
    entries = []
    for term in terms:
        place: Location = ("glossary", term)
        if is_blank(term):
            document.report(document.key_place(place), "a term of the glossary is empty")
        text = read_text(document, place, f"`{term}`", names)
        entries.append(GlossaryEntry(term.strip(), text))
    return tuple(entries)


def read_cards(document: Document, count: int, numbers: LessonNumbers) -> tuple[FlashCard, ...]:
    """Those of the first `count` flash cards that can be read; problems are reported."""
    cards = []
    for i in range(count):
        place: Location = ("cards", i)
        part = read_part(document, CardPart, place)
        if part is not None:
            names = numbers.of_part(CardPart, part.network, place)
            cards.append(FlashCard(names.text((*place, "front")), names.text((*place, "back"))))
    return tuple(cards)
