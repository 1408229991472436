"""The console command `luyue`.

Each command is a module in `luyue/site/commands` and is imported only when it is called: `luyue check` and `luyue clock` never load
Django, and start in a fraction of a second.
"""

import importlib
import os
import sys
from pathlib import Path

COMMANDS = Path(__file__).parent / "commands"

OK, FAILED, MISUSED = 0, 1, 2


def main(argv: list[str] | None = None) -> int:
    """Run one command; the result is the exit status: 0 fine, 2 when the command does not exist, else what the command says."""
    words = sys.argv[1:] if argv is None else argv
    if not words or words[0] in ("help", "-h", "--help"):
        print(overview())
        return OK
    if words[0] in ("version", "--version"):
        from luyue import __version__

        print(f"luyue {__version__}")
        return OK
    name, rest = words[0], words[1:]
    if name not in command_names():
        print(unknown(name), file=sys.stderr)
        return MISUSED
    module = importlib.import_module(f"luyue.site.commands.{name.replace('-', '_')}")
    try:
        return module.main(rest) or OK
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # The reader of our output (head, less) has gone; the interpreter must not complain about that at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return OK
    except Exception as error:
        if not lacks_tables(error):
            raise
        where = "LUYUE_DATABASE_URL" if os.environ.get("LUYUE_DATABASE_URL") else "LUYUE_DATA"
        print(f"luyue {name}: the store has no tables of this version. Run `luyue migrate` first, or see that {where} names your store.", file=sys.stderr)
        return FAILED


def lacks_tables(error: Exception) -> bool:
    """Whether a table or column is missing in the store, as both stores say it. Django is not loaded for the question."""
    if type(error).__name__ not in ("OperationalError", "ProgrammingError"):
        return False
    words = str(error)
    return "no such table" in words or "no such column" in words or ("does not exist" in words and ("relation" in words or "column" in words))


def start_django() -> None:
    """Load settings and models. For commands that need the store; the others never call it."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "luyue.site.settings")
    import django

    django.setup()


def command_names() -> list[str]:
    return sorted(path.stem.replace("_", "-") for path in COMMANDS.glob("*.py") if not path.stem.startswith("_"))


def overview() -> str:
    """Every command with the first line of its module's docstring, read without importing the module."""
    names = command_names()
    width = max((len(name) for name in names), default=0)
    lines = [f"  {name:<{width}}  {first_line(name)}" for name in names]
    return "\n".join(["luyue COMMAND [ARGUMENTS]", "", *lines, "", "luyue COMMAND --help tells more."])


def first_line(name: str) -> str:
    import ast

    tree = ast.parse((COMMANDS / f"{name.replace('-', '_')}.py").read_text(encoding="utf-8"))
    return (ast.get_docstring(tree) or "").split("\n", 1)[0]


def unknown(name: str) -> str:
    import difflib

    near = difflib.get_close_matches(name, command_names(), n=1)
    hint = f"Did you mean `luyue {near[0]}`?" if near else "`luyue help` lists the commands."
    return f"luyue: there is no command '{name}'. {hint}"


if __name__ == "__main__":
    sys.exit(main())
