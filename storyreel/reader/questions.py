"""The questions of a storyboard: for a number, or with answers to choose from."""

from storyreel.core.did_you_mean import nearest
from storyreel.quiz.quiz import NoQuestion, NumberQuestion, is_vague, shuffled
from storyreel.reader.document import Document, Location
from storyreel.reader.mapping_check import read_part
from storyreel.reader.number_names import LessonNumbers, NumberNames
from storyreel.reader.schema_classes import ChoiceQuestionPart, NumberQuestionPart, WrongPart
from storyreel.reader.study_material import read_text
from storyreel.reader.types import report_type
from storyreel.storyboard.lookup import step_of
from storyreel.storyboard.study import Choice, Question, QuestionVariant


def read_questions(document: Document, count: int, numbers: LessonNumbers) -> tuple[Question, ...]:
    """Those of the first `count` questions that can be read; problems are reported."""
    asked = [document.at(("questions", i, "variants")) for i in range(count)]
    variants = sum(number for number in asked if isinstance(number, int))
    if not document.is_within(("questions",), "question_variants", variants):
        return ()
    read = [_read_question(document, ("questions", i), numbers) for i in range(count)]
    return tuple(Question(f"q{i}", variants) for i, variants in enumerate(read, start=1) if variants)


def _read_question(
    document: Document, location: Location, numbers: LessonNumbers
) -> tuple[QuestionVariant, ...]:
    """The variants of one question; none if there is a problem with it."""
    data = document.at(location)
    if not isinstance(data, dict):
        report_type(document, location, "dict", "a question")
        return ()
    meant = {nearest(key, ("number", "answer", "wrong")) for key in data}
    if "number" in data or ("number" in meant and not meant & {"answer", "wrong"}):
        return _read_number_question(document, location, numbers)
    if meant & {"answer", "wrong"}:
        return _read_choice_question(document, location, numbers)
    document.report(document.place(location), "a question needs `number`, or `answer` and `wrong`")
    return ()


def _read_number_question(
    document: Document, location: Location, numbers: LessonNumbers
) -> tuple[QuestionVariant, ...]:
    errors = document.source.errors
    part = read_part(document, NumberQuestionPart, location)
    if part is None:
        return ()
    names = numbers.of_part(NumberQuestionPart, part.network, location)
    place = document.place((*location, "number"))
    is_given = isinstance(document.at((*location, "number")), str)
    is_known = is_given and names.check(part.number, place) is not None
    owner, number = numbers.resolve(names.network, part.number)
    names = names if owner is None else NumberNames(numbers, owner)
    if part.network is not None and owner != part.network:
        document.report(place, f"`{part.number}` is of another network than `{part.network}`")
    ask = names.optional((*location, "ask"))
    explain = names.optional((*location, "explain"))
    texts = [text for text in (ask, explain) if text is not None]
    named = [names.check(number.name, number.place) for text in texts for number in text.numbers]
    if ask is None or owner is None or not is_known or None in named or errors < document.source.errors:
        return ()
    steps = max(map(step_of, (number, *(one.name for text in texts for one in text.numbers))))
    if owner in numbers.graphs:
        message = f"a question asks for a number of a network with layers, and `{owner}` is a graph"
        document.report(place, message)
        return ()
    if fault := numbers.budget.of_variants(owner, part.variants, steps):
        document.report(place, fault)
        return ()
    seed = f"{numbers.experiments[owner].seed}/{location[-1]}"
    question = NumberQuestion(
        ask,
        explain,
        number,
        owner,
        numbers.experiments,
        part.choose,
        seed,
        numbers.language,
        numbers.graphs,
    )
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
    document: Document, location: Location, numbers: LessonNumbers
) -> tuple[QuestionVariant, ...]:
    part = read_part(document, ChoiceQuestionPart, location)
    if part is None:
        return ()
    names = numbers.of_part(ChoiceQuestionPart, part.network, location)
    texts = {key: names.text((*location, key)) for key in ("ask", "answer", "explain")}
    choices = [Choice(texts["answer"], True)]
    for i in range(len(part.wrong)):
        place = (*location, "wrong", i)
        wrong = _read_wrong(document, place, names)
        if wrong.text and any(wrong.text == other.text for other in choices):
            document.report(document.place(place), f"`{wrong.text}` is among the answers already")
        choices.append(wrong)
    return (QuestionVariant(texts["ask"], texts["explain"], choices=shuffled(texts["ask"], choices)),)


def _read_wrong(document: Document, location: Location, names: NumberNames) -> Choice:
    if not isinstance(document.at(location), dict):
        return Choice(read_text(document, location, "a wrong answer", names), False)
    part = read_part(document, WrongPart, location)
    if part is None:
        return Choice("", False)
    text, why = (names.text((*location, key)) for key in ("text", "why"))
    return Choice(text, False, why)
