"""Serve a demonstration: on the first start it makes the tables and fills them with a company at work.

usage: luyue demo [--port 8000] [--data ./var/demo]

The data folder is kept; the next start shows what the last one left. Delete the folder to begin anew.
"""

import argparse
import os
import subprocess
import sys
from pathlib import Path

from luyue.site.commands import serve
from luyue.site.data_folder import data_folder
from luyue.site.schema_stamp import is_up_to_date

COMPANY, PHONE = "云台租赁", "400-820-0216"
FILLED, FILLING = "demo_filled", "demo_filling"


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="luyue demo", description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--data", default="./var/demo", help="folder for the demonstration's data")
    options = parser.parse_args(argv)
    os.environ["LUYUE_DATA"] = str(Path(options.data).expanduser().resolve())
    # A demonstration must never write into the company's own store.
    os.environ.pop("LUYUE_DATABASE_URL", None)
    os.environ["LUYUE_DEMO"] = "1"
    os.environ.setdefault("LUYUE_COMPANY", COMPANY)
    os.environ.setdefault("LUYUE_COMPANY_PHONE", PHONE)
    status = _prepare(data_folder())
    return status or serve.main(["--port", str(options.port), "--with-worker"])


def _prepare(folder: Path) -> int:
    if (folder / FILLING).exists():
        print(f"luyue demo: filling {folder} was interrupted; beginning anew.")
        for file in folder.glob("db.sqlite3*"):
            file.unlink()
        (folder / FILLING).unlink()
        (folder / FILLED).unlink(missing_ok=True)
    if not (folder / FILLED).exists() and (folder / "db.sqlite3").exists():
        print(f"luyue demo: {folder} holds a store that is no demonstration. Choose another folder with --data.", file=sys.stderr)
        return 1
    if is_up_to_date(folder):
        return 0
    first = not (folder / FILLED).exists()
    if first:
        print("luyue demo: first start, making the tables and a company at work …", flush=True)
        (folder / FILLING).touch()
    # In processes of their own: what they load must not stay in memory beside the server.
    steps = ["migrate", "demo-seed"] if first else ["migrate"]
    for step in steps:
        status = subprocess.run([sys.executable, "-m", "luyue.site.cli", step]).returncode
        if status:
            print(f"luyue demo: `luyue {step}` failed; the demonstration is not served.", file=sys.stderr)
            return status
    if not is_up_to_date(folder):
        # The program was updated while the store was being filled.
        status = subprocess.run([sys.executable, "-m", "luyue.site.cli", "migrate"]).returncode
        if status:
            return status
    if first:
        (folder / FILLED).touch()
        (folder / FILLING).unlink()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
