"""A process that has imported everything and forks the others: `python -m tests.faults.nursery`.

Each line of its input names a module, its arguments, its environment and its log; a child of its own session runs it
as `python -m module arguments` would, without the seconds of CPU that the imports take. The answer is the child's id.
The children are killed with this process, and this one ends with its input.
"""

import importlib
import json
import os
import runpy
import signal
import sys
from typing import NoReturn

import django
from django.core.checks import run_checks

from config.celery_app import app
from embedded.servers import die_with_parent

# What Celery imports only when a worker or a beat starts.
PARTS = (
    "celery.apps.beat",
    "celery.apps.worker",
    "celery.bin.celery",
    "celery.concurrency.prefork",
    "celery.worker.consumer",
    "kombu.transport.redis",
)


def main() -> None:
    """Fork until the input ends."""
    django.setup()
    app.loader.import_default_modules()
    for part in PARTS:
        importlib.import_module(part)
    # Every worker would run them again at its start.
    run_checks()
    os.environ["CELERY_SKIP_CHECKS"] = "1"
    for line in sys.stdin:
        # Also notices children that have ended meanwhile.
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)
        end_with_parent = die_with_parent(signal.SIGKILL)
        pid = os.fork()
        if not pid:
            end_with_parent()
            become(**json.loads(line))
        print(pid, flush=True)


def become(module: str, arguments: list[str], environment: dict[str, str], log: str) -> NoReturn:
    """Be another process from here on."""
    os.setsid()
    for number in (signal.SIGCHLD, signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL)
    os.environ.update(environment)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    for descriptor in (1, 2):
        os.dup2(os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), descriptor)
    sys.argv = [module, *arguments]
    status = 1
    try:
        runpy.run_module(module, run_name="__main__", alter_sys=True)
        status = 0
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else int(end.code is not None)
    finally:
        if sys.exc_info()[1] is not None and status:
            sys.excepthook(*sys.exc_info())
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


if __name__ == "__main__":
    main()
