"""The questions as a package of QTI 1.2, which Canvas and most other course systems import."""

from pathlib import Path
from xml.etree.ElementTree import Element

from storyreel.exports.base import Export, ExportRequest
from storyreel.exports.deterministic_zip import write_package
from storyreel.exports.plain_text import one_line
from storyreel.exports.qti_item import add_item
from storyreel.exports.questions import quiz_items
from storyreel.exports.xml import add, xml_bytes
from storyreel.lesson.manifest import Manifest

NAME = "quiz.qti.zip"
ASSESSMENT = "quiz/quiz.xml"
"""The path of the questions in the package."""


def assessment(lesson: Manifest) -> bytes:
    """All questions of `lesson` as one test, which draws one variant of each question at random.

    Raises UsageError if there are no questions.
    """
    root = Element("questestinterop", {"xmlns": "http://www.imsglobal.org/xsd/ims_qtiasiv1p2"})
    test = add(root, "assessment", {"ident": f"{lesson.name}-quiz", "title": one_line(lesson.title)})
    section = add(test, "section", {"ident": "root_section"})
    for question, items in quiz_items(lesson).items():
        group = add(section, "section", {"ident": f"{lesson.name}-{question}", "title": question})
        drawn = add(add(group, "selection_ordering"), "selection")
        add(drawn, "selection_number", text="1")
        add(add(drawn, "selection_extension"), "points_per_item", text="1")
        for item in items:
            add_item(group, item)
    return xml_bytes(root)


def write_qti(request: ExportRequest) -> list[Path]:
    """Write `quiz.qti.zip`; raises UsageError if the lesson has no questions."""
    path = request.folder / NAME
    write_package(path, {"imsmanifest.xml": _contents(), ASSESSMENT: assessment(request.lesson)})
    return [path]


def _contents() -> bytes:
    """The manifest of the package."""
    root = Element("manifest", {"xmlns": "http://www.imsglobal.org/xsd/imscp_v1p1", "identifier": "package"})
    metadata = add(root, "metadata")
    add(metadata, "schema", text="IMS Content")
    add(metadata, "schemaversion", text="1.1.3")
    add(root, "organizations")
    test = {"identifier": "quiz", "type": "imsqti_xmlv1p2", "href": ASSESSMENT}
    add(add(add(root, "resources"), "resource", test), "file", {"href": ASSESSMENT})
    return xml_bytes(root)


QTI = Export("qti", "the questions as QTI 1.2, for Canvas and other course systems", write_qti)
