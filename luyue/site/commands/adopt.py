"""Make an edition of a regulation binding: `luyue adopt REGULATION EDITION --by NAME --second NAME`.

usage: luyue adopt --list
       luyue adopt objections 2026-01-01 --by zhang --second li
       luyue adopt --all-shipped --by zhang --second li

  --list          every edition in the store, and what became of it
  --all-shipped   adopt the first edition of everything that came with the product and of which nothing is adopted yet

NAME is what the person signs in with. Two persons are needed.
"""

import argparse
import sys
from datetime import date

from luyue.site.cli import start_django


def main(argv: list[str]) -> int:
    options = _arguments(argv)
    start_django()
    from django.utils import timezone

    from luyue.apps.regulation.selectors import CannotCompile
    from luyue.apps.regulation.shipped import load_shipped
    from luyue.core.procedure.state import Refused

    now = timezone.now()
    for problem in load_shipped(now).problems:
        print(f"{problem.path}:{problem.line}:{problem.column}: {problem.code} {problem.what} {problem.remedy}", file=sys.stderr)
    if options.list:
        return _list()
    try:
        if options.all_shipped:
            return _adopt_all(options)
        return _adopt(options.regulation, options.edition, options)
    except Refused as refusal:
        print(f"luyue adopt: {refusal.say('en')} {refusal.way_out('en')}".rstrip(), file=sys.stderr)
        if isinstance(refusal.__cause__, CannotCompile):
            for one in refusal.__cause__.problems:
                print(f"  {one.path}:{one.line}:{one.column}: {one.code} {one.what} {one.remedy}", file=sys.stderr)
        return 1


def _list() -> int:
    from luyue.apps.regulation.models import Edition

    for row in Edition.objects.order_by("regulation", "edition"):
        state = f"adopted {row.adopted_at:%Y-%m-%d} by {row.adopted_by} and {row.second_by}" if row.adopted_at else "not adopted"
        print(f"{row.regulation:<28} {row.edition}  in force from {row.in_force_from}  {state}  {row.label}")
    return 0


def _adopt_all(options: argparse.Namespace) -> int:
    from luyue.apps.regulation.models import Edition
    from luyue.apps.regulation.selectors import regulation_of

    adopted = set(Edition.objects.exclude(adopted_at=None).values_list("regulation", flat=True))
    waiting = {row.regulation: row for row in Edition.objects.filter(adopted_at=None).order_by("-edition") if row.regulation not in adopted}
    needs = {name: regulation_of(row.source, name) for name, row in waiting.items()}
    while waiting:
        ready = [name for name in waiting if not (set(needs[name].builds_on) | set(needs[name].floors)) & (set(waiting) - {name})]
        if not ready:
            print(f"luyue adopt: these build on each other in a circle: {', '.join(sorted(waiting))}.", file=sys.stderr)
            return 1
        for name in sorted(ready):
            row = waiting.pop(name)
            _adopt(row.regulation, row.edition, options)
    return 0


def _adopt(regulation: str, edition: date, options: argparse.Namespace) -> int:
    from luyue.apps.regulation.actions import adopt

    row = adopt(regulation, edition, _person(options.by), _person(options.second))
    print(f"{row.label} {row.edition}: adopted, in force from {row.in_force_from}.")
    return 0


def _person(name: str):
    from luyue.apps.people.models import User

    user = User.objects.filter(username=name).first()
    if user is None:
        raise SystemExit(f"luyue adopt: nobody signs in as '{name}'.")
    return user


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"'{text}' is no date. Write the edition's date, e.g. 2026-01-01.") from None


def _arguments(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="luyue adopt", description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("regulation", nargs="?")
    parser.add_argument("edition", nargs="?", type=_day, help="date of the edition, e.g. 2026-01-01")
    parser.add_argument("--by", default="", help="who proposes it")
    parser.add_argument("--second", default="", help="who checked it")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--all-shipped", action="store_true")
    options = parser.parse_args(argv)
    if not options.list and not (options.by and options.second and (options.all_shipped or options.edition)):
        parser.error("name a regulation, its edition, --by and --second; or use --list.")
    return options


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
