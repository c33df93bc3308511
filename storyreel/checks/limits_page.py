"""The page of limits, `docs/limits.md`: every limit, its default, and the message of a storyboard beyond it.

python -m storyreel.checks.limits_page
"""

from storyreel.core.limits import VARIABLE, all_limits
from storyreel.core.paths import PACKAGE

PAGE = PACKAGE.parent / "docs" / "limits.md"
_OPENING = f"""\
# Limits

A storyboard may come from a stranger, so everything in it that takes time, memory or room on the disk has a
limit. `storyreel check` states what is beyond one, before any of it is done; so do `render` and the others.

Whoever renders may change limits by an environment variable, for one command or for all:

    {VARIABLE}=run_steps=50000,film_seconds=36000 storyreel render lesson.yaml

An operation of `operations` takes about 20 ns. A step of training takes one for each weight and bias, 1,000
for each layer, and for each example 2 for each neuron and 1 for 50 weights; each variant of a question takes
as many as 50 steps.

This page is written by `scripts/reference`.

| limit | default | beyond it |
| --- | ---: | --- |
"""


def page() -> str:
    """The page as Markdown."""
    rows = (f"| `{limit.name}` | {limit.default:,} | {limit.message} |" for limit in all_limits())
    return _OPENING + "\n".join(rows) + "\n"


def main() -> None:
    """Write the page."""
    PAGE.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
