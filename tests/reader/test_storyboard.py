"""Storyboards: from YAML to chapters, beats, cues and networks, each with its place."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from storyreel.core.errors import Place, StoryboardError, UsageError
from storyreel.engine.optimizers import Momentum
from storyreel.reader import load
from storyreel.storyboard.model import Speaker, Storyboard
from storyreel.storyboard.template import Fact, LiteralText, Number, Template

SCENES = Path(__file__).parents[1] / "scene_files"
CHAIN = """\
title: From {x} to {y}
lexicon: {∂: partial}
networks:
  chain:
    input: {x: 2}
    layers:
      - {name: h, weights: 3}
      - {name: y, weights: 5/6}
    target: 3
    loss: half_squared_error
    learning_rate: 0.01
chapters:
  - id: forward
    title: "{h|six}: the hidden value"
    scene: forward_pass
    beats:
      - say: The input {x} runs [flow] along {w1}.
        do:
          - draw_network
          - propagate: {along: w1, at: flow, speed: 2}
      - do:
          - reveal: h
          - title_card: {text: "h is {h:.1f}", subtitle: "as of {=1986}"}
          - compare: [h, next.w1, "run.loss[20]"]
"""


def loaded(text: str) -> Storyboard:
    return load("lesson.yaml", text=text, scenes=SCENES)


def messages(text: str) -> list[str]:
    with pytest.raises(StoryboardError) as error:
        loaded(text)
    return [problem.message for problem in error.value.problems]


@pytest.mark.parametrize("written", ["9:16", '"9:16"', "'9:16'"])
def test_an_aspect_ratio_may_be_in_quotes(written: str) -> None:
    assert loaded(f"aspect: {written}\n{CHAIN}").aspect == "9:16"


def test_a_storyboard_need_not_have_an_aspect_ratio(lesson: Storyboard) -> None:
    assert lesson.aspect is None


@pytest.fixture
def lesson() -> Storyboard:
    return loaded(CHAIN)


def network(description: str) -> str:
    """A storyboard with one network, whose description is in YAML's flow style."""
    return f"""\
title: Networks
networks:
  net: {description}
chapters:
  - {{id: only, title: Only, scene: forward_pass, beats: [say: Hello.]}}
"""


def test_a_storyboard_has_what_its_author_wrote(lesson: Storyboard) -> None:
    chapter = lesson.chapters[0]
    assert (lesson.title, lesson.language, lesson.speakers) == ("From 2 to 5", "en", (Speaker(),))
    assert lesson.lexicon == {"∂": "partial"}
    assert (chapter.id, chapter.title, chapter.scene) == ("forward", "h: the hidden value", "forward_pass")
    assert lesson.warnings == ()


def test_the_only_network_is_every_chapters_network(lesson: Storyboard) -> None:
    assert lesson.chapters[0].network == "chain"


def test_cues_have_their_parameters_as_the_signature_says(lesson: Storyboard) -> None:
    first, second = lesson.chapters[0].beats
    draw, propagate = first.cues
    reveal, card, compare = second.cues
    assert (draw.name, draw.parameters, draw.at) == ("draw_network", {}, None)
    assert (propagate.parameters, propagate.at) == ({"along": "w1", "speed": 2.0}, "flow")
    assert isinstance(propagate.parameters["speed"], float)
    assert reveal.parameters == {"value": "h"}
    assert compare.parameters == {"values": ("h", "next.w1", "run.loss[20]")}
    text, subtitle = card.parameters["text"], card.parameters["subtitle"]
    assert isinstance(text, Template) and isinstance(subtitle, Template)
    assert text.parts == (LiteralText("h is "), Number("h", ".1f", Place("lesson.yaml", 23, 38)))
    assert subtitle.parts == (LiteralText("as of "), Fact("1986"))


def test_everything_knows_its_place(lesson: Storyboard) -> None:
    chapter = lesson.chapters[0]
    assert chapter.place == Place("lesson.yaml", 13, 5)
    assert [beat.place.line for beat in chapter.beats] == [17, 21]
    assert chapter.beats[0].cues[1].place == Place("lesson.yaml", 20, 13)
    (turn,) = chapter.beats[0].say
    assert turn.text.marks[0].place == Place("lesson.yaml", 17, 33)


def test_the_chains_numbers_are_those_that_a_hand_works_out(lesson: Storyboard) -> None:
    expected = {"h": 6, "y": 5, "loss": 2, "grad.w2": 12, "next.w1": 3 - 1 / 30, "learning_rate": 0.01}
    assert {name: lesson.lookup.value("chain", name) for name in expected} == pytest.approx(expected)


