"""Put a snapshot back as the installation of LUYUE_DATA, which must be empty or absent.

usage: luyue restore FOLDER [--snapshot NAME] [--keys FOLDER | --without-keys]

The snapshot is built beside LUYUE_DATA, the journal, the rows and every attachment are checked there, and only then it gets the name. With
LUYUE_DATABASE_URL the rows go into that PostgreSQL database, which must have no tables. A snapshot of an older version is brought up to this one.
"""

import argparse
import os
import sys
from pathlib import Path


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="luyue restore", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--snapshot", default="", metavar="NAME", help="the newest if left out")
    parser.add_argument("--keys", type=Path, metavar="FOLDER", help="where the key files of the installation are, if the snapshot has none")
    parser.add_argument("--without-keys", action="store_true", help="the keys are lost: phones and mail addresses are taken out")
    parser.add_argument("--load", type=Path, help=argparse.SUPPRESS)  # the step inside that has the store open
    parser.add_argument("--forget-sealed", action="store_true", help=argparse.SUPPRESS)  # the same
    options = parser.parse_args(argv)
    if options.load:
        return _load(options.load)
    if options.forget_sealed:
        return _forget_sealed()
    if options.folder is None:
        parser.error("name the folder of the backups")
    from luyue.site.backup.place import BackupError, existing
    from luyue.site.backup.put_back import restore

    data = Path(os.environ.get("LUYUE_DATA") or "var/data").expanduser().resolve()
    try:
        place = existing(options.folder.resolve())
        snapshot = place.snapshot(options.snapshot)
        url = os.environ.get("LUYUE_DATABASE_URL") or ""
        for line in restore(place, snapshot, data, keys=options.keys, without_keys=options.without_keys, url=url):
            print(line)
    except BackupError as error:
        print(f"luyue restore: {error}", file=sys.stderr)
        return 1
    print(f"{snapshot.name} is back in {data}.")
    return 0


def _load(snapshot: Path) -> int:
    """Rows into a store without tables, at the version they were written by."""
    from luyue.site.cli import start_django

    start_django()
    from luyue.site.backup.loading import load
    from luyue.site.backup.place import BackupError

    try:
        counted = load(snapshot)
    except BackupError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{sum(counted.values())} rows in {len(counted)} tables")
    return 0


def _forget_sealed() -> int:
    from luyue.site.cli import start_django

    start_django()
    from luyue.site.backup.loading import forget_sealed

    print(forget_sealed())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
