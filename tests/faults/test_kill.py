"""A short run of the kill harness; `python -m tests.faults.kill --kills 300` and `--power` are the long ones."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
pytestmark = [pytest.mark.serial, pytest.mark.stores]


def run(store, *words):
    result = subprocess.run(
        [sys.executable, "-m", "tests.faults.kill", "--store", store, *words], cwd=ROOT, capture_output=True, text=True, timeout=900, check=False
    )
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


def test_nothing_is_lost_or_doubled_by_kills(store):
    said = run(store, "--kills", "10", "--seed", "7")
    assert "as shipped: 1" in said
    assert " 0 findings" in said


@pytest.mark.parametrize("plant", ["no-contact-key", "entry-then-rows"])
def test_the_checker_finds_what_is_planted(store, plant):
    assert " 0 findings" not in run(store, "--kills", "6", "--seed", "7", "--plant", plant)


def test_what_many_do_at_once_happens_once(store):
    result = subprocess.run([sys.executable, "-m", "tests.faults.race", "--store", store], cwd=ROOT, capture_output=True, text=True, timeout=900, check=False)
    assert result.returncode == 0, result.stdout + result.stderr
