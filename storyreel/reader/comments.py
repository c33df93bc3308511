"""Comments that cut a text short: YAML takes ` #` and what follows on the line for a comment."""

import re

from storyreel.reader.document import Document, Location
from storyreel.reader.yaml.errors import taken_for_comment

_COMMENT = re.compile(r"[ \t]+(#[^\r\n\x85\u2028\u2029]*)")


def warn_of_comment(document: Document, location: Location) -> None:
    """Warn if a comment follows the unquoted text at the location on its line.

    Only for texts that are shown or spoken: there the author most likely meant `#` as part of the text.
    """
    node, text = document.node(location), document.source.text
    if node.style is not None or not isinstance(node.value, str):
        return
    if comment := _COMMENT.match(text, node.end):
        message = (
            f"{taken_for_comment(comment[1])}; put the text in quotes, or the comment on a line of its own"
        )
        document.report(document.source.place_at(comment.start(1)), message, is_warning=True)
