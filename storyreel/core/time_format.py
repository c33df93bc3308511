"""How a time of the film is written for people; the formats of caption files are in `timing`."""


def clock(seconds: float, decimals: int = 0) -> str:
    """A time, not negative, in minutes and seconds: `0:07`, `12:34`, `1:02:03`; with one decimal `2:00.0`.

    It is rounded before it is divided into minutes, so that no time has 60 seconds.
    """
    whole, point, fraction = f"{seconds:.{decimals}f}".partition(".")
    minutes, second = divmod(int(whole), 60)
    hours, minute = divmod(minutes, 60)
    start = f"{hours}:{minute:02}" if hours else str(minute)
    return f"{start}:{second:02}{point}{fraction}"
