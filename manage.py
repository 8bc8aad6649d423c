#!/usr/bin/env python
"""Runs one management command: `.venv/bin/python manage.py help` lists them."""

import os
import sys


def main() -> None:
    """Run the command named on the command line; the embedded servers that it uses live as long as it does."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    try:
        from django.core.management import execute_from_command_line

        from embedded.plain_errors import plain_errors
    except ModuleNotFoundError as error:
        sys.exit(f"{error.name} is not installed here; run `make install`, then use .venv/bin/python.")
    with plain_errors():
        execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
