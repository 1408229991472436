"""The console command: what it lists, what it says to a mistake, and that it starts without Django."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from luyue.site import cli

# Writers of regulations run these over and over, some from an editor at every save.
WITHOUT_DJANGO = ("check", "clock", "serve", "migrate", "worker", "demo")


def test_help_lists_every_command_with_its_first_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main([]) == 0
    shown = capsys.readouterr().out
    for name in cli.command_names():
        assert any(line.split()[:1] == [name] and cli.first_line(name) in line for line in shown.splitlines()), name
        assert cli.first_line(name), f"luyue/site/commands/{name}.py has no docstring to show"


def test_an_unknown_command_is_answered_with_the_nearest_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["serv"]) == 2
    assert "there is no command 'serv'. Did you mean `luyue serve`?" in capsys.readouterr().err


def test_a_command_like_no_other_is_answered_with_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["xyzzy"]) == 2
    assert "`luyue help` lists the commands" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["../settings", "_private", "__init__", ""])
def test_only_modules_of_the_commands_folder_are_commands(name: str) -> None:
    assert cli.main([name]) == 2


@pytest.mark.parametrize("name", [name for name in WITHOUT_DJANGO if name in cli.command_names()])
def test_the_command_is_imported_without_django(name: str) -> None:
    code = f"import sys; import luyue.site.commands.{name}; sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


@pytest.mark.serial
def test_the_command_line_answers_at_once() -> None:
    spent = []
    for _ in range(3):
        began = time.perf_counter()
        subprocess.run([sys.executable, "-m", "luyue.site.cli", "help"], check=True, capture_output=True)
        spent.append(time.perf_counter() - began)
    assert min(spent) < 0.3


def test_a_store_without_tables_is_named_without_a_traceback(tmp_path: Path) -> None:
    calm = dict(os.environ, LUYUE_DATA=str(tmp_path))
    calm.pop("LUYUE_DATABASE_URL", None)
    done = subprocess.run([sys.executable, "-m", "luyue.site.cli", "adopt", "--list"], env=calm, capture_output=True, text=True)
    assert done.returncode == 1
    assert "Run `luyue migrate` first" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_edition_that_is_no_date_is_refused_before_the_store_is_asked(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(["adopt", "objections", "next-year", "--by", "li", "--second", "zhang"])
    assert ended.value.code == 2
    assert "'next-year' is no date" in capsys.readouterr().err
