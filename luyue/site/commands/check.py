"""Check regulations: every problem with its place, what is wrong and what to write instead.

A path is a file or a folder. What a regulation stands on (`floors`, `builds_on`) is looked for beside it and
among the regulations that come with the product; calendars likewise. Exit status 1 if anything is an error.
"""

from __future__ import annotations

import argparse
import gc
import os
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from luyue.core.calendar import CalendarError, DayTable, load_day_table, weekdays
from luyue.core.records import dataclass, field, replace
from luyue.core.regulation import CompileResult, Draft, Problem, ReadResult, Rulebook, compile_drafts, read_regulation, render
from luyue.core.regulation.locate import front_place, place_at
from luyue.core.regulation.problems import ERROR, INFO, WARNING, Witness, ordered, problem

_MOST_ACTED_OUT = 12
SHIPPED = Path(__file__).parents[2] / "regulations"


def main(argv: list[str]) -> int:
    options = _parser().parse_args(argv)
    collecting = gc.isenabled()
    gc.disable()  # a short life with many small objects: collecting them costs a tenth of it and frees nothing
    try:
        return _check(options)
    finally:
        if collecting:
            gc.enable()


def _check(options: argparse.Namespace) -> int:
    paths, missing = _files(options.paths)
    for path in missing:
        print(f"{path}: there is no such file or folder, or no .md file in it. Name a regulation or its folder.", file=sys.stderr)
    desk = Desk()
    for path in paths:
        desk.read(path)
    problems = desk.check(options.rehearse, options.language)
    shown = problems if options.notes else tuple(one for one in problems if one.severity != INFO)
    if options.format == "json":
        print(_as_json(desk, problems))
    else:
        print(_as_text(desk, shown, problems, options.language))
    return 1 if missing or any(one.severity == ERROR for one in problems) else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="luyue check", description=__doc__, formatter_class=_Help)
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH")
    parser.add_argument("--format", choices=("text", "json"), default="text")
    parser.add_argument("--language", choices=("zh", "en"), default="zh" if os.environ.get("LANG", "").startswith("zh") else "en")
    parser.add_argument("--notes", action="store_true", help="show information too, not only errors and warnings")
    parser.add_argument("--rehearse", action="store_true", help="act out the worked examples of actions, and the cases of warnings, too (some seconds)")
    return parser


class _Help(argparse.RawDescriptionHelpFormatter):
    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=110)  # asking the terminal for its width loads every compression there is


def _files(paths: Iterable[Path]) -> tuple[list[Path], list[Path]]:
    """Markdown files named or below the folders named, each once; and the paths that give none."""
    found: dict[Path, None] = {}
    missing: list[Path] = []
    for path in paths:
        below = sorted(one for one in path.rglob("*.md") if one.name != "README.md") if path.is_dir() else []
        files = [path] if path.is_file() else below
        found.update(dict.fromkeys(files))
        if not files:
            missing.append(path)
    return list(found), missing


