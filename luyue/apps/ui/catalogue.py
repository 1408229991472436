"""The words of the interface: which Chinese texts the code asks to be translated, and which of them English still lacks.

`python -m luyue.apps.ui.catalogue` lists what is missing, file by file, in the form of the catalogue (locale/en/LC_MESSAGES/django.po).
"""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import polib
from django.utils.translation.template import templatize

HOUSE = Path(__file__).parents[2]
CATALOGUE = HOUSE / "site/locale/en/LC_MESSAGES/django.po"
_CALLS = {"_", "gettext", "gettext_lazy", "ngettext", "pgettext"}
# templatize() leaves calls and X's; the calls are Python literals.
_IN_TEMPLATE = re.compile(r"""(?<!\w)(?:gettext|ngettext|pgettext|_)\(\s*(?:u?'(?:[^'\\]|\\.)*'|u?"(?:[^"\\]|\\.)*"|u?\"\"\".*?\"\"\")""", re.DOTALL)


def is_chinese(text: str) -> bool:
    return any("\u4e00" <= char <= "\u9fff" for char in text)


def in_python(source: str) -> Iterator[str]:
    """Chinese texts given to gettext in Python source. SyntaxError when it is none."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) in _CALLS:
            yield from (arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str) and is_chinese(arg.value))


def in_template(source: str) -> Iterator[str]:
    """Chinese texts of translate, blocktranslate and _() in a template."""
    for match in _IN_TEMPLATE.finditer(templatize(source)):
        literal = match[0].split("(", 1)[1].strip().removeprefix("u")
        text = ast.literal_eval(literal)
        if is_chinese(text):
            yield text


def asked(root: Path = HOUSE) -> dict[str, list[str]]:
    """Every Chinese text under `root` with the files that ask for it."""
    found: dict[str, list[str]] = {}
    for path in sorted([*root.rglob("*.py"), *root.rglob("*.html")]):
        if "tests" in path.parts:
            continue
        source = path.read_text(encoding="utf-8")
        for text in in_python(source) if path.suffix == ".py" else in_template(source):
            found.setdefault(text, []).append(path.relative_to(HOUSE).as_posix())
    return found


def missing(root: Path = HOUSE) -> dict[str, list[str]]:
    """The texts asked for under `root` that the English catalogue does not have, or has empty or fuzzy."""
    known = {entry.msgid for entry in polib.pofile(str(CATALOGUE)) if entry.translated()}
    return {text: files for text, files in asked(root).items() if text not in known}


if __name__ == "__main__":
    lacking = missing()
    for text, files in lacking.items():
        entry = polib.POEntry(msgid=text, msgstr="", occurrences=[(name, "") for name in dict.fromkeys(files)])
        sys.stdout.write(f"{entry}\n")
    sys.exit(bool(lacking))
