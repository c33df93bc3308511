from hypothesis import given
from hypothesis import strategies as st

from storyreel.core.time_format import clock


def test_times_are_written_as_people_write_them() -> None:
    assert [clock(seconds) for seconds in (0, 7.4, 754, 3723)] == ["0:00", "0:07", "12:34", "1:02:03"]
    assert [clock(seconds, 1) for seconds in (0, 7.25, 59.94, 3599.9)] == [
        "0:00.0",
        "0:07.2",
        "0:59.9",
        "59:59.9",
    ]


def test_no_time_has_60_seconds_or_60_minutes() -> None:
    assert [clock(59.5), clock(119.96, 1), clock(119.9996, 3), clock(3599.96, 1)] == [
        "1:00",
        "2:00.0",
        "2:00.000",
        "1:00:00.0",
    ]


@given(st.floats(0, 100_000), st.integers(0, 3))
def test_a_written_time_is_the_nearest_one(seconds: float, decimals: int) -> None:
    *larger, second = clock(seconds, decimals).split(":")
    assert float(second) < 60
    assert all(int(part) < 60 for part in larger[-1:] if len(larger) == 2)
    total = 0.0
    for part in [*larger, second]:
        total = 60 * total + float(part)
    assert abs(total - seconds) <= 0.5 * 10**-decimals + 1e-9
