"""Compile the translations (.po) into what the program reads (.mo), without GNU gettext on the machine.

Run by `make setup` when a translation changed.
"""

from pathlib import Path

import polib

LOCALE = Path(__file__).parents[1] / "luyue/site/locale"


def main() -> None:
    for source in sorted(LOCALE.glob("*/LC_MESSAGES/*.po")):
        messages = polib.pofile(str(source), check_for_duplicates=True)
        messages.save_as_mofile(str(source.with_suffix(".mo")))
        print(f"messages: {source.parents[1].name}, {messages.percent_translated()} % translated")


if __name__ == "__main__":
    main()
