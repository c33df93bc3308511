"""Templates: numbers, marks, spoken forms and facts, and messages about faults."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storyreel.core.errors import Place, StoryboardError
from storyreel.storyboard.template import Fact, LiteralText, Mark, Number, Spoken, Template, TemplatePart


def at(column: int) -> Place:
    return Place("template", 1, column)


def found(text: str) -> list[tuple[int, str]]:
    problems: list[tuple[int, str]] = []
    Template.parse(text, report=lambda place, message: problems.append((place.column, message)))
    return problems


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Plain words.", (LiteralText("Plain words."),)),
        ("{h}", (Number("h", "", at(1)),)),
        ("{ w2 : .3f }", (Number("w2", ".3f", at(1)),)),
        ("a {W1[2,0]}.", (LiteralText("a "), Number("W1[2,0]", "", at(3)), LiteralText("."))),
        ("{run.loss[20]:+,.2e}", (Number("run.loss[20]", "+,.2e", at(1)),)),
        ("{other.next.grad.w1}", (Number("other.next.grad.w1", "", at(1)),)),
        ("{∂L/∂w₁|d L by d w one}", (Spoken("∂L/∂w₁", "d L by d w one"),)),
        ("{→|}", (Spoken("→", ""),)),
        ("{2 + 2|two and two}", (Spoken("2 + 2", "two and two"),)),
        ("{=1986}", (Fact("1986"),)),
        ("x [flow] y", (LiteralText("x "), Mark("flow", at(3)), LiteralText(" y"))),
        ("{{h}} [[i]]", (LiteralText("{h} [i]"),)),
        ("{{{h}}}", (LiteralText("{"), Number("h", "", at(3)), LiteralText("}"))),
        ("x² and w₁ and ½", (LiteralText("x² and w₁ and ½"),)),
    ],
)
def test_a_template_is_read_in_parts(text: str, parts: tuple[TemplatePart, ...]) -> None:
    assert Template.parse(text).parts == parts


def test_numbers_and_marks_are_listed_in_order() -> None:
    template = Template.parse("[a] {x} [b] {y}")
    assert [mark.name for mark in template.marks] == ["a", "b"]
    assert [number.name for number in template.numbers] == ["x", "y"]


@pytest.mark.parametrize("spec", ["q", "s", ".999f", "10", "<5", "=5", "_", "n", "", "!r"])
def test_only_formats_that_suit_a_number_are_taken(spec: str) -> None:
    assert found(f"{{h:{spec}}}") == [
        (1, f"`{spec}` is not a format for a number; write for instance {{h:.2f}}"),
    ]


@pytest.mark.parametrize("written", ["1986", "3.14", "5/6", "−0.5", "-2", "10%", "1,000", "2nd", "12:30"])
def test_digits_written_by_hand_are_found_whole(written: str) -> None:
    [(column, message)] = found(f"It is {written}, they say.")
    assert column == 7
    assert message == (
        f"digit written by hand: `{written}`; "
        f"take it from the network, as in {{h}}, or mark it as a plain fact: {{={written}}}"
    )


def test_a_name_with_digits_is_told_from_a_number() -> None:
    assert found("so w1 grows") == [
        (4, "digit written by hand: `w1`; for the number write {w1}, for its name w₁"),
    ]


def test_every_fault_is_reported() -> None:
    assert [column for column, _ in found("a } b ] c { d {} e [x y] f 7")] == [3, 7, 11, 15, 20, 28]


def test_without_a_report_the_first_fault_is_raised() -> None:
    with pytest.raises(StoryboardError, match="braces are empty"):
        Template.parse("{} {}")


def test_an_empty_text_is_a_fault() -> None:
    assert found("  ") == [(1, "the text is empty")]


@given(st.text("{}[]|=:a1 \n", max_size=30))
def test_any_text_is_read_or_faulted_with_places_inside_it(text: str) -> None:
    assert all(1 <= column <= max(1, len(text)) for column, _ in found(text))


@given(st.text(st.characters(exclude_categories=["Nd", "Cs"]), min_size=1))
def test_doubled_braces_and_brackets_give_any_text_back(text: str) -> None:
    written = text
    for sign in "{}[]":
        written = written.replace(sign, sign * 2)
    parts = Template.parse(written, report=lambda place, message: None).parts
    assert parts == (LiteralText(text),)
