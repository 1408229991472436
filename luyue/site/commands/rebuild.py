"""Compare the rows of all cases with the journal, and write them anew where they differ.

usage: luyue rebuild [--check | --recompute | --search] [NUMBER …]

  --check       only compare; status 1 when anything differs
  --search      only make the search index anew, from the words as they are stored
  --recompute   decide every act again with today's code and show what would come out otherwise; changes nothing
"""

import argparse
import sys
import time

from luyue.site.cli import start_django


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="luyue rebuild", description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("numbers", nargs="*", metavar="NUMBER", help="only these cases")
    parser.add_argument("--check", action="store_true", help="only compare")
    parser.add_argument("--recompute", action="store_true", help="decide every act again with today's code")
    parser.add_argument("--search", action="store_true", help="only make the search index anew")
    options = parser.parse_args(argv)
    start_django()
    from luyue.apps.cases.models import Case
    from luyue.apps.casework import rebuild

    started = time.monotonic()
    numbers = options.numbers or None
    if options.check or options.recompute:
        found = 0
        for difference in (rebuild.recompute if options.recompute else rebuild.check)(numbers):
            print(difference)
            found += 1
        n_cases = len(numbers) if numbers else Case.objects.count()
        print(f"{n_cases} cases, {found} differences, {time.monotonic() - started:.1f} s")
        return 1 if found else 0
    if options.search:
        rebuild.index_again()
        print(f"search index made anew, {time.monotonic() - started:.1f} s")
        return 0
    changed = rebuild.rebuild(numbers)
    print(f"{changed} cases written anew, {time.monotonic() - started:.1f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
