"""Take a snapshot of the installation while it serves, or look an older one over.

usage: luyue backup FOLDER [--with-keys] [--rows]
       luyue backup list FOLDER
       luyue backup verify FOLDER [--snapshot NAME] [--keys FOLDER]

FOLDER keeps any number of snapshots; attachments lie there once, by their hash. A snapshot is complete or absent, however it was interrupted.

  --with-keys  also copy the keys. Without them the snapshot needs the installation's files `keys` and `secret_key` when it is put back: keep
               them somewhere else, best on paper or in a safe. With them, whoever has the snapshot reads every phone number in it.
  --rows       write an SQLite store as rows instead of copying its file: this is how a company moves to PostgreSQL

verify puts the snapshot back into a scratch folder (SQLite, whatever it came from) and runs the journal's check, the rows' check and every
attachment's hash there; status 1 when anything is found.
"""

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path

from luyue.site.cli import start_django


def main(argv: list[str]) -> int:
    if argv[:1] in (["verify"], ["list"]) and len(argv) > 1:
        options = _looking(argv)
        return _list(options.folder) if argv[0] == "list" else _verify(options)
    parser = argparse.ArgumentParser(prog="luyue backup", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--with-keys", action="store_true")
    parser.add_argument("--rows", action="store_true")
    options = parser.parse_args(argv)
    start_django()
    from luyue.site.backup.place import BackupError
    from luyue.site.backup.take import take

    try:
        snapshot, manifest = take(options.folder, as_rows=options.rows, with_keys=options.with_keys, now=datetime.now(UTC))
    except BackupError as error:
        print(f"luyue backup: {error}", file=sys.stderr)
        return 1
    counted = manifest["counted"]
    print(f"{snapshot}: {counted['cases_case']} cases, {counted['journal_entry']} entries, {manifest['attachments']} attachments")
    if not options.with_keys:
        fingerprints = ", ".join(f"{name} {digest}" for name, digest in manifest["keys"].items())
        print(f"The keys are not in it and are needed to put it back: {fingerprints}.")
    return 0


def _looking(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog=f"luyue backup {argv[0]}")
    parser.add_argument("what")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--snapshot", default="", metavar="NAME", help="the newest if left out")
    parser.add_argument("--keys", type=Path, metavar="FOLDER", help="where the installation's key files are")
    return parser.parse_args(argv)


def _list(folder: Path) -> int:
    from luyue.site.backup.place import BackupError, existing, manifest_of

    try:
        place = existing(folder)
        for name in place.names():
            manifest = manifest_of(place.snapshots / name)
            counted = manifest["counted"]
            keys = "with keys" if manifest["with_keys"] else "without keys"
            print(f"{name}  {manifest['store']:<6}  {counted['cases_case']} cases  {counted['journal_entry']} entries  {manifest['attachments']} files  {keys}")
    except BackupError as error:
        print(f"luyue backup: {error}", file=sys.stderr)
        return 1
    return 0


def _verify(options: argparse.Namespace) -> int:
    from luyue.site.backup.place import BackupError, existing, manifest_of
    from luyue.site.backup.put_back import build, lay_keys, scratch

    try:
        place = existing(options.folder.resolve())
        snapshot = place.snapshot(options.snapshot)
        manifest = manifest_of(snapshot)
        with scratch(place.root) as folder:
            lay_keys(snapshot, manifest, folder, options.keys, without=options.keys is None)
            for line in build(place, snapshot, manifest, folder, url=""):
                print(line)
    except BackupError as error:
        print(f"luyue backup: {error}", file=sys.stderr)
        return 1
    print(f"{snapshot.name}: sound; {manifest['attachments']} attachments with the right hash")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
