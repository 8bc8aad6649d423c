"""Which of our departments, regions and enterprises a name in a letter means.

A department is found by its code, its full name or an alias, a city department by its short name too. If that finds
none, a city's name in front is taken off first (XX市税务局 → 税务局). A name that fits two departments fits none.
The name of a county or district is never taken off, because another county's bureau is not ours.
Left out: guessing a department from what a letter is about.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping

from django.db.models import Q
from django.utils.translation import gettext as _

from departments.models import Department, Level
from enterprises.models import Enterprise
from petitions.importing.letters import Reason, Rejected
from reading.cells import is_scientific, why_lost
from regions.models import Region
from verbs.codes import read_code

# A city's name in front of a department's; what stands before 市 is short and names no county or district.
_CITY_PREFIX = re.compile(r"[^县区]{0,8}?市")
# The date after the signature at an answer's end, in figures or in Chinese numerals.
_SIGNED_DATE = re.compile(r"[\d〇○零一二三四五六七八九十O]{2,4}[年.\-/][\d〇○零一二三四五六七八九十年月日.\-/]*。?$")
_FORWARDED = r"(?:已转|转[至交给])[至交给到]*[^，。；：、,;:]{0,10}?"


class Directory:
    """Finds departments, regions and enterprises by the names that letters use. Making one costs one statement."""

    def __init__(self, city: Region, labels: Mapping[str, str]) -> None:
        """
        city    the region of letters that name no region; its fallback unit has the answers that name no department
        labels  what a source calls a department → any of our names for it; labels are tried before all other names
        """
        self.city = city
        self._departments: dict[str, Department | None] = {}
        self._labels = {_plain(label): name for label, name in labels.items()}
        active = list(Department.objects.filter(is_active=True))
        self._fallback = next((unit for unit in active if unit.is_fallback and unit.region_id == city.pk), None)
        for department in active:
            for name in _names(department):
                is_taken = self._departments.get(name, department) != department
                self._departments[name] = None if is_taken else department
        authors = (name for unit in active if unit.level == Level.CITY for name in _names(unit) if len(name) > 2)
        anyone = "|".join(sorted(map(re.escape, authors), key=len, reverse=True)) or "(?!)"
        self._signed = re.compile(f"({anyone})$")
        self._forwarded = re.compile(f"{_FORWARDED}({anyone})")

    def find(self, name: str) -> Department | None:
        """Return the department of that name, or None."""
        plain = _plain(name)
        plain = _plain(self._labels.get(plain, plain))
        return self._departments.get(plain) or self._departments.get(_CITY_PREFIX.sub("", plain, count=1))

    def named(self, name: str) -> Department:
        """Return the department of that name.

        Raises  Rejected when there is none
        """
        department = self.find(name)
        if department is None:
            raise Rejected(
                Reason.UNKNOWN_DEPARTMENT, _("没有名为“%(name)s”的部门。") % {"name": name}, column=_("办理部门")
            )
        return department

    def answering(self, answer: str) -> Department:
        """Return the department that signed the answer, or to which the answer says the letter was forwarded.

        When the text says neither, it is the city's fallback unit. A department that the text only mentions does not
        count: it did not necessarily answer.
        Raises  Rejected when it would be the fallback unit and the city has none
        """
        text = _plain(answer)
        match = self._signed.search(_SIGNED_DATE.sub("", text)) or self._forwarded.search(text)
        department = self._departments.get(match[1]) if match else None
        if department is None and self._fallback is None:
            raise Rejected(
                Reason.UNKNOWN_DEPARTMENT, _("答复没有写明办理部门，本市也没有兜底单位。"), column=_("答复内容")
            )
        return department or self._fallback  # type: ignore[return-value]

    def region(self, name: str) -> Region:
        """Return the region of that code or name, the city for "". One statement, none for "".

        Raises  Rejected when there is no such region
        """
        region = Region.objects.filter(Q(code=name) | Q(name=name)).first() if name else self.city
        if region is None:
            sentence = _("没有名为“%(name)s”的区县或园区。") % {"name": name}
            raise Rejected(Reason.UNKNOWN_VALUE, sentence, column=_("区县园区"))
        return region

    def enterprise(self, credit_code: str) -> Enterprise | None:
        """Return the enterprise with that unified social credit code, None for "". One statement, none for "".

        Raises  Rejected when there is no such enterprise
        """
        if not credit_code:
            return None
        if is_scientific(credit_code):
            raise Rejected(Reason.LOST_DIGITS, why_lost(credit_code), column=_("统一社会信用代码"))
        enterprise = Enterprise.objects.filter(credit_code=read_code(credit_code)).first()
        if enterprise is None:
            sentence = _("没有统一社会信用代码为“%(code)s”的企业。") % {"code": credit_code}
            raise Rejected(Reason.UNKNOWN_VALUE, sentence, column=_("统一社会信用代码"))
        return enterprise


def _plain(name: str) -> str:
    """Return the text without spaces, with full-width brackets, letters and digits made half-width."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", name))


def _names(department: Department) -> Iterator[str]:
    yield department.code
    yield from map(_plain, (department.name, *department.aliases))
    if department.level == Level.CITY:
        yield _plain(department.short_name)
