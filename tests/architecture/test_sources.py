"""The house rules that can be seen in the sources. Every rule is first shown to find what it is for."""

import subprocess
from pathlib import Path

import pytest

from tests.architecture.house import ROOT, durations, in_core, upward, words

TEXT = {".py", ".md", ".toml", ".yaml", ".yml", ".html", ".css", ".js", ".json", ".txt", ".lock", ".in", ".po", ".sql", ".svg", ".cfg", ""}


def python_files(folder: str) -> list[Path]:
    return [path for path in sorted((ROOT / folder).rglob("*.py")) if not {"tests", "migrations"} & set(path.relative_to(ROOT).parts)]


def told(path: Path, faults: object) -> list[str]:
    return [f"{path.relative_to(ROOT)}:{line}: {what}" for line, what in faults]  # type: ignore[attr-defined]


def nothing(found: list[str]) -> None:
    assert not found, "\n" + "\n".join(found)


@pytest.mark.parametrize(
    "planted",
    [
        "from datetime import datetime\nnow = datetime.now()",
        "import datetime\nd = datetime.date.today()",
        "import time\nt = time.time()",
        "text = open('rules.md').read()",
        "import os\nzone = os.environ['TZ']",
        "text = path.read_text()",
        "print('due')",
    ],
)
def test_the_scan_of_the_core_finds(planted: str) -> None:
    assert list(in_core(planted))


def test_the_scan_of_the_core_leaves_alone_what_is_pure() -> None:
    assert not list(in_core("from datetime import datetime\ndef f(now: datetime): return now.date(), datetime.fromisoformat('2026-02-24')"))


@pytest.mark.parametrize(
    "planted",
    [
        "timedelta(minutes=15)",
        "datetime.timedelta(0, 900)",
        "due = at + timedelta(hours=2 * n)",
        "timedelta(days=1)  # a day",
        "timedelta(days=1)  # not a promise:",
    ],
)
def test_the_scan_for_durations_finds(planted: str) -> None:
    assert list(durations(planted))


@pytest.mark.parametrize("fine", ["timedelta(seconds=left_s)", "timedelta()", "timedelta(0)", "timedelta(minutes=5)  # not a promise: lease"])
def test_the_scan_for_durations_leaves_alone(fine: str) -> None:
    assert not list(durations(fine))


@pytest.mark.parametrize(
    ("room", "planted"),
    [
        ("people", "models.ForeignKey('cases.Case', models.CASCADE)"),
        ("cases", "ForeignKey(to='rental.Order', on_delete=PROTECT)"),
        ("clocks", "models.ManyToManyField('tasks.Task')"),
        ("journal", "apps.get_model('cases', 'Case')"),
        ("journal", "apps.get_model('cases.Case')"),
        ("portal", "apps.get_model('workspace.View')"),
    ],
)
def test_the_scan_for_upward_keys_finds(room: str, planted: str) -> None:
    assert list(upward(room, planted))


@pytest.mark.parametrize(
    ("room", "fine"),
    [
        ("cases", "models.ForeignKey('customers.Customer', models.PROTECT)"),
        ("cases", "models.ForeignKey('self', models.PROTECT)"),
        ("cases", "models.ForeignKey('cases.Case', models.PROTECT)"),
        ("portal", "apps.get_model('cases.Case')"),
        ("cases", "models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT)"),
    ],
)
def test_the_scan_for_upward_keys_leaves_alone(room: str, fine: str) -> None:
    assert not list(upward(room, fine))


@pytest.mark.parametrize("planted", ["# TO" + "DO: later", "see registry.npm" + "js.org", "cd /wo" + "rk/main", "at /home/" + "li/luyue", "/ro" + "ot/x"])
def test_the_scan_for_words_finds(planted: str) -> None:
    assert list(words(planted))


def test_the_scan_for_words_leaves_alone() -> None:
    assert not list(words("a workshop; src/work/flow.py; https://www.gov.cn/zhengce/; the root/ of trust"))


def test_the_core_is_told_the_time_and_touches_nothing_outside() -> None:
    nothing([line for path in python_files("luyue/core") for line in told(path, in_core(path.read_text()))])


def test_no_room_holds_a_promise_that_belongs_into_the_regulation() -> None:
    nothing([line for path in python_files("luyue/apps") for line in told(path, durations(path.read_text()))])


def test_foreign_keys_written_as_text_point_down_the_house() -> None:
    found = []
    for path in python_files("luyue/apps"):
        parts = path.relative_to(ROOT / "luyue/apps").parts
        if len(parts) > 1:
            found += told(path, upward(parts[0], path.read_text()))
    nothing(found)


def test_no_file_speaks_of_unfinished_work_or_of_one_machine() -> None:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
    paths = [ROOT / name for name in listed if name and not name.startswith("tests/architecture/")]
    assert len(paths) > 50, "git lists hardly any file: the scan would prove nothing"
    texts = [path for path in paths if path.suffix in TEXT and path.is_file()]
    nothing([line for path in texts for line in told(path, words(path.read_text(encoding="utf-8", errors="replace")))])
