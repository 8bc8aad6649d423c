"""How the desk finds an enterprise by what a caller says: credit code, telephone, name, pinyin initials.

The ways are tried one after the other until there are enough rows: first the beginning of a code or telephone number,
then names that begin with what was typed, last names that contain it. Every way but the last has an index of its own.
The last one reads through the table. With 100,000 enterprises that takes 30 to 70 ms on two cores, less than somebody
needs for the next character; an index for it would need an extension that the embedded PostgreSQL does not have.
"""

import re
from collections.abc import Iterator

from django.db.models import Q, QuerySet
from django.db.models.lookups import StartsWith
from django.utils.translation import gettext as _

from enterprises.models import Enterprise, Liaison
from verbs.codes import folded, read_code
from verbs.phones import Digits, digits_of

MOST = 10
LEAST_LETTERS = 2  # a single letter would fit about a twentieth of the register
LEAST_DIGITS = 4  # of a telephone or a credit code
NO_NAME_DIGITS = 7  # so many digits are taken for a telephone number: names are not searched
CODE_LENGTH = 18
CODE = re.compile(r"[0-9A-Y]{4,18}")
SHORT_NUMBER = re.compile(r"\+?(?=[A-Y]*[0-9])[0-9A-Y]{0,3}")  # the beginning of a telephone or code, too short to find


def find_enterprises(typed: str, *, among: QuerySet[Enterprise] | None = None) -> list[Enterprise]:
    """Return at most MOST enterprises that fit, the best first, with their regions.

    typed   as it was typed: full-width characters, brackets, spaces and the case of letters do not matter
    among   the enterprises that may be found; all by default
    At most six statements, and one when the first way finds enough.
    """
    words = folded(typed)
    found: list[Enterprise] = []
    if len(words) < LEAST_LETTERS:
        return found
    rows = (Enterprise.objects.all() if among is None else among).select_related("region")
    for way, is_scan in _ways(words):
        known = [enterprise.pk for enterprise in found]
        order = ("pk",) if is_scan else ("pinyin", "pk")  # by pinyin, an index would be walked, no table scanned
        found += rows.filter(way).exclude(pk__in=known).order_by(*order)[: MOST - len(found)]
        if len(found) == MOST:
            break
    return found


def too_short(typed: str) -> str:
    """Return what has to be added before everything that may fit is searched; "" if what was typed is long enough.

    Of a shorter text, nobody can say that no enterprise fits it.
    """
    words = folded(typed)
    begins_a_number = SHORT_NUMBER.fullmatch(words.replace(" ", "").upper()) is not None
    if len(words) < LEAST_LETTERS or begins_a_number:
        return _("请再多输入一些：名称至少%(letters)d个字，电话和信用代码至少%(digits)d位。") % {
            "letters": LEAST_LETTERS,
            "digits": LEAST_DIGITS,
        }
    return ""


def _ways(words: str) -> Iterator[tuple[Q, bool]]:
    """Yield the condition of each way that fits the folded text, with whether it reads through the whole table."""
    code = read_code(words)
    if CODE.fullmatch(code):
        yield Q(credit_code__startswith=code), False
        if len(code) == CODE_LENGTH:
            return
    digits = digits_of(words)
    if len(digits) >= LEAST_DIGITS:
        yield Q(StartsWith(Digits("contact_phone"), digits)), False
        theirs = Liaison.objects.filter(StartsWith(Digits("user__phone"), digits))
        yield Q(pk__in=theirs.values("enterprise")), False
        if len(digits) >= NO_NAME_DIGITS:
            return
    yield Q(folded_name__startswith=words) | Q(folded_short_name__startswith=words), False
    inside = Q(folded_name__contains=words) | Q(folded_short_name__contains=words)
    if words.isascii():
        yield Q(folded_pinyin__startswith=words), False
        inside |= Q(folded_pinyin__contains=words)
    yield inside, True
