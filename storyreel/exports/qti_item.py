"""One question as an item of QTI 1.2, in the form that Canvas writes and reads.

Every text is a paragraph of HTML, as Canvas treats all texts as HTML. Canvas accepts every range of numbers
in an item as a right answer, so usual mistakes are explained in the feedback for a wrong answer.
"""

from html import escape
from xml.etree.ElementTree import Element

from storyreel.exports.plain_text import decimal, one_line, plain_text
from storyreel.exports.questions import QuizItem
from storyreel.exports.xml import add
from storyreel.storyboard.study import QuestionVariant

_RESPONSE = "response1"


def add_item(section: Element, quiz_item: QuizItem) -> None:
    """Add the question to a `section`; it is worth one point."""
    variant, is_number = quiz_item.variant, quiz_item.number is not None
    item = add(section, "item", {"ident": quiz_item.name, "title": one_line(quiz_item.title)})
    kind = "numerical_question" if is_number else "multiple_choice_question"
    fields = add(add(item, "itemmetadata"), "qtimetadata")
    for label, entry in (("question_type", kind), ("points_possible", "1")):
        field = add(fields, "qtimetadatafield")
        add(field, "fieldlabel", text=label)
        add(field, "fieldentry", text=entry)
    presentation = add(item, "presentation")
    _add_text(presentation, variant.ask)
    if is_number:
        _add_blank(presentation)
    else:
        _add_choices(presentation, variant)
    feedback = _feedback(quiz_item)
    _add_scoring(item, quiz_item, feedback)
    for ident, text in feedback.items():
        _add_text(add(add(item, "itemfeedback", {"ident": ident}), "flow_mat"), text)


def _feedback(quiz_item: QuizItem) -> dict[str, str]:
    """The feedback for answers, by Canvas's identifiers."""
    variant = quiz_item.variant
    feedback = {"general_fb": variant.explain}
    feedback |= {f"{number}_fb": choice.why for number, choice in enumerate(variant.choices, start=1)}
    if quiz_item.number is not None:
        feedback["general_incorrect_fb"] = "\n".join(f"{one.shown}: {one.why}" for one in variant.mistakes)
    return {ident: text for ident, text in feedback.items() if text}


def _add_blank(presentation: Element) -> None:
    response = add(presentation, "response_str", {"ident": _RESPONSE, "rcardinality": "Single"})
    add(add(response, "render_fib", {"fibtype": "Decimal"}), "response_label", {"ident": "answer1"})


def _add_choices(presentation: Element, variant: QuestionVariant) -> None:
    response = add(presentation, "response_lid", {"ident": _RESPONSE, "rcardinality": "Single"})
    rendered = add(response, "render_choice")
    for number, choice in enumerate(variant.choices, start=1):
        _add_text(add(rendered, "response_label", {"ident": str(number)}), choice.text)


def _add_scoring(item: Element, quiz_item: QuizItem, feedback: dict[str, str]) -> None:
    """Add the points for an answer, and which of the `feedback` it gets."""
    scoring = add(item, "resprocessing")
    outcome = {"maxvalue": "100", "minvalue": "0", "varname": "SCORE", "vartype": "Decimal"}
    add(add(scoring, "outcomes"), "decvar", outcome)
    if "general_fb" in feedback:
        add(_condition(scoring, "general_fb"), "other")
    for number in range(1, len(quiz_item.variant.choices) + 1):
        if f"{number}_fb" in feedback:
            chosen = _condition(scoring, f"{number}_fb")
            add(chosen, "varequal", {"respident": _RESPONSE}, str(number))
    right = add(scoring, "respcondition", {"continue": "No"})
    _add_right(add(right, "conditionvar"), quiz_item)
    add(right, "setvar", {"action": "Set", "varname": "SCORE"}, "100")
    if "general_incorrect_fb" in feedback:
        add(_condition(scoring, "general_incorrect_fb"), "other")


def _condition(scoring: Element, feedback: str) -> Element:
    """Add a response with `feedback`; returns the element for its condition."""
    given = add(scoring, "respcondition", {"continue": "Yes"})
    condition = add(given, "conditionvar")
    add(given, "displayfeedback", {"feedbacktype": "Response", "linkrefid": feedback})
    return condition


def _add_right(condition: Element, quiz_item: QuizItem) -> None:
    """Add the condition for the right answer: a number within its tolerance, or a choice."""
    respident, variant = {"respident": _RESPONSE}, quiz_item.variant
    if quiz_item.number is None:
        right = next(number for number, choice in enumerate(variant.choices, start=1) if choice.is_right)
        add(condition, "varequal", respident, str(right))
        return
    answer, tolerance = decimal(quiz_item.number), decimal(variant.tolerance)
    either = add(condition, "or")
    add(either, "varequal", respident, f"{answer:f}")
    near = add(either, "and")
    add(near, "vargte", respident, f"{answer - tolerance:f}")
    add(near, "varlte", respident, f"{answer + tolerance:f}")


def _add_text(parent: Element, text: str) -> None:
    paragraph = escape(plain_text(text)).replace("\n", "<br/>")
    add(add(parent, "material"), "mattext", {"texttype": "text/html"}, f"<p>{paragraph}</p>")
