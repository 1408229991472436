"""Say day by day why a promise is due when it is due.

usage: luyue explain NUMBER [CLOCK]

NUMBER is a case's number; CLOCK the key of one of its clocks, or the id of its rule. Without CLOCK all clocks are listed.
"""

import argparse
import sys

from luyue.site.cli import start_django


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="luyue explain", description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("number", metavar="NUMBER")
    parser.add_argument("clock", metavar="CLOCK", nargs="?")
    options = parser.parse_args(argv)
    start_django()
    from django.utils import timezone

    from luyue.apps.cases.readers import System
    from luyue.apps.cases.selectors import NotFound, case_for
    from luyue.apps.clocks.selectors import promises_of

    now = timezone.now()
    try:
        lines = promises_of(case_for(System(), options.number), now)
    except NotFound:
        print(f"luyue explain: there is no case {options.number}.", file=sys.stderr)
        return 1
    if not options.clock:
        for line in lines:
            due = timezone.localtime(line.due_at).strftime("%Y-%m-%d %H:%M") if line.due_at else "-"
            print(f"{line.key:<40} {line.state:<10} {due:<17} {line.label} ({line.regulation} {line.clause_title})")
        return 0
    wanted = [line.key for line in lines if options.clock in (line.key, line.rule)]
    for key in wanted:
        _explain(options.number, key, now)
    if not wanted:
        print(f"luyue explain: {options.number} has no clock '{options.clock}'. It has: {', '.join(line.key for line in lines)}", file=sys.stderr)
    return 0 if wanted else 1


def _explain(number: str, key: str, now) -> None:
    from django.utils import timezone

    from luyue.apps.cases.readers import System
    from luyue.apps.casework.selectors import explain

    told = explain(System(), number, key, now)
    print(f"{told.clock.label} {key}: {told.clock.state}")
    print(f"  {told.sentence}")
    if told.explanation is None:
        print("  A date told to the customer: nothing is counted.")
        return
    unit = "days" if told.explanation.unit == "day" else "s"
    print(f"  from {timezone.localtime(told.explanation.start):%Y-%m-%d %H:%M:%S}")
    for line in told.explanation.lines:
        windows = " ".join(f"{_wall(one.opens_s)}-{_wall(one.closes_s)}" for one in line.windows)
        paused = f", paused {line.paused_s} s" if line.paused_s else ""
        print(f"  {line.date} {line.kind.value:<15} {line.name or '':<8} {windows:<14} +{line.counted} {line.note}{paused}")
    due = told.explanation.due
    until = f"{timezone.localtime(due.at):%Y-%m-%d %H:%M:%S}" if due.at else "open"
    print(f"  = {told.explanation.total} {unit}, due {until}{' (provisional)' if due.provisional else ''}")
    print(f"  calendar: {told.explanation.source}")


def _wall(seconds: int) -> str:
    return f"{seconds // 3600:02}:{seconds % 3600 // 60:02}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