@pytest.mark.parametrize(
    ("written", "weights"),
    [
        ("input: {x: 2}, layers: [{weights: -0.5}]", [[-0.5]]),
        ("input: {x: 2}, layers: [{weights: [1, 5/6, 3]}]", [[1], [5 / 6], [3]]),
        ("input: {x: [1, 2]}, layers: [{weights: [3, 4]}]", [[3, 4]]),
        ("input: {a: 1, b: 2}, layers: [{weights: [[3, 4], [5, 6]]}]", [[3, 4], [5, 6]]),
        ("input: {x: [1, 2]}, layers: [{size: 1, init: {kind: constant, value: 0.5}}]", [[0.5, 0.5]]),
    ],
)
def test_weights_may_be_written_in_every_way_that_leaves_no_doubt(written: str, weights: object) -> None:
    target = [0] * len(np.array(weights))
    description = f"{{{written}, target: {target}, loss: mean_squared_error}}"
    experiment = loaded(network(description)).networks["net"]
    assert experiment.network.layers[0].weights == pytest.approx(np.array(weights))


def test_drawn_weights_follow_their_seed() -> None:
    layer = "{{size: 3, {0}: {{kind: xavier, seed: {1}}}}}"
    text = "{{input: {{x: [1, 2]}}, layers: [{}], target: [0, 0, 0], loss: mean_squared_error}}"

    def weights(key: str, seed: int) -> np.ndarray:
        experiment = loaded(network(text.format(layer.format(key, seed)))).networks["net"]
        return experiment.network.layers[0].weights

    assert np.array_equal(weights("init", 7), weights("weights", 7))
    assert not np.array_equal(weights("init", 7), weights("init", 8))


def test_layers_without_seeds_of_their_own_are_not_drawn_alike() -> None:
    layers = "[{size: 2, init: xavier}, {size: 2, init: xavier}]"
    text = f"{{input: {{x: [1, 2]}}, layers: {layers}, target: [0, 0], loss: mean_squared_error}}"
    first, second = loaded(network(text)).networks["net"].network.layers
    assert not np.array_equal(first.weights, second.weights)


def test_a_bias_is_there_only_if_it_is_given() -> None:
    text = "{input: {x: 2}, layers: [{weights: 3}, {weights: 1, bias: 0}], target: 1, loss: huber}"
    first, second = loaded(network(text)).networks["net"].network.layers
    assert first.bias is None
    assert second.bias is not None and second.bias.tolist() == [0]


@pytest.mark.parametrize(
    ("bias", "of_each"),
    [("1/2", [0.5, 0.5, 0.5]), ("0", [0, 0, 0]), ("[0.5]", None), ("[1, 2, 3]", [1, 2, 3])],
)
def test_a_bias_that_is_one_number_is_that_of_every_neuron(bias: str, of_each: list[float] | None) -> None:
    layer = f"{{name: h, size: 3, init: xavier, bias: {bias}}}"
    text = network(f"{{input: {{x: [1, 2]}}, layers: [{layer}], target: [1, 2, 3], loss: huber}}")
    if of_each is None:
        with pytest.raises(
            StoryboardError, match="needs 3 biases, one for each neuron or one for all, but gets"
        ):
            loaded(text)
    else:
        (layer_read,) = loaded(text).networks["net"].network.layers
        assert layer_read.bias is not None and layer_read.bias.tolist() == of_each


def test_data_optimizer_and_batches_reach_the_experiment() -> None:
    text = """{input: {grade: 3, iq: 1}, layers: [{weights: [1, 1]}], target: 2, loss: half_squared_error,
      data: [{grade: 1, iq: 2, target: 3}, {iq: 5, grade: 4, target: 6}],
      optimizer: {kind: momentum, momentum: 0.5}, learning_rate: 0.2, batch_size: 1, seed: 3}"""
    experiment = loaded(network(text)).networks["net"]
    assert experiment.data_inputs is not None and experiment.data_targets is not None
    assert experiment.data_inputs.tolist() == [[1, 2], [4, 5]]
    assert experiment.data_targets.tolist() == [[3], [6]]
    assert experiment.optimizer == Momentum(0.2, momentum=0.5)
    assert (experiment.batch_size, experiment.seed) == (1, 3)


def test_a_fault_in_a_network_is_not_followed_by_complaints_about_its_names() -> None:
    assert messages(CHAIN.replace("weights: 3}", "weights: three}")) == [
        "`weights` must be a number, not the text `three`"
    ]


