"""Give out or take back a token of the API:  luyue api-token NAME [--disable]"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from datetime import UTC, datetime


def main(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="luyue api-token", description=__doc__)
    parser.add_argument("name", help="the program that calls, e.g. call-centre")
    parser.add_argument("--disable", action="store_true", help="take the token back")
    args = parser.parse_args(argv)

    from luyue.site.cli import start_django

    start_django()
    from luyue.apps.api.actions import create_client, disable_client

    if args.disable:
        done = disable_client(args.name, now=datetime.now(UTC))
        print(f"{args.name}: token taken back" if done else f"{args.name}: no such token")
        return 0 if done else 1
    print(create_client(args.name, now=datetime.now(UTC)))
    return 0
