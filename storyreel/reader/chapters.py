"""The chapters of a storyboard and their beats."""

from collections.abc import Mapping, Sequence
from itertools import takewhile
from typing import Any

from storyreel.core.did_you_mean import did_you_mean
from storyreel.core.limits import beyond, limits
from storyreel.reader.cues import marks_used, read_cue
from storyreel.reader.document import Document, Location
from storyreel.reader.mapping_check import read_part
from storyreel.reader.number_names import LessonNumbers, NumberNames
from storyreel.reader.schema_classes import BeatPart, ChapterPart, LessonPart
from storyreel.reader.turns import check_spoken, read_turns
from storyreel.storyboard.cue import Example
from storyreel.storyboard.cue_order import order_faults
from storyreel.storyboard.model import Beat, Chapter, Speaker
from storyreel.storyboard.text_size import width_of
from storyreel.storyboard.things import StageContents
from storyreel.storyboard.vocabulary import SceneType

SHORT_TITLE = 40
"""Letters of a title that always has room."""
HEADING, WIDEST_HEADING = (0.42, "semibold"), 18.5
"""The font of a title, and its width, in Manim units, of which it can be made smaller until it fits."""


def read_chapters(
    document: Document,
    lesson: LessonPart,
    speakers: Sequence[Speaker],
    scenes: Mapping[str, SceneType],
    numbers: LessonNumbers,
) -> tuple[Chapter, ...]:
    """The chapters of `lesson` that can be read; problems are reported."""
    locations: list[Location] = [("chapters", i) for i in range(len(lesson.chapters))]
    read, beats = [], 0
    for location in locations:
        beats += len(_beats(document, location))
        if not document.is_within(location, "beats", beats):
            break
        read.append(_read_chapter(document, location, lesson, speakers, scenes, numbers))
    _check_length(document, [beat for chapter in read if chapter for beat in chapter.beats])
    chapters = [chapter for chapter in read if chapter is not None]
    lines: dict[str, int] = {}
    for i, chapter in enumerate(read):
        if chapter is None or not chapter.id:
            continue
        place = document.place(("chapters", i, "id"))
        if chapter.id in lines:
            document.report(place, f"the id `{chapter.id}` is already taken, on line {lines[chapter.id]}")
        lines.setdefault(chapter.id, place.line)
    return tuple(chapters)


def _beats(document: Document, location: Location) -> list[Any]:
    beats = document.at((*location, "beats"))
    return beats if isinstance(beats, list) else []


def _check_length(document: Document, beats: Sequence[Beat]) -> None:
    """Report the beat with which the narration becomes too long."""
    characters = 0
    for beat in beats:
        characters += sum(len(turn.text.text) for turn in beat.say)
        if characters > limits().narration_characters:
            document.report(beat.place, beyond("narration_characters"))
            return


def _read_chapter(
    document: Document,
    location: Location,
    lesson: LessonPart,
    speakers: Sequence[Speaker],
    scenes: Mapping[str, SceneType],
    numbers: LessonNumbers,
) -> Chapter | None:
    part = read_part(document, ChapterPart, location)
    if part is None:
        return None
    names = numbers.of_part(ChapterPart, part.network, location)
    scene = scenes.get(part.scene)
    if scene is None and isinstance(document.at((*location, "scene")), str):
        place = document.place((*location, "scene"))
        document.report(place, f"no scene named `{part.scene}`{did_you_mean(part.scene, scenes)}")
    example = None if part.example is None else names.example((*location, "example"), "`example`")
    names.focus(example)
    title = names.text((*location, "title"))
    document.check_letters((*location, "title"), title)
    if len(title) > SHORT_TITLE and width_of(title, *HEADING) > WIDEST_HEADING:
        message = "the title is too long to be read above the picture; use fewer words"
        document.report(document.place((*location, "title")), message)
    places = [(*location, "beats", i) for i in range(len(part.beats))]
    beats = [_read_beat(document, place, lesson, speakers, scene, names) for place in places]
    if scene is not None:
        written = [document.at((*place, "do")) or () for place in places]
        wanted = [len(cues) if isinstance(cues, list) else 0 for cues in written]
        _check_order(document, scene, names, example, list(zip(beats, wanted, strict=True)))
    return Chapter(
        id=part.id,
        title=title,
        scene=part.scene,
        network=names.network,
        example=example,
        beats=tuple(beat for beat in beats if beat is not None),
        place=document.place(location),
    )


def _check_order(
    document: Document,
    scene: SceneType,
    names: NumberNames,
    example: Example | None,
    beats: Sequence[tuple[Beat | None, int]],
) -> None:
    """Report cues in an order that cannot work, up to the first beat with a cue that there is not.

    Each beat has with it the number of cues that it should have. The chapter begins with an `example` of the
    data in focus (None: the network's own).
    """
    read = takewhile(lambda pair: pair[0] is not None and len(pair[0].cues) == pair[1], beats)
    known = [beat for beat, _ in read if beat is not None]
    lesson = names.lesson
    graph = lesson.graphs.get(names.network or "")
    in_focus = {graph.name: graph.focused(example)} if graph is not None and example is not None else {}
    stage = StageContents(
        scene,
        names.network,
        lesson.experiments,
        names.filled,
        graphs={**lesson.graphs, **in_focus},
        aspect=lesson.aspect,
    )
    for place, fault in order_faults(stage, known):
        document.report(place, fault)


def _read_beat(
    document: Document,
    location: Location,
    lesson: LessonPart,
    speakers: Sequence[Speaker],
    scene: SceneType | None,
    names: NumberNames,
) -> Beat | None:
    errors = document.source.errors
    part = read_part(document, BeatPart, location)
    if part is None:
        return None
    place = document.place(location)
    if part.say is None and part.do is None and errors == document.source.errors:
        document.report(place, "a beat needs `say` or `do`")
    say = read_turns(document, (*location, "say"), names, speakers)
    if errors == document.source.errors:
        # What is no text in the lexicon is reported there.
        words = {word: said for word, said in lesson.lexicon.items() if isinstance(said, str)}
        for turn in say:
            check_spoken(document, turn, lesson.language, words)
    in_text = [mark for turn in say for mark in turn.text.marks]
    marks = {mark.name: mark.place for mark in in_text} if say else None
    used = set(marks_used(part.do))
    for mark in in_text:
        if mark.name not in used:
            message = f"no cue starts at the mark `[{mark.name}]`"
            document.report(mark.place, message, is_warning=True)
    places = [(*location, "do", i) for i in range(len(part.do or ()))]
    cues = [read_cue(document, cue, scene, names, marks) for cue in places] if scene else []
    return Beat(say, tuple(cue for cue in cues if cue is not None), place)
