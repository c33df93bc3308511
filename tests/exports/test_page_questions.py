"""The questions of the page in a browser: their feedback, and the score."""

from helpers.page_browser import Open


def test_a_typed_answer_is_judged_with_its_tolerance_and_its_usual_mistake(open_page: Open) -> None:
    frame = open_page("sandbox")
    field, said = "[data-question=loss] input", "[data-question=loss] .feedback"
    for typed, expected in {
        "two": "Please type a number",
        "4": "You forgot the half.",
        "7": "Not quite",
        "4/2": "Right",
        "2,004": "Right",
        "−2": "Not quite",
    }.items():
        frame.fill(field, typed)
        frame.press(field, "Enter")
        assert expected in str(frame.text_content(said)), typed
    assert frame.text_content(".score") == "0 of 2 right"  # another variant may be answered again
    frame.click("[data-question=loss] button:has-text('Other')")
    assert frame.evaluate("document.activeElement.matches('[data-question=loss] input')")
    frame.fill(field, "0.5")
    frame.click("[data-question=loss] button:has-text('Check')")
    assert frame.text_content(".score") == "1 of 2 right"


def test_a_chosen_answer_is_told_why_and_the_score_is_announced(open_page: Open) -> None:
    frame = open_page("file")
    frame.click("[data-question=way] label:has-text('Along')")
    frame.click("[data-question=way] button:has-text('Check')")
    assert "That is uphill." in str(frame.text_content("[data-question=way] .feedback"))
    frame.click("[data-question=way] button:has-text('Show the answer')")
    assert "Against the gradient" in str(frame.text_content("[data-question=way] .feedback"))
    assert frame.evaluate("told.filter(([kind]) => kind === 'score')") == [
        ["score", {"right": 0, "asked": 2}]
    ]
    assert frame.get_attribute(".score", "role") == "status"
