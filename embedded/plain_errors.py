"""Errors that a person at the terminal can mend are one sentence and exit status 1; all others keep their traceback."""

import contextlib
import sys
from collections.abc import Iterator

from django.db import OperationalError
from environs.exceptions import EnvError

from embedded.data_folder import EmbeddedError


@contextlib.contextmanager
def plain_errors() -> Iterator[None]:
    """Turn a missing server, an unreachable database and a wrong environment variable into one sentence each.

    Raises  SystemExit in their place; 130 after Ctrl-C, as shells do
    """
    try:
        yield
    except (EmbeddedError, EnvError) as error:
        sys.exit(_one_line(error))
    except OperationalError as error:
        # Only a failed connection has no SQLSTATE: a statement that the database refuses is an error in our code.
        if getattr(error.__cause__, "sqlstate", None):
            raise
        sys.exit(f"The database cannot be reached: {_one_line(error)}")
    except KeyboardInterrupt:
        sys.exit(130)


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())
