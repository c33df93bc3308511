"""The questions of a storyboard: their numbers by the engine, their answers to choose as they are written."""

from storyreel.quiz.quiz import NoQuestion, NumberQuestion, is_vague, shuffled
from storyreel.reader.did_you_mean import nearest
from storyreel.reader.document import Document, Location
from storyreel.reader.mapping_check import read_part
from storyreel.reader.number_names import NumberNames
from storyreel.reader.schema_classes import ChoiceQuestionPart, NumberQuestionPart, WrongPart
from storyreel.reader.study_material import read_text
from storyreel.reader.types import report_type
from storyreel.storyboard.study import Choice, Question, QuestionVariant
from storyreel.storyboard.template import Template


def read_questions(document: Document, count: int, names: NumberNames) -> tuple[Question, ...]:
    """The first `count` questions, as far as they can be made out; problems are reported."""
    read = [_read_question(document, ("questions", i), names) for i in range(count)]
    return tuple(Question(f"q{i}", variants) for i, variants in enumerate(read, start=1) if variants)


def _read_question(document: Document, location: Location, names: NumberNames) -> tuple[QuestionVariant, ...]:
    """The variants of one question; none if there is a problem with it."""
    data = document.at(location)
    if not isinstance(data, dict):
        report_type(document, location, "dict", "a question")
        return ()
    meant = {nearest(key, ("number", "answer", "wrong")) for key in data}
    if "number" in data or ("number" in meant and not meant & {"answer", "wrong"}):
        return _read_number_question(document, location, names)
    if meant & {"answer", "wrong"}:
        return _read_choice_question(document, location, names)
    document.report(document.place(location), "a question needs `number`, or `answer` and `wrong`")
    return ()


def _read_number_question(
    document: Document, location: Location, names: NumberNames
) -> tuple[QuestionVariant, ...]:
    faults = len(document.source.problems)
    part = read_part(document, NumberQuestionPart, location)
    if part is None:
        return ()
    network = names.network(part.network, location)
    place = document.place((*location, "number"))
    is_known = bool(part.number) and names.check(network, part.number, place) is not None
    owner, number = names.lookup.resolve(network, part.number)
    if part.network is not None and owner != part.network:
        document.report(place, f"`{part.number}` is of another network than `{part.network}`")
    ask = _template(document, (*location, "ask"), names, owner)
    explain = _template(document, (*location, "explain"), names, owner)
    texts = [text for text in (ask, explain) if text is not None]
    named = [names.check(owner, number.name, number.place) for text in texts for number in text.numbers]
    if (
        ask is None
        or owner is None
        or not is_known
        or None in named
        or faults < len(document.source.problems)
    ):
        return ()
    seed = f"{names.experiments[owner].seed}/{location[-1]}"
    question = NumberQuestion(ask, explain, number, owner, names.experiments, part.choose, seed)
    try:
        variants = question.variants(part.variants)
    except NoQuestion as fault:
        document.report(document.place(location), str(fault))
        return ()
    if not part.choose and is_vague(variants[0]):
        message = (
            "the numbers in this question are rounded too much to tell its answer; show more decimals,"
            " as in {w1:.3f}"
        )
        document.report(document.place((*location, "ask")), message, is_warning=True)
    return variants


def _read_choice_question(
    document: Document, location: Location, names: NumberNames
) -> tuple[QuestionVariant, ...]:
    part = read_part(document, ChoiceQuestionPart, location)
    if part is None:
        return ()
    network = names.network(part.network, location)
    texts = {key: names.text(network, (*location, key)) for key in ("ask", "answer", "explain")}
    choices = [Choice(texts["answer"], True)]
    for i in range(len(part.wrong)):
        place = (*location, "wrong", i)
        wrong = _read_wrong(document, place, names, network)
        if wrong.text and any(wrong.text == other.text for other in choices):
            document.report(document.place(place), f"`{wrong.text}` is among the answers already")
        choices.append(wrong)
    return (QuestionVariant(texts["ask"], texts["explain"], choices=shuffled(texts["ask"], choices)),)


def _read_wrong(document: Document, location: Location, names: NumberNames, network: str | None) -> Choice:
    if not isinstance(document.at(location), dict):
        return Choice(read_text(document, location, "a wrong answer", names, network), False)
    part = read_part(document, WrongPart, location)
    if part is None:
        return Choice("", False)
    text, why = (names.text(network, (*location, key)) for key in ("text", "why"))
    return Choice(text, False, why)


def _template(
    document: Document, location: Location, names: NumberNames, network: str | None
) -> Template | None:
    """The text at the location; None if there is none."""
    return names.template(network, location) if isinstance(document.at(location), str) else None
