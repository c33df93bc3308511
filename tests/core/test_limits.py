"""The table of limits: what the environment may change, and the page that lists them."""

import pytest

from storyreel.checks.limits_page import PAGE, page
from storyreel.core.errors import UsageError
from storyreel.core.limits import VARIABLE, Limits, all_limits, beyond, limits


def test_the_page_is_what_the_code_says() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "renew it with scripts/reference"


def test_every_limit_is_on_the_page_with_its_default_and_what_is_said_beyond_it() -> None:
    text = page()
    for name, default in vars(Limits()).items():
        assert text.count(f"| `{name}` | {default:,} | ") == 1
    assert [each.name for each in all_limits()] == list(vars(Limits()))
    assert not [each.message for each in all_limits() if "{" in each.message or "None" in each.message]


def test_whoever_renders_may_change_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, " run_steps = 50_000, beats=3")
    assert (limits().run_steps, limits().beats, limits().depth) == (50_000, 3, 20)
    assert beyond("run_steps", 60_000) == "a run has at most 50,000 steps, not 60,000 (limit `run_steps`)"
    monkeypatch.delenv(VARIABLE)
    assert limits() == Limits()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("run_step=1", "STORYREEL_LIMITS: no limit named `run_step`; did you mean `run_steps`?"),
        ("weather=1", "STORYREEL_LIMITS: no limit named `weather`"),
        ("beats", "STORYREEL_LIMITS: `beats` is a whole number, as in beats=1000"),
        ("beats=many", "STORYREEL_LIMITS: `beats` is a whole number, as in beats=1000"),
        ("beats=-1", "STORYREEL_LIMITS: `beats` is a whole number, as in beats=1000"),
        ("beats=1,,", "STORYREEL_LIMITS: no limit named ``"),
    ],
)
def test_what_is_no_limit_is_wrong_usage(text: str, message: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, text)
    with pytest.raises(UsageError) as error:
        limits()
    assert str(error.value) == message