@dataclass
class Desk:
    """The regulations asked for, and those they stand on."""

    asked: dict[str, ReadResult] = field(default_factory=dict)  # by path as given
    beside: dict[Path, ReadResult] = field(default_factory=dict)
    acted_out: dict[Problem, list[str]] = field(default_factory=dict)  # the witness of a problem, in words

    def read(self, path: Path) -> None:
        self.asked[str(path)] = _read(path)

    def source(self, path: str) -> str:
        if path in self.asked:
            return self.asked[path].draft.regulation.source
        return next((one.draft.regulation.source for one in self.beside.values() if one.draft.regulation.path == path), "")

    def check(self, rehearse: bool = False, language: str = "en") -> tuple[Problem, ...]:
        """All problems of the files asked for. The newest edition of each regulation is judged together with the others."""
        left = {path: result.problems for path, result in self.asked.items()}
        problems: list[Problem] = []
        for group in self._groups():
            of_texts = [one for draft in group for one in left.pop(draft.regulation.path, ())]
            whole = self._with_bases(group)
            tables, unfit = self._calendars(whole)
            problems += [one for one in unfit if one.path in self.asked]
            result = compile_drafts(whole, tables)
            found = [*of_texts, *(one for one in result.problems if one.path in self.asked)]
            problems += self._shown(found, result, language, warnings=rehearse)
            if rehearse and result.rulebook is not None:
                problems += [one for one in _rehearsed(result.rulebook) if one.path in self.asked]
        return ordered([*problems, *(one for found in left.values() for one in found)])

    def _shown(self, problems: Sequence[Problem], result: CompileResult, language: str, warnings: bool) -> list[Problem]:
        """The same problems with what shows them; those that show in a case acted out, but not too many: each is walked on the machinery."""
        grave = (ERROR, WARNING) if warnings else (ERROR,)
        if result.book is None or not any(one.severity in grave for one in problems):
            return list(problems)
        from luyue.core.procedure.witnesses import enact, told
        from luyue.core.regulation import faults

        found: list[Problem] = []
        for one in problems:
            if one.severity in grave:
                one = faults.shown(result.book, one)
                steps: list[str] = []
                if one.witness is not None and one.witness.procedure and result.trial is not None and len(self.acted_out) < _MOST_ACTED_OUT:
                    one = replace(one, witness=enact(result.trial, one.witness))
                    steps = told(result.trial, one, language)
                self.acted_out[one] = [*steps, *faults.told(one, language)]
            found.append(one)
        return found

    def _groups(self) -> list[list[Draft]]:
        """The newest edition of each regulation together, every older one for itself."""
        newest: dict[str, Draft] = {}
        older: list[list[Draft]] = []
        for result in self.asked.values():
            draft = result.draft
            if not draft.regulation.id:
                continue
            other = newest.get(draft.regulation.id)
            if other is not None and other.regulation.edition == draft.regulation.edition:
                older.append([draft])
            elif other is None or other.regulation.edition < draft.regulation.edition:
                newest[draft.regulation.id] = draft
                older += [[other]] if other is not None else []
            else:
                older.append([draft])
        return [list(newest.values()), *older]

    def _with_bases(self, group: Sequence[Draft]) -> list[Draft]:
        whole = {draft.regulation.id: draft for draft in group}
        waiting = list(group)
        while waiting:
            draft = waiting.pop()
            for name in (*draft.regulation.floors, *draft.regulation.builds_on):
                if name not in whole and (base := self._base(name, draft)) is not None:
                    whole[name] = base
                    waiting.append(base)
        return list(whole.values())

    def _base(self, name: str, draft: Draft) -> Draft | None:
        """The newest edition of a regulation not later than the one that stands on it: beside it, else as shipped."""
        here = Path(draft.regulation.path).resolve().parent
        known = [one.draft for one in self.asked.values() if one.draft.regulation.id == name]
        for folder in (here, here.parent, SHIPPED):
            editions = known or [self._beside(path).draft for path in sorted(_named(folder, name))]
            fitting = [one for one in editions if one.regulation.id == name]
            early = [one for one in fitting if one.regulation.in_force_from <= draft.regulation.in_force_from]
            if fitting:
                return max(early or fitting, key=lambda one: one.regulation.edition)
        return None

    def _beside(self, path: Path) -> ReadResult:
        if path not in self.beside:
            self.beside[path] = _read(path)
        return self.beside[path]

    def _calendars(self, drafts: Sequence[Draft]) -> tuple[dict[str, DayTable], list[Problem]]:
        """The calendars named, and what is wrong with those that cannot be used."""
        tables: dict[str, DayTable] = {}
        unfit: list[Problem] = []
        for regulation in (draft.regulation for draft in drafts):
            name = regulation.calendar
            if name == "weekdays":
                tables[name] = weekdays(regulation.zone or "Asia/Shanghai")
            elif name and name not in tables and (file := _calendar(name, Path(regulation.path))) is not None:
                try:
                    tables[name] = load_day_table(file.read_text(encoding="utf-8"))
                except CalendarError as error:
                    unfit.append(problem("calendar-unfit", front_place(regulation, "calendar"), name=name, detail=str(error), file=str(file)))
        return tables, unfit


def _rehearsed(book: Rulebook) -> list[Problem]:
    """Worked examples of actions are acted out by the very code that runs cases."""
    from luyue.core.procedure.examples import run_examples

    failed: list[Problem] = []
    for result in run_examples(book):
        if not result.holds:
            regulation, example = book.regulation(result.regulation), result.example
            key = next((name for name in ("refused", "routed_to", "missing") if getattr(example, name)), "action")
            place = place_at(regulation, example.mark, regulation.clause(result.clause), example.label, key)
            expected = example.refused or ", ".join(example.routed_to) or "that it can be done"
            failed.append(problem("example-fails", place, expected=expected, computed=result.found))
    return failed


