"""Description, takeaways, glossary and cards, which all reach the manifest."""

from pathlib import Path

from helpers.quiz_lesson import HEAD

from storyreel.core.paths import DEFAULT_STORYBOARD
from storyreel.lesson.manifest import read_manifest
from storyreel.production.lesson_writer import lesson_manifest, write_lesson
from storyreel.production.production import plan
from storyreel.reader import load

HERE = Path(__file__).parents[1]


def test_the_manifest_has_all_that_is_read_beside_the_film(tmp_path: Path) -> None:
    board = load(DEFAULT_STORYBOARD.with_name("new.yaml"))
    production = plan(board, voice="silent")
    files = lesson_manifest(production, ())
    for part in (files.files, *(chapter.files for chapter in files.chapters)):
        for name in part.paths():
            (tmp_path / name).parent.mkdir(exist_ok=True)
            (tmp_path / name).write_text(name)
    write_lesson(tmp_path / "lesson.json", production, (), {})
    manifest = read_manifest(tmp_path / "lesson.json")
    assert manifest.questions == board.questions
    assert len(manifest.questions) == 2
    assert manifest.glossary == board.glossary
    assert (manifest.description, manifest.takeaways, manifest.cards) == ("", (), ())


HOSTILE = '<script>alert("x")</script> --> ]]> & \'; =SUM(A) \u202e \\ ~ # %'
TERM = HOSTILE.replace("]", "]]")  # a term is a key, and stands for itself


def test_hostile_text_comes_through_as_it_is() -> None:
    quoted = "'" + HOSTILE.replace("'", "''").replace("]", "]]") + "'"
    text = f"""
questions:
- {{ask: {quoted}, answer: {quoted}, wrong: [Other], explain: {quoted}}}
- {{ask: {quoted}, number: h, explain: {quoted}}}
description: {quoted}
takeaways: [{quoted}]
glossary: {{{quoted}: {quoted}}}
cards: [{{front: {quoted}, back: {quoted}}}]
"""
    board = load("lesson.yaml", text=HEAD + text, scenes=HERE / "scene_files")
    assert (board.description, board.takeaways) == (HOSTILE, (HOSTILE,))
    assert [(entry.term, entry.text) for entry in board.glossary] == [(TERM, HOSTILE)]
    assert [(card.front, card.back) for card in board.cards] == [(HOSTILE, HOSTILE)]
    for question in board.questions:
        assert (question.variants[0].ask, question.variants[0].explain) == (HOSTILE, HOSTILE)
    assert any(
        choice.text == HOSTILE and choice.is_right for choice in board.questions[0].variants[0].choices
    )


def test_texts_for_reading_have_the_lessons_numbers() -> None:
    text = """
description: It makes {y}.
takeaways: ["{grad.w1|ten thirds} of {=1986}"]
glossary: {Weight: "Such as {w1}."}
cards: [{front: "{h}?", back: "{chain.h:.2f} [[six]]"}]
"""
    board = load("lesson.yaml", text=HEAD + text, scenes=HERE / "scene_files")
    assert (board.description, board.takeaways) == ("It makes 5.", ("grad.w1 of 1986",))
    assert board.cards[0].front == "6?"
    assert board.cards[0].back == "6.00 [six]"
    assert [(entry.term, entry.text) for entry in board.glossary] == [("Weight", "Such as 3.")]
