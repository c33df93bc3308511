"""The place in the file of each character of a YAML scalar."""

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from storyreel.reader.document import open_document
from storyreel.reader.yaml.positions import scalar_indices


def written(text: str) -> str:
    """Each visible character of the scalar under the key `say`, with the character at its place."""
    node = open_document(Path("text.yaml"), text).node(("say",))
    index = scalar_indices(node, text)
    return "".join(text[index(i)] for i, character in enumerate(str(node.value)) if not character.isspace())


@pytest.mark.parametrize(
    "text",
    [
        "say: plain words # comment",
        "say: plain\n  on\n\n  three lines\n",
        "say: 'single ''quoted'' words'",
        'say: "double quoted\n  over lines"',
        "say: >\n  folded\n  lines\n\n   more\n",
        "say: |-\n  literal\n    lines\n",
        "say: >2+ # comment\n  folded\n",
    ],
)
def test_every_character_is_found_where_it_is_written(text: str) -> None:
    value = yaml.safe_load(text)["say"]
    assert written(text) == "".join(value.split())


def test_escapes_are_found_where_their_backslash_is() -> None:
    assert written(r'say: "a\tb\"c\u00e9d\x41 \\ e"') == r"ab\c\d\\e"
    assert written(r'say: "a\u3000b\xa0c\u0020d\U0001f600e\ud83d\ude00f\_g"') == r"abcd\e\fg"


@given(st.text("ab {}:#'\"\\é\n-", min_size=1), st.sampled_from(["'", '"', "|", ">"]), st.integers(8, 40))
def test_places_are_true_in_every_style_and_width(value: str, style: str, width: int) -> None:
    text = yaml.safe_dump({"say": value}, default_style=style, width=width, allow_unicode=True)
    shown = written(text)
    expected = "".join(value.split())
    assert len(shown) == len(expected)
    assert all(there in (wanted, "\\") for there, wanted in zip(shown, expected, strict=True))
