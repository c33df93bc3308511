"""Questions about the numbers of a lesson: answers, tolerances, usual mistakes, variants.

In: a question's texts as `Template`, the name of a number, and experiments of the room `engine`. Out:
`QuestionVariant` (`storyboard.study`), from `quiz.NumberQuestion.variants`.

`mistakes` is the table of usual mistakes, computed by `mistakes_forward`, `mistakes_backward` and
`mistakes_update`; `tolerance` is how exact an answer must be, by way of `hand_calculation`; `variants` draws
other numbers.
"""
