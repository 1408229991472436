"""Bring the store's tables to this version's state.

usage: luyue migrate [--if-needed]

  --if-needed   do nothing when the stamp of the last run still matches; takes no time then
"""

import argparse
import sys

from luyue.site.cli import start_django
from luyue.site.data_folder import data_folder
from luyue.site.schema_stamp import expected_stamp, is_up_to_date, stamp_file


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="luyue migrate", description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--if-needed", action="store_true", help="do nothing when the last run's stamp still matches")
    options = parser.parse_args(argv)
    folder = data_folder()
    if options.if_needed and is_up_to_date(folder):
        return 0
    start_django()
    from django.core.management import call_command

    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)
    from luyue.apps.casework.findable import write_missing

    write_missing()
    stamp_file(folder).write_text(expected_stamp() + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
