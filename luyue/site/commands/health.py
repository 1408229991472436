"""Say how the installation is; the exit status is 0 when all is well, 1 when something must be seen to.

usage: luyue health [--json]
"""

import argparse
import json
from dataclasses import asdict

from luyue.site.cli import start_django


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="luyue health", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="one JSON object, for monitoring")
    options = parser.parse_args(argv)
    start_django()
    from luyue.site.health import FAILED, checks, worst

    found = checks()
    state = worst(found)
    if options.json:
        print(json.dumps({"state": state, "checks": [asdict(check) for check in found]}, ensure_ascii=False))
    else:
        for check in found:
            print(f"{check.state:<8} {check.label}: {check.words}{' — ' + check.remedy if check.remedy else ''}")
    return 1 if state == FAILED else 0
