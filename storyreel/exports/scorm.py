"""The page as a package of SCORM 1.2, which reports completion and the score to a course system."""

import hashlib
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote
from xml.etree.ElementTree import Element

from storyreel.exports.base import Export, ExportRequest
from storyreel.exports.deterministic_zip import write_package
from storyreel.exports.page import PAGE_ASSETS, page_html
from storyreel.exports.plain_text import one_line
from storyreel.exports.xml import add, xml_bytes
from storyreel.lesson.manifest import Manifest

PAGE = "index.html"
_LONGEST_TITLE = 200
_NAMESPACES = {
    "xmlns": "http://www.imsproject.org/xsd/imscp_rootv1p1p2",
    "xmlns:adlcp": "http://www.adlnet.org/xsd/adlcp_rootv1p2",
}


def write_scorm(request: ExportRequest) -> list[Path]:
    """Write `<name>.scorm.zip`: the page, the film and the captions.

    The request's `base_url` is not used, as a course system chooses the address of the package.
    """
    lesson = request.lesson
    script = (PAGE_ASSETS / "scorm.js").read_text("utf-8")
    page = page_html(replace(request, base_url=None), [script])
    files = {name: request.folder / name for name in lesson.files.paths()}
    path = request.folder / f"{lesson.name}.scorm.zip"
    contents = contents_of(lesson, [PAGE, *files])
    write_package(path, {"imsmanifest.xml": contents, PAGE: page.encode(), **files})
    return [path]


def contents_of(lesson: Manifest, names: list[str]) -> bytes:
    """The manifest of the package: one learning object, the page `names[0]`, which needs the other files."""
    title = one_line(lesson.title)[:_LONGEST_TITLE]
    identifier = f"storyreel-{hashlib.sha256(lesson.name.encode()).hexdigest()[:16]}"
    root = Element("manifest", {"identifier": identifier, "version": "1.0", **_NAMESPACES})
    metadata = add(root, "metadata")
    add(metadata, "schema", text="ADL SCORM")
    add(metadata, "schemaversion", text="1.2")
    organization = add(
        add(root, "organizations", {"default": "lesson"}), "organization", {"identifier": "lesson"}
    )
    add(organization, "title", text=title)
    item = add(organization, "item", {"identifier": "film", "identifierref": "page"})
    add(item, "title", text=title)
    kind = {"identifier": "page", "type": "webcontent", "adlcp:scormtype": "sco", "href": quote(names[0])}
    resource = add(add(root, "resources"), "resource", kind)
    for name in names:
        add(resource, "file", {"href": quote(name)})
    return xml_bytes(root)


SCORM = Export("scorm", "the page as a SCORM 1.2 package, which reports completion and score", write_scorm)
