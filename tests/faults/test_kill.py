"""A short run of the kill harness; `python -m tests.faults.kill --kills 300` and `--power` are the long ones."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.stores


@pytest.fixture
def run(installation, store):
    """Runs a module of this folder in a fresh installation; gives what it said."""

    def run(module, *words, status=0):
        command = [sys.executable, "-m", f"tests.faults.{module}", "--store", store, "--here", *words]
        result = subprocess.run(command, cwd=ROOT, env=installation().variables(), capture_output=True, text=True, timeout=900, check=False)
        assert status is None or result.returncode == status, result.stdout + result.stderr
        return result.stdout

    return run


def test_nothing_is_lost_or_doubled_by_kills(run):
    said = run("kill", "--kills", "10", "--seed", "7")
    assert "as shipped: 1" in said
    assert " 0 findings" in said


@pytest.mark.parametrize("plant", ["no-contact-key", "entry-then-rows"])
def test_the_checker_finds_what_is_planted(run, plant):
    """Six kills need not fall where the fault is, on a busy machine least of all; of thirty some do."""
    said = ""
    for seed in range(7, 12):
        said = run("kill", "--kills", "6", "--seed", str(seed), "--plant", plant, status=None)
        assert "findings" in said, said
        if " 0 findings" not in said:
            return
    raise AssertionError(said)


def test_what_many_do_at_once_happens_once(run):
    run("race")


def test_no_mail_is_lost_or_doubled_by_kills_and_every_wrong_order_is_found(run):
    """A worker dies between the mail server and the store, and between the store and the mail that leaves."""
    assert run("mail_kill").count(": fine") == 6
