"""Lay the third-party files that pages use into luyue/site/static/vendor.

Takes htmx and the Tabler icons named in luyue/site/static_src/icons.txt out of node_modules, which `npm ci` filled from
package-lock.json. In the sprite every icon is a <symbol> with its Tabler name as id:

    <svg class="icon" aria-hidden="true"><use href="{% static 'vendor/icons.svg' %}#phone"/></svg>

Run by `make setup`, only when the list, the lock or this file is newer than what it made.
"""

import difflib
import shutil
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

ROOT = Path(__file__).parents[1]
PACKAGES = ROOT / "node_modules"
ICON_LIST = ROOT / "luyue/site/static_src/icons.txt"
VENDOR = ROOT / "luyue/site/static/vendor"

SVG = "http://www.w3.org/2000/svg"
# Tabler draws this invisible square under each icon; a sprite has no use for it.
BACKGROUND = "M0 0h24v24H0z"


def icon_names() -> list[str]:
    lines = (line.strip() for line in ICON_LIST.read_text(encoding="utf-8").splitlines())
    return sorted({line for line in lines if line and not line.startswith("#")})


def sprite(names: list[str], folder: Path) -> str:
    """One SVG with a symbol per name. A name Tabler does not have ends the program, with the names nearest to it."""
    ET.register_namespace("", SVG)
    known = {path.stem for path in folder.glob("*.svg")}
    unknown = [name for name in names if name not in known]
    if unknown:
        for name in unknown:
            near = ", ".join(difflib.get_close_matches(name, known)) or "none like it"
            print(f"{ICON_LIST.relative_to(ROOT)}: no Tabler outline icon is called '{name}'. Near: {near}.", file=sys.stderr)
        raise SystemExit(1)
    root = ET.Element(f"{{{SVG}}}svg")
    for name in names:
        symbol = ET.SubElement(root, f"{{{SVG}}}symbol", {
            "id": name,
            "viewBox": "0 0 24 24",
            "fill": "none",
            "stroke": "currentColor",
            "stroke-linecap": "round",
            "stroke-linejoin": "round",
        })  # no stroke-width: the style sheet decides it per size
        for part in ET.parse(folder / f"{name}.svg").getroot():
            if part.get("d") != BACKGROUND:
                part.tail = None
                symbol.append(part)
    return ET.tostring(root, encoding="unicode") + "\n"


def main() -> None:
    if not PACKAGES.is_dir():
        raise SystemExit("tools/assets.py: node_modules is missing. Run `make setup`, which fetches it.")
    VENDOR.mkdir(parents=True, exist_ok=True)
    names = icon_names()
    (VENDOR / "icons.svg").write_text(sprite(names, PACKAGES / "@tabler/icons/icons/outline"), encoding="utf-8")
    shutil.copyfile(PACKAGES / "htmx.org/dist/htmx.min.js", VENDOR / "htmx.min.js")
    licences = {"Tabler icons": "@tabler/icons", "htmx": "htmx.org"}
    text = [f"{title}\n\n{(PACKAGES / package / 'LICENSE').read_text(encoding='utf-8').strip()}\n" for title, package in licences.items()]
    (VENDOR / "LICENSES.txt").write_text("\n\n".join(text), encoding="utf-8")
    print(f"assets: {len(names)} icons and htmx in {VENDOR.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
