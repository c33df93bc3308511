"""What storyreel says to viewers is there in every language whose numbers it knows."""

import re
from pathlib import Path
from string import Formatter

import pytest
import yaml

from storyreel.core.messages import LANGUAGES, messages
from storyreel.core.number_format import MARKS
from storyreel.core.paths import ASSETS
from storyreel.engine.activations import ACTIVATIONS
from storyreel.engine.losses import LOSSES
from storyreel.engine.optimizers import OPTIMIZERS
from storyreel.quiz.mistakes import USUAL_MISTAKES

PAGE = ASSETS / "page"
FILES = sorted(LANGUAGES.glob("*.yaml"))


def places(text: str) -> list[str]:
    return sorted(name for _, name, _, _ in Formatter().parse(text) if name is not None)


def test_every_language_with_numbers_has_a_file() -> None:
    assert {path.stem for path in FILES} == set(MARKS)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_language_has_all_messages_each_once_with_the_same_places(path: Path) -> None:
    text = path.read_text("utf-8")
    own, english = yaml.safe_load(text), messages("en")
    assert list(own) == list(english)
    for section in english:
        assert list(own[section]) == list(english[section])
        for key, message in own[section].items():
            assert message.strip() == message != "", key
            assert places(message) == places(english[section][key]), key
            assert len(re.findall(rf"^  {key}:", text, re.MULTILINE)) == 1, key


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_no_sentence_is_left_in_english_or_given_to_two_mistakes(path: Path) -> None:
    own, english = messages(path.stem), messages("en")
    reasons = list(own["mistakes"].values())
    assert len(set(reasons)) == len(reasons)
    if path.stem != "en":
        alike = {key for key in own["page"] if own["page"][key] == english["page"][key]}
        assert alike <= {"gradient", "bias", "transcript", "questions"}  # shared with English
        assert not set(reasons) & set(english["mistakes"].values())
        mark = MARKS[path.stem][0]
        assert not re.search(rf"\d[{'.' if mark == ',' else ','}]\d", path.read_text("utf-8"))


def test_every_mistake_has_its_sentence_and_every_sentence_its_mistake() -> None:
    assert list(messages("en")["mistakes"]) == [mistake.__name__ for mistake in USUAL_MISTAKES]


def test_every_message_of_the_page_is_used_and_every_used_one_is_there() -> None:
    template = (PAGE / "page.html.j2").read_text("utf-8")
    scripts = "".join(path.read_text("utf-8") for path in PAGE.glob("*.js"))
    keys, in_template = set(messages("en")["page"]), set(re.findall(r"\bwords\.(\w+)", template))
    assert in_template | set(re.findall(r'\bsay\("(\w+)"', scripts)) <= keys
    kinds = {"input", "weight", "bias", "target", "learning_rate"}  # a slider's kind is its key
    assert kinds < keys
    assert {key for key in keys - in_template - kinds if f'"{key}"' not in scripts} == set()


def test_what_a_storyboard_chooses_has_a_name() -> None:
    chosen = {*ACTIVATIONS, *LOSSES, *OPTIMIZERS} - {"identity"}
    assert set(messages("en")["names"]) == chosen


def test_a_variant_of_a_language_has_its_messages_and_another_language_those_of_english() -> None:
    assert messages("pt-BR") == messages("pt") != messages("en")
    assert messages("hi") == messages("en")
