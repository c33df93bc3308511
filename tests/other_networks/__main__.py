"""Measure the chapters of other networks, and list what is wrong and what is refused."""

import argparse
import sys
import time
from pathlib import Path

from other_networks.cases import CASES
from other_networks.measured import problems


def main() -> int:
    """Print a line for each network and for each fault; exit 1 if there is one."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="only networks with one of these in their names")
    parser.add_argument("--chapters", default="", help="only chapters with this in their ids")
    parser.add_argument("--fps", type=int, default=10, help="how often a second is measured")
    parser.add_argument("--folder", type=Path, default=Path("out/other_networks"))
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    total = 0
    for case in CASES:
        if options.names and not any(name in case.name for name in options.names):
            continue
        start = time.monotonic()
        wrong, refused = problems(case, options.folder, options.chapters, options.fps)
        total += len(wrong)
        seconds = time.monotonic() - start
        print(f"{case.name}: {len(wrong)} faults, {len(refused)} refusals, {seconds:.0f} s", flush=True)
        print(*(f"    {line}" for line in wrong), *(f"  - {line}" for line in refused), sep="\n", flush=True)
    return int(total > 0)


if __name__ == "__main__":
    sys.exit(main())