def _read(path: Path) -> ReadResult:
    """A file that is no text is read as far as it goes: the faults show where it stops being a regulation."""
    return read_regulation(path.read_bytes().decode("utf-8", "replace"), str(path))


def _named(folder: Path, name: str) -> list[Path]:
    """Where a regulation may lie: `<name>/<edition>.md`, `<name>.md`, or a file of the folder that says so itself."""
    own = [*folder.glob(f"{name}/*.md"), *folder.glob(f"{name}.md")]
    return own or [path for path in folder.glob("*.md") if _says(path, name)]


def _says(path: Path, name: str) -> bool:
    with path.open(encoding="utf-8", errors="replace") as text:
        return any(line.strip() == f"regulation: {name}" for _, line in zip(range(12), text, strict=False))


def _calendar(name: str, path: Path) -> Path | None:
    """The file of a calendar: beside the regulation, else as shipped."""
    places = (folder / "calendars" / f"{name}.yaml" for folder in (*path.resolve().parents[:3], SHIPPED))
    return next((file for file in places if file.is_file()), None)


# Output ----------------------------------------------------------------------------------------------


def _as_text(desk: Desk, shown: Sequence[Problem], problems: Sequence[Problem], language: str) -> str:
    lines = ["\n".join([render(one, desk.source(one.path), language), *desk.acted_out.get(one, ())]) for one in shown]
    return "\n".join([*lines, _summary(desk, problems, language)])


def _summary(desk: Desk, problems: Sequence[Problem], language: str) -> str:
    counts = {grade: sum(1 for one in problems if one.severity == grade) for grade in ("error", "warning", "info")}
    regulations = [result.draft.regulation for result in desk.asked.values()]
    clauses, rules = sum(len(one.clauses) for one in regulations), sum(len(one.rules) for one in regulations)
    if language == "zh":
        head = f"{len(regulations)} 个文件，{clauses} 条，{rules} 条规则："
        said = f"{counts['error']} 个错误，{counts['warning']} 个警告"
        return head + said + (f"，{counts['info']} 条提示（--notes 显示）" if counts["info"] else "") + "。"
    head = f"{_many(len(regulations), 'file')}, {_many(clauses, 'clause')}, {_many(rules, 'rule')}: "
    said = f"{_many(counts['error'], 'error')}, {_many(counts['warning'], 'warning')}"
    return head + said + (f", {_many(counts['info'], 'note')} (--notes shows them)" if counts["info"] else "") + "."


def _many(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"


def _witness_row(witness: Witness) -> dict[str, object]:
    """A witness as data: `steps` can be done one after the other; empty when no way leads to the fault."""
    import json

    return {
        "procedure": witness.procedure,
        "given": {name: list(value) if isinstance(value, tuple) else value for name, value in witness.given},
        "until_fact": witness.fact, "until_stage": witness.stage, "start_at": witness.start_at.isoformat() if witness.start_at else None,
        "steps": [
            {"at": one.at.isoformat(), "act": one.act, "by": one.by, "as": list(one.words), "data": json.loads(one.data)} for one in witness.steps
        ],
        "where": witness.where, "where_zh": witness.where_zh,
        "seen": [{"what": one.what, "what_zh": one.what_zh, "value": one.value} for one in witness.seen],
        "running": [{"clock": rule, "due": due.isoformat() if due else None} for rule, due in witness.running],
        "possible": list(witness.possible),
    }  # fmt: skip


def _as_json(desk: Desk, problems: Sequence[Problem]) -> str:
    import json

    rows = [
        {
            "code": one.code, "severity": one.severity, "path": one.path, "line": one.line, "column": one.column,
            "length": one.length, "what": one.what, "remedy": one.remedy, "what_zh": one.what_zh,
            "remedy_zh": one.remedy_zh, "clause": one.clause,
            "second": None if one.second is None
            else {"path": one.second.path, "line": one.second.line, "column": one.second.column},
            "witness": None if one.witness is None else _witness_row(one.witness),
        }
        for one in problems
    ]  # fmt: skip
    return json.dumps({"files": list(desk.asked), "problems": rows}, ensure_ascii=False, indent=2)
