"""A part of the suite that needs no database runs by itself, the way `make test TESTS=…` runs it."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent


def test_a_run_of_nothing_but_pure_tests_passes_with_workers_too():
    words = ("-m", "pytest", "-q", "-n", "1", "-p", "no:cacheprovider", "tests/rules/test_facts.py")
    ran = subprocess.run([sys.executable, *words], cwd=ROOT, capture_output=True, text=True, check=False)

    assert ran.returncode == 0, ran.stdout + ran.stderr
