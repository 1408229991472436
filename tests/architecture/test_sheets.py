"""Style sheets: a page loads only what its parts need, stays within a budget, and no rule outlives what it was written for.

Read from the templates alone: which sheets a page links is what `{% sheets %}` says along its chain of `{% extends %}`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2] / "luyue"
STATIC = (ROOT / "site/static", *sorted(ROOT.glob("apps/*/static")))
TEMPLATES = (ROOT / "site/templates", *sorted(ROOT.glob("apps/*/templates")))

KB = 1024
BUDGET = 40 * KB
# The case page shows nearly every part there is: talk, clocks, checklists, dialogs with every kind of field.
WIDER = {"workspace/case.html": 50 * KB}

# Written by a program that puts the name together: icon sizes, the composer's modes.
PUT_TOGETHER = {"i18", "i20", "i24", "of-call", "of-note", "of-reply", "of-visit"}

# Names that another sheet uses for something else.
ANOTHER_S = {("workspace/new.html", "about"), ("workspace/shelf.html", "doc")}


@cache
def template(name: str) -> str:
    found = next((folder / name for folder in TEMPLATES if (folder / name).exists()), None)
    # What is not ours comes from a package and wears our elements, not our classes.
    return re.sub(r"{% comment %}.*?{% endcomment %}", "", found.read_text(encoding="utf-8"), flags=re.DOTALL) if found else ""


def page_names() -> Iterator[str]:
    """Every template that is a whole page: it extends another, down to base.html. The style guide shows all parts and is none."""
    for folder in TEMPLATES:
        for path in sorted(folder.rglob("*.html")):
            name = path.relative_to(folder).as_posix()
            if "base.html" in chain(name) and name != "base.html" and not name.startswith("ui/"):
                yield name


def chain(name: str) -> tuple[str, ...]:
    above = re.search(r'{% extends "([^"]+)"', template(name))
    return (name, *chain(above[1])) if above else (name,)


def sheets_of(name: str) -> list[str]:
    return [sheet for one in reversed(chain(name)) for words in re.findall(r"{% sheets ([^%]*)%}", template(one)) for sheet in re.findall(r'"([^"]+)"', words)]


@cache
def css(sheet: str) -> str:
    path = f"{sheet if '/' in sheet else 'css/' + sheet}.css"
    return next(folder / path for folder in STATIC if (folder / path).exists()).read_text(encoding="utf-8")


def selectors(text: str) -> Iterator[str]:
    for found in re.findall(r"([^{}]+){", re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)):
        if not found.strip().startswith("@"):
            yield from (one.strip() for one in re.split(r",(?![^(]*\))", found))


@pytest.mark.parametrize("name", sorted(page_names()))
def test_a_page_loads_no_more_style_than_its_budget(name: str) -> None:
    sheets = sheets_of(name)
    assert len(sheets) == len(set(sheets)), f"{name} links a sheet twice: {sheets}"
    weight = {sheet: len(css(sheet).encode()) for sheet in sheets}
    assert sum(weight.values()) <= WIDER.get(name, BUDGET), f"{name}: {sum(weight.values())} bytes of style, {weight}"


def test_no_template_breaks_the_chain_of_sheets() -> None:
    for name in page_names():
        for one in chain(name)[:-1]:
            block = re.search(r"{% block style %}(.*?){% endblock %}", template(one))
            assert block is None or "staff.html portal.html plain.html".find(one) >= 0 or "{{ block.super }}" in block[1], (
                f"{one} forgets {{{{ block.super }}}}"
            )


def words_of_pages() -> set[str]:
    """Every word that could be a class or an id: in templates' attributes, and in what scripts and page parts put in quotes."""
    said: list[str] = []
    for path in ROOT.rglob("*.html"):
        text = re.sub(r"{% comment %}.*?{% endcomment %}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        said += re.findall(r'(?:class|id|data-[\w-]+)="([^"]*)"', text)
        said += re.findall(r"{% block \w*(?:class|rail|shell) %}(.*?){% endblock %}", text)
        said += re.findall(r"""["']([^"'\n]*)["']""", " ".join(re.findall(r"{[%{](.*?)[%}]}", text)))
    for path in [*ROOT.glob("apps/**/*.py"), *(p for p in ROOT.rglob("*.js") if "vendor" not in p.parts)]:
        if "tests" not in path.relative_to(ROOT).parts:
            said += [found for found in re.findall(r"\"([^\"\n]*)\"|'([^'\n]*)'|`([^`]*)`", path.read_text(encoding="utf-8")) for found in found]
    return {word for one in said for word in re.findall(r"[A-Za-z][\w-]*", one)}


def test_every_rule_is_for_something_a_page_can_show() -> None:
    words = words_of_pages() | PUT_TOGETHER
    left = {
        f"{path.relative_to(ROOT).as_posix()}: .{name}"
        for folder in STATIC
        for path in folder.rglob("*.css")
        for one in selectors(path.read_text(encoding="utf-8"))
        for name in re.findall(r"[.#]([A-Za-z][\w-]*)", re.sub(r'"[^"]*"', "", one))
        if name not in words
    }
    assert not left, f"No template, script or page part says these names: {sorted(left)}"


@cache
def styled_by() -> dict[str, set[str]]:
    """Which sheets begin a rule with a class: whoever shows it needs one of them."""
    found: dict[str, set[str]] = {}
    for folder in STATIC:
        for path in folder.rglob("*.css"):
            name = path.relative_to(folder).with_suffix("").as_posix().removeprefix("css/")
            for one in selectors(path.read_text(encoding="utf-8")):
                if start := re.match(r"[a-z]*\.([A-Za-z][\w-]*)", one):
                    found.setdefault(start[1], set()).add(name)
    return found


def classes_of(name: str) -> set[str]:
    """Classes a template writes down itself or includes; what page parts draw in Python is beyond this."""
    text = template(name)
    written = {word for found in re.findall(r'class="([^"{]*)"', text) for word in found.split()}
    return written.union(*(classes_of(one) for one in re.findall(r'{% include "([^"]+)"', text)))


@pytest.mark.parametrize("name", sorted(page_names()))
def test_a_page_links_what_styles_it(name: str) -> None:
    linked = set(sheets_of(name))
    bare = {word: sorted(sheets) for word in classes_of(name) if (sheets := styled_by().get(word)) and not sheets & linked and (name, word) not in ANOTHER_S}
    assert not bare, f"{name} shows these and links none of their sheets: {bare}"
