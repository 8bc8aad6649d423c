"""Telephone numbers as people write them: whether it can be one, and its digits, by which it is found.

The digits are computed in the same way in Python and in SQL: an index stands on the expression.
"""

import re

import phonenumbers
from django.db.models import F, Func, TextField, Value

REGION = "CN"
NOT_DIALLED = r"^\+86|[^0-9]"  # the country's own prefix, and what only makes a number readable


def is_phone(text: str) -> bool:
    """Return whether the text can be a number that is dialled in China."""
    try:
        number = phonenumbers.parse(text, REGION)
    except phonenumbers.NumberParseException:
        return False
    return phonenumbers.is_possible_number(number)


def digits_of(text: str) -> str:
    """Return the digits that are dialled: 13800001137 for +86 138-0000-1137."""
    return re.sub(NOT_DIALLED, "", text.strip())


class Digits(Func):
    """`digits_of` of a column, in SQL."""

    function = "regexp_replace"
    output_field = TextField()

    def __init__(self, column: str) -> None:
        super().__init__(F(column), Value(NOT_DIALLED), Value(""), Value("g"))
