"""The reference of scenes and cues: the page agrees with the code, and every cue has a picture."""

from storyreel.checks.reference import PAGE, REFERENCE, entries, page, use_of, uses
from storyreel.checks.reference_stills import LARGEST
from storyreel.storyboard.vocabulary import scene_types

RENEW = "renew it with scripts/reference"


def test_the_page_is_what_the_code_says() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(scene_types()), RENEW


def test_every_cue_of_every_scene_is_on_the_page() -> None:
    scenes, every = scene_types(), entries(scene_types())
    described = {(scene, entry.cue.name) for entry in every for scene in entry.scenes}
    assert described == {(scene.name, cue) for scene in scenes.values() for cue in scene.cues}
    assert len({entry.still for entry in every}) == len(every)


def test_every_cue_is_used_in_a_storyboard_that_comes_with_storyreel() -> None:
    found = uses()
    assert [f"{e.scenes[0]}: {e.cue.name}" for e in entries(scene_types()) if not use_of(e, found)] == []


def test_every_cue_has_a_small_still_and_there_is_no_other() -> None:
    stills = list(REFERENCE.glob("*.png"))
    assert {still.name for still in stills} == {entry.still for entry in entries(scene_types())}, RENEW
    assert max(still.stat().st_size for still in stills) <= LARGEST
    assert sum(still.stat().st_size for still in stills) <= 9_000 * len(stills)
