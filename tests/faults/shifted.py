"""A process whose own clock is wrong: `python -m tests.faults.shifted SECONDS module arguments …`.

FAULTS_TRUST=1 makes its sweeps go by that clock instead of the database's, for the negative control.
"""

import os
import runpy
import sys
from datetime import UTC, datetime, timedelta

import django
import time_machine
from django.utils import timezone


def main() -> None:
    """Shift the clock of this process and of all that it forks, then be the module."""
    sys.argv = sys.argv[1:]
    shift = timedelta(seconds=float(sys.argv.pop(0)))
    time_machine.travel(datetime.now(UTC) + shift, tick=True).start()
    if os.environ.get("FAULTS_TRUST"):
        django.setup()
        from verbs import database  # after setup

        database.now = timezone.now
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
