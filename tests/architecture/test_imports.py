"""The import contracts of pyproject.toml hold, and each of them notices the fault it is for."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.house import ROOT

# contract name → a file and the import planted in it
PLANTED = {
    "The core knows no Django, no room and no input or output": [
        ("luyue/core/calendar/planted.py", "import django"),
        ("luyue/core/clockwork/planted.py", "import os"),
        ("luyue/core/procedure/planted.py", "import luyue.apps.people"),
    ],
    "Inside the core: reporting > procedure > clockwork > regulation > calendar": [
        ("luyue/core/calendar/planted.py", "import luyue.core.regulation"),
        ("luyue/core/clockwork/planted.py", "import luyue.core.procedure"),
        ("luyue/core/procedure/planted.py", "import luyue.core.reporting"),
    ],
    "Imports point down the house": [
        ("luyue/apps/people/planted.py", "import luyue.apps.cases"),
        ("luyue/apps/portal/planted.py", "import luyue.apps.workspace"),
        ("luyue/apps/cases/planted.py", "import luyue.site.settings"),
    ],
    "Views ask selectors and actions; they never import models": [
        ("luyue/apps/workspace/views.py", "from luyue.apps.cases.models import Case"),
        ("luyue/apps/portal/views/planted.py", "from luyue.apps.cases.models import Case"),
    ],
}


def broken_contracts(root: Path) -> set[str]:
    result = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-logo", "--no-cache"],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root), "COLUMNS": "200"},
        capture_output=True,
        text=True,
    )
    judged = re.findall(r"^(.+?) (KEPT|BROKEN)", result.stdout, re.MULTILINE)
    assert len(judged) == len(PLANTED), f"import-linter judged other contracts than these tests know:\n{result.stdout}{result.stderr}"
    return {name for name, verdict in judged if verdict == "BROKEN"}


@pytest.fixture
def house_copy(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "luyue", tmp_path / "luyue", ignore=shutil.ignore_patterns("__pycache__", "static", "locale", "*.mo"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_every_contract_holds() -> None:
    assert broken_contracts(ROOT) == set()


@pytest.mark.parametrize(("contract", "file", "fault"), [(name, *plant) for name, plants in PLANTED.items() for plant in plants])
def test_a_planted_fault_breaks_its_contract(house_copy: Path, contract: str, file: str, fault: str) -> None:
    path = house_copy / file
    if path.parent.name == "views":  # the views of this room may be a module or a package by now
        path.parent.with_suffix(".py").unlink(missing_ok=True)
    path.parent.mkdir(exist_ok=True)
    (path.parent / "__init__.py").touch()
    path.write_text((path.read_text() if path.exists() else "") + f"\n{fault}\n")
    assert contract in broken_contracts(house_copy)
