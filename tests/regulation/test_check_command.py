"""`luyue check`: what an author sees at the console."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from luyue.site.commands.check import main
from tests.regulation.reading import HERE, SHIPPED

SMALL = (HERE / "base" / "small.md").read_text(encoding="utf-8")
GOOD = (HERE / "good" / "everything.md").read_text(encoding="utf-8")
# Modules are compiled once, as they are where Luyue is installed.
CACHED = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"} | {
    "PYTHONPYCACHEPREFIX": str(Path(tempfile.gettempdir()) / f"luyue-check-pyc-{os.getuid()}")
}
BAD_FACT = (HERE / "bad" / "PL101-fact.md").read_text(encoding="utf-8")


def folder(tmp_path: Path, **files: str) -> Path:
    for name, text in files.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "2026-01-01.md").write_text(text, encoding="utf-8")
    return tmp_path


def test_a_folder_without_errors_ends_well(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(folder(tmp_path, small=SMALL, everything=GOOD)), "--language", "en"]) == 0
    assert capsys.readouterr().out.startswith("2 files, 11 clauses")


def test_bases_are_found_beside_the_file_and_among_the_shipped_ones(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder(tmp_path, small=SMALL, everything=GOOD)
    assert main([str(tmp_path / "everything" / "2026-01-01.md"), "--language", "en"]) == 0
    assert capsys.readouterr().out.startswith("1 file, ")


def test_a_missing_base_is_named_where_it_is_asked_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(folder(tmp_path, everything=GOOD)), "--language", "en"]) == 1
    assert 'PL101 regulation "small" is named here but not given' in capsys.readouterr().out


def test_every_file_is_reported_even_if_another_cannot_be_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder(tmp_path, small=SMALL, trial=BAD_FACT)
    (tmp_path / "wrecked.md").write_bytes(b"\xff\xfe not a regulation at all \x00")
    assert main([str(tmp_path), "--format", "json"]) == 1
    said = json.loads(capsys.readouterr().out)
    by_file = {Path(one["path"]).relative_to(tmp_path).parts[0]: one["code"] for one in said["problems"] if one["severity"] == "error"}
    assert by_file == {"wrecked.md": "PL001", "trial": "PL101"}
    assert len(said["files"]) == 3


def test_json_holds_what_an_editor_needs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main([str(folder(tmp_path, small=SMALL, trial=BAD_FACT)), "--format", "json"])
    (one,) = (one for one in json.loads(capsys.readouterr().out)["problems"] if one["severity"] == "error")
    assert (one["code"], one["line"], one["column"], one["length"]) == ("PL101", 20, 11, 13)
    assert one["what_zh"] == "没有名为“case.responed”的事实"
    assert one["remedy"] == 'Did you mean "case.responded"?'


def test_text_shows_the_line_and_a_mark_in_the_language_asked_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder(tmp_path, small=SMALL, trial=BAD_FACT)
    assert main([str(tmp_path / "trial"), "--language", "zh"]) == 1
    out = capsys.readouterr().out
    assert "PL101 没有名为“case.responed”的事实。是否想写“case.responded”？" in out
    assert "   20 | stops_at: case.responed\n      |           ^^^^^^^^^^^^^\n" in out
    assert "：1 个错误，0 个警告" in out.splitlines()[-1]


def test_a_path_that_leads_nowhere_is_an_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path / "nowhere.md")]) == 1
    assert "no such file or folder" in capsys.readouterr().err


def test_two_regulations_of_one_company_may_not_share_an_id(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    twin = SMALL.replace("regulation: small", "regulation: twin")
    assert main([str(folder(tmp_path, small=SMALL, twin=twin)), "--language", "en"]) == 1
    out = capsys.readouterr().out
    assert 'PL002 there are two team rules named "desk"' in out
    assert f"   and {tmp_path / 'small' / '2026-01-01.md'}:" in out


def test_an_older_edition_is_checked_for_itself(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder(tmp_path, small=SMALL)
    newer = SMALL.replace("edition: 2026-01-01", "edition: 2026-06-01")
    (tmp_path / "small" / "2026-06-01.md").write_text(newer, encoding="utf-8")
    assert main([str(tmp_path), "--language", "en"]) == 0
    assert capsys.readouterr().out.startswith("2 files, ")


def test_examples_of_actions_are_acted_out_on_request(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    example = "```yaml example\nAnswered twice:\n  action: answer\n  refused: four_eyes\n```\n"
    files = folder(tmp_path, small=SMALL + example)
    assert main([str(files), "--language", "en"]) == 0
    assert main([str(files), "--language", "en", "--rehearse"]) == 1
    assert "PL005 the worked example expects four_eyes" in capsys.readouterr().out


def cpu_s(*command: str) -> float:
    """Processor seconds of a child, the best of five: what other processes do meanwhile hardly counts."""
    best = 9.0
    for _ in range(5):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        done = subprocess.run([sys.executable, *command], capture_output=True, check=False, env=CACHED)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        assert done.returncode == 0, done.stdout.decode() + done.stderr.decode()
        best = min(best, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return best


@pytest.mark.serial
def test_checking_the_largest_shipped_regulation_takes_a_fraction_of_a_second() -> None:
    """The whole command, start of the interpreter included. Measured in bare starts of the interpreter (about 20 ms), of which
    300 ms hold fifteen; Django must not be loaded for it."""
    path = SHIPPED / "live-rental-objections" / "2026-01-01.md"
    script = "import sys; from luyue.site.cli import main; code = main(sys.argv[1:]); assert 'django' not in sys.modules; sys.exit(code)"
    bare = cpu_s("-c", "pass")
    assert cpu_s("-c", script, "check", str(path)) < 18 * bare
