"""Verify the journal's hash chain against rows and anchors, or anchor it now.

usage: luyue journal verify
       luyue journal anchor

verify   read every entry again and name each one that was edited, swapped, cut off or removed; status 1 when any was
anchor   write the root over all heads into the store and into DATA/anchors; the worker does so every hour

Copy DATA/anchors to another machine: it is what finds a journal that was rewritten as a whole.
"""

import argparse
import sys
import time

from luyue.site.cli import start_django


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="luyue journal", description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("what", choices=["verify", "anchor"])
    options = parser.parse_args(argv)
    start_django()
    return _verify() if options.what == "verify" else _anchor()


def _verify() -> int:
    from luyue.apps.cases.selectors import row_heads
    from luyue.apps.journal.models import Anchor
    from luyue.apps.journal.verify import verify

    started = time.monotonic()
    # Rows first: an entry written meanwhile makes the journal longer than its row said, which is no fault.
    heads = row_heads()
    result = verify(heads)
    for finding in result.findings:
        print(finding)
    print(
        f"{result.n_entries} entries in {result.n_streams} streams, {Anchor.objects.count()} anchors, "
        f"{len(result.findings)} findings, {time.monotonic() - started:.1f} s"
    )
    return 1 if result.findings else 0


def _anchor() -> int:
    from django.utils import timezone

    from luyue.apps.casework.ticker import all_heads
    from luyue.apps.journal.anchors import anchor

    line = anchor(all_heads(), timezone.now())
    print(f"{line.n_streams} streams, root {line.root}, {line.file}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
