"""A lesson as exports read it, with questions about real numbers, and with texts that would do harm."""

from storyreel.core.number_format import shown
from storyreel.engine.experiment import Experiment
from storyreel.lesson.manifest import LessonFiles, Manifest, Video
from storyreel.storyboard.study import Choice, FlashCard, Mistake, Question, QuestionVariant
from storyreel.storyboard.values import values_of

HEAD = """
title: A lesson
networks:
  chain:
    input: {x: 2}
    layers: [{name: h, weights: 3}, {name: y, weights: 5/6}]
    target: 3
    loss: half_squared_error
    learning_rate: 0.01
chapters:
  - {id: only, title: Only, scene: forward_pass, beats: [say: Hello.]}
"""
"""A storyboard that the texts of study can follow."""
HOSTILE = (
    "<script>alert(1)</script>",
    "\"quoted\" & 'quoted' &amp; &lt;b&gt; &#58;",
    "--> ]]> <!-- <![CDATA[ <?php ?>",
    "\u202eright to left\u202c",
    '=HYPERLINK("http://example.org","x")',
    "+1 @SUM(A1) |cmd",
    "[html]<b>bold</b>",
    "%50%half",
    "#feedback ####general ~wrong =right {#1:2} :: \\: \\n \\nabla \\",
    "// no comment\n// nor this\n\n$CATEGORY: other\n\n::title::",
    "TRUE -> FALSE .. 1..2 /a//b/",
    "{{c1::cloze}} {{Front}} [sound:x.mp3] [latex]x[/latex] [$]x[/$] \\(x\\) \\[x\\]",
    "a\x00b\x1fc\x0bd\r\ne\u2028f\ufffe",
)


def lesson(
    questions: tuple[Question, ...] = (), cards: tuple[FlashCard, ...] = (), title: str = "Backpropagation"
) -> Manifest:
    """A lesson of no chapters."""
    return Manifest(
        format=1,
        name="backpropagation",
        title=title,
        description="",
        language="en",
        voice="silent",
        seconds=12.0,
        video=Video(854, 480, 15, 180),
        files=LessonFiles("lesson.mp4", "poster.jpg", {}, "chapters.vtt", {}),
        chapters=(),
        captions=(),
        networks={},
        questions=questions,
        cards=cards,
    )


def gradient_question(experiment: Experiment) -> Question:
    """What each gradient of `experiment` is; the mistake is the other sign."""
    return Question(
        "gradients",
        tuple(
            QuestionVariant(
                ask=f"What is the gradient of {name}?",
                explain=f"It is {shown(value)}.",
                answer=value,
                shown=shown(value),
                tolerance=0.005,
                mistakes=(Mistake(-value, shown(-value), 0.005, "That has the wrong sign."),),
            )
            for name, value in values_of(experiment)["gradients"].items()
        ),
    )


def hostile_questions(text: str) -> tuple[Question, ...]:
    """A question to choose and one for a number, with `text` wherever an author can put one."""
    choices = (Choice(text, False, text), Choice(f"{text} 2", True, text))
    mistakes = (Mistake(-2.5, "−2.5", 0.05, text),)
    return (
        Question("choose", (QuestionVariant(text, text, choices=choices),)),
        Question("number", (QuestionVariant(text, text, 2.5, "2.5", 0.05, mistakes=mistakes),)),
    )


def number_to_choose() -> Question:
    """A question for a number that has answers to choose from."""
    choices = (Choice("−2", False, "Wrong sign"), Choice("2", True), Choice("4", False, "Too much"))
    mistakes = (Mistake(-2.0, "−2", 0.005, "Wrong sign"), Mistake(4.0, "4", 0.005, "Too much"))
    return Question("two", (QuestionVariant("1 + 1?", "", 2.0, "2", 0.005, choices, mistakes),))