def test_a_mark_that_no_cue_uses_is_a_warning() -> None:
    warnings = loaded(CHAIN.replace(", at: flow", "")).warnings
    assert [str(warning).splitlines()[0] for warning in warnings] == [
        "lesson.yaml:17:33: warning: no cue starts at the mark `[flow]`"
    ]


TWO_NETWORKS = network("{input: {x: 2}, layers: [{weights: 3}], target: 1, loss: huber}").replace(
    "chapters:", "  other: {input: {x: 4}, layers: [{weights: 3}], target: 1, loss: huber}\nchapters:"
)


def test_a_chapter_may_be_about_no_network_and_still_name_one() -> None:
    assert loaded(TWO_NETWORKS.replace("Hello.", '"{other.a1} it is."')).chapters[0].network is None


@pytest.mark.parametrize(
    ("say", "message"),
    [
        ("{a1} or {loss} it is", "a chapter that uses `a1` needs `network`; there are `net` and `other`"),
        ("{grad.w1} it is", "a chapter that uses `grad.w1` needs `network`; there are `net` and `other`"),
        ("{othr.a1} it is", "no number named `othr.a1`; did you mean `other.a1`?"),
        ("{nothing} it is", "no number named `nothing`"),
    ],
)
def test_a_missing_network_is_reported_once_for_its_chapter(say: str, message: str) -> None:
    assert messages(TWO_NETWORKS.replace("Hello.", f'"{say}"')) == [message]


def test_each_chapter_without_its_network_is_reported() -> None:
    chapter = '  - {{id: {0}, title: "{{loss}}", scene: forward_pass, beats: [say: "{{x}}, {{x}}"]}}\n'
    text = TWO_NETWORKS + chapter.format("second") + chapter.format("third")
    assert messages(text) == ["a chapter that uses `loss` needs `network`; there are `net` and `other`"] * 2


# `# cut` is a comment after a text that is shown or spoken, `# fine` any other.
COMMENTED = """\
title: The C # cut
description: # cut
takeaways: [Use C # cut
    , "C # in quotes"]  # fine
glossary: {weight: A factor # cut
  }
lexicon: {C: see # cut
  }
cards:
  - {front: What is C, back: It is C # cut
    }
questions:
  - ask: Is it {x} # cut
    number: h  # fine
    explain: C # cut
  - ask: Is it
    answer: A # cut
    wrong:
      - C # cut
      - text: E # cut
        why: G # cut
networks:
  chain:  # fine
    input: {x: 2}  # fine
    layers:
      - weights: 3  # fine
        name: h     # fine
    target: 3
    loss: half_squared_error  # fine
chapters:
  # fine
  - id: forward  # fine
    title: Forward # cut
    scene: forward_pass  # fine
    beats:
      - say: >-  # fine
          C # is a note.
        do:
          - draw_network  # fine
          - title_card: Use C # cut
          - title_card: {text: 'C #', subtitle: D # cut
              }
          - compare: {values: [h], where: side # cut
              }
      - say: They say C
          and D # cut, and more and more and more of it, and more
        do:
          - reveal: h  # fine
"""


def test_a_comment_that_cuts_a_text_is_a_warning_and_any_other_is_not() -> None:
    lines = COMMENTED.splitlines()
    cuts = [
        (number, line.index("# cut") + 1) for number, line in enumerate(lines, start=1) if "# cut" in line
    ]
    warnings = loaded(COMMENTED).warnings
    assert [(warning.place.line, warning.place.column) for warning in warnings] == cuts
    remedy = "put the text in quotes, or the comment on a line of its own"
    assert warnings[0].message == f"YAML takes `# cut` for a comment; {remedy}"
    assert (
        warnings[-1].message
        == f"YAML takes `# cut, and more and more and more of it,…` for a comment; {remedy}"
    )


def test_a_warning_about_a_question_does_not_drop_it() -> None:
    text = CHAIN + 'questions: [{ask: "{w1} times {x}", number: h, explain: It is C # or so\n  }]\n'
    lesson = loaded(text)
    assert len(lesson.questions) == len(lesson.warnings) == 1


