"""Fill an empty store with a demonstration company at work:  luyue demo-seed"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import UTC, datetime


def main(argv: Sequence[str]) -> int:
    from luyue.site.cli import start_django

    start_django()
    from luyue.site.demo.fill import fill

    if argv:
        print(__doc__, file=sys.stderr)
        return 2
    made = fill(datetime.now(UTC))
    print(f"luyue demo-seed: {made} cases at work.")
    return 0
