"""Values that no row can hold: what a client sent, and not a fault of the product. Pages and the API answer 400.

The fields of forms and bodies refuse most of them by a sentence; this is for the places that have no field, such as an
address, a filter of the admin, a cookie.
"""

from django.db import DataError

# A number or a moment out of range, a NUL, a pattern that is none (PostgreSQL's class 22); half a surrogate pair, or
# bytes that are no UTF-8; a date past the calendar's end.
UNUSABLE = (DataError, UnicodeError, OverflowError)


def is_unusable(problem: BaseException) -> bool:
    """Return whether the exception says that a value cannot be held by any row."""
    return isinstance(problem, UNUSABLE)