def test_a_file_that_is_not_there_is_wrong_usage(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there is no file"):
        load(tmp_path / "none.yaml")


def test_a_huge_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "huge.yaml"
    path.write_text("title: x\n" + "#" * 500_000, encoding="utf-8")
    with pytest.raises(StoryboardError, match="at most 500,000 bytes"):
        load(path)


def test_a_byte_order_mark_and_windows_line_ends_change_nothing(tmp_path: Path) -> None:
    path = tmp_path / "lesson.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + CHAIN.replace("\n", "\r\n").encode())
    place = load(path, scenes=SCENES).chapters[0].beats[0].cues[1].place
    assert (place.line, place.column) == (20, 13)


@pytest.mark.parametrize("line_end", ["\r", "\x85", "\u2028"])
def test_line_ends_of_other_machines_change_nothing(line_end: str) -> None:
    text = CHAIN.replace(
        "say: The input {x} runs [flow] along {w1}.", "say: |\n          The input {x} runs [flow]."
    )
    place = loaded(text.replace("\n", line_end)).chapters[0].beats[0].say[0].text.marks[0].place
    assert (place.line, place.column) == (18, 30)


def test_emoji_as_json_writes_them_are_one_character() -> None:
    data = yaml.safe_load(CHAIN)
    data["title"], data["chapters"][0]["beats"][0]["say"] = "Smile 😀", "Hello 😀 [flow] {w1} 😀."
    lesson = loaded(json.dumps(data))
    assert lesson.title == "Smile 😀"
    (turn,) = lesson.chapters[0].beats[0].say
    assert turn.text.text == "Hello 😀 [flow] {w1} 😀."
    assert loaded(json.dumps(data)).digest != loaded(json.dumps(data, ensure_ascii=False)).digest


def test_a_place_after_an_emoji_as_json_writes_it_is_true() -> None:
    text = json.dumps({"title": "\U0001f600 {"})
    with pytest.raises(StoryboardError) as error:
        loaded(text)
    (problem,) = (each for each in error.value.problems if "is never closed" in each.message)
    assert problem.place.column == text.index("{", 1) + 1


def test_a_long_text_in_a_message_is_cut() -> None:
    for text in (f"title: {{{'a' * 5000}: 1}}", f"{'k' * 5000}: 1", f"title: T\nchapters: {'c' * 5000}"):
        assert all(len(message) <= 403 for message in messages(text))


def test_many_problems_are_not_all_told() -> None:
    found = messages("".join(f"key{i}: 1\n" for i in range(1000)))
    assert [f"a storyboard has no key `key{i}`" for i in range(200)] == [
        each for each in found if "key" in each
    ]
    assert set(found[:201]) - {each for each in found if "key" in each} == {
        "there are more than 200 problems; the rest of the storyboard is not checked (limit `problems`)"
    }
    assert len(found) == 201


def test_a_control_character_cannot_reach_the_terminal() -> None:
    with pytest.raises(StoryboardError) as error:
        loaded("title: \x1b[31m\n")
    assert "\x1b" not in str(error.value)


@pytest.mark.parametrize("nested", ["[" * 20_000, "{a: " * 20_000, "- " * 5_000])
def test_deep_nesting_is_one_message(nested: str) -> None:
    assert messages(nested) == ["a storyboard is at most 20 levels deep (limit `depth`)"]


edits = st.tuples(
    st.integers(0, len(CHAIN) - 1),
    st.integers(0, 12),
    st.text("{}[]:-,'\"|>&*!%#=~?\n\t \\x0é1.", max_size=4)
    | st.sampled_from(["null", "no", ".inf", "5/0", "{h}"]),
)


@given(st.lists(edits, min_size=1, max_size=3))
@settings(max_examples=150, deadline=None)
def test_whatever_the_typing_errors_an_author_gets_places_and_never_a_traceback(
    changes: list[tuple[int, int, str]],
) -> None:
    text = CHAIN
    for start, length, inserted in changes:
        text = text[:start] + inserted + text[start + length :]
    check_that_it_loads_or_is_explained(text)


def test_a_long_text_in_the_wrong_place_is_quoted_in_one_short_line() -> None:
    assert messages(CHAIN.replace("chapters:", "chapters: |")) == [
        "`chapters` must be a list, with a line that begins with - for each item, not the text"
        ' `- id: forward title: "{h|six}: the hidde…`'
    ]
    assert all(
        "\n" not in message for message in messages(CHAIN.replace("scene: forward_pass", 'scene: "a\\nb"'))
    )


QUOTE = "title: T\nchapters: [{id: a, title: A, scene: forward_pass, beats: [{say: Nul.}]}]\n"


@pytest.mark.parametrize("tag", ["en", "en-GB", "pt-br", "deu", "zh-Hans", "sr-latn", "es-419"])
def test_a_language_is_any_that_is_registered(tag: str) -> None:
    assert loaded(f"language: {tag}\n{QUOTE}").language == tag


@pytest.mark.parametrize("tag", ["en-GB", "de", "es-419", "fr", "it", "pt-br", "zh-Hans"])
def test_numbers_are_known_in_these_languages(tag: str) -> None:
    assert loaded(f"language: {tag}\n{CHAIN}").language == tag


def test_a_lesson_has_no_numbers_in_a_language_in_which_they_are_not_known() -> None:
    known = "`de`, `en`, `es`, `fr`, `it`, `pt` and `zh`"
    assert messages(f"language: nl\n{CHAIN}") == [
        f"how numbers are written and said in `nl` is not known; it is in {known}"
    ]


@pytest.mark.parametrize(
    ("tag", "hint"),
    [
        ("xx", "write a code such as en, de or pt-br"),
        ("jp", "did you mean `ja`?"),
        ("dex", "did you mean `de`?"),
        ("en-england", "did you mean `en`?"),
    ],
)
def test_an_unknown_language_is_an_error(tag: str, hint: str) -> None:
    assert messages(f"language: {tag}\n{CHAIN}") == [f"no language has the code `{tag}`; {hint}"]


def saying(say: str, head: str = "") -> str:
    """A storyboard without networks whose narration is `say`, in YAML's double quotes."""
    beats = f'beats: [say: "{say}"]'
    return f"title: Signs\n{head}\nchapters: [{{id: only, title: Only, scene: forward_pass, {beats}}}]\n"


@pytest.mark.parametrize("say", ["...", "…", "?", "— !?", "()", "{=…}", "_"])
def test_narration_of_signs_only_has_nothing_to_say(say: str) -> None:
    [message] = messages(saying(say))
    shown = say.replace("{=", "").replace("}", "")
    assert message == f"there is nothing to say in `{say}`; for a caption in silence write {{{shown}|}}"


def test_a_mark_alone_says_nothing() -> None:
    assert messages(saying("[go]"))[0] == "there is nothing to say in `[go]`"


@pytest.mark.parametrize("say", ["+", "a", "α", "→", "%", "😀", "{…|}", "{…|}.", "{…|a pause}", "… so?"])
def test_narration_may_be_a_sign_with_a_name_or_silent_on_purpose(say: str) -> None:
    assert loaded(saying(say)).warnings == ()


def test_the_lexicon_may_give_a_sign_its_words() -> None:
    assert loaded(saying("…", "lexicon: {…: and so on}")).chapters[0].beats[0].say
    assert "`…` must be text: YAML takes 3 for a number" in messages(saying("…", "lexicon: {…: 3}"))[0]


@pytest.mark.parametrize(
    ("voice", "name", "pace"),
    [("hibari", "hibari", 1), ("{name: hibari}", "hibari", 1), ("{name: silent, pace: 0.9}", "silent", 0.9)],
)
def test_a_voice_may_have_a_pace(voice: str, name: str, pace: float) -> None:
    storyboard = loaded(saying("Hello.", f"voice: {voice}"))
    (speaker,) = storyboard.speakers
    assert (speaker.voice, speaker.pace) == (name, pace)


def test_the_lexicon_gives_words_or_phonemes_in_either_alphabet() -> None:
    entries = "{IQ: I Q, ReLU: /ˈɹeɪluː/, GELU: /ɡˈɛlu/, chart: /t͡ʃɑːrt/, …: /ˈɛtsɛtəɹə/, and/or: a/o}"
    storyboard = loaded(saying("…", f"lexicon: {entries}"))
    assert storyboard.lexicon == {"IQ": "I Q", "and/or": "a/o"}
    assert storyboard.pronunciations == {
        "ReLU": "ˈɹAlu",
        "GELU": "ɡˈɛlu",
        "chart": "ʧɑɹt",
        "…": "ˈɛtsɛtəɹə",
    }


@given(st.text(max_size=60))
@settings(max_examples=100, deadline=None)
def test_whatever_the_text_there_is_never_a_traceback(text: str) -> None:
    check_that_it_loads_or_is_explained(text)


def check_that_it_loads_or_is_explained(text: str) -> None:
    lines = text.splitlines() or [""]
    try:
        loaded(text)
    except StoryboardError as error:
        for problem in error.problems:
            assert problem.message.strip() == problem.message and "\n" not in problem.message
            assert 1 <= problem.place.line <= len(lines) + 1
            assert problem.place.column >= 1


@pytest.mark.parametrize("style", [lambda text: f"'{text}'", lambda text: f'"{text}"', lambda text: text])
def test_a_problem_in_a_folded_text_is_shown_on_its_own_line(style: Callable[[str], str]) -> None:
    text = style("one\n          two 3 four")
    with pytest.raises(StoryboardError) as error:
        loaded(
            CHAIN.replace("say: The input {x} runs [flow] along {w1}.", f"say: {text}").replace(
                ", at: flow", ""
            )
        )
    [problem] = error.value.problems
    assert (problem.place.line, problem.source[problem.place.column - 1]) == (18, "3")
