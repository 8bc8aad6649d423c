"""Who answers: the tree of departments, the people in it, the categories that name who leads, and the catalogue of
responsibilities.

A category names its lead department once per level; the petition's region picks the branch (lead_for below).
The catalogue says in words what a department answers for; a petition's text is compared with it (routing.py).
"""

from datetime import date

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from departments.working_calendar import parse_spans


class Level(models.TextChoices):
    CITY = "city", _("市级")
    DISTRICT = "district", _("区县园区级")
    STREET = "street", _("街道乡镇级")


class DepartmentQuerySet(models.QuerySet["Department"]):
    def of(self, user: User) -> "DepartmentQuerySet":
        """Departments the user works in, as handler or head."""
        if not user.has_role("handler", "head"):
            return self.none()
        return self.filter(memberships__user=user)


class Department(models.Model):
    code = models.SlugField(_("代码"), max_length=40, unique=True)
    short_name = models.CharField(_("简称"), max_length=20)
    name = models.CharField(_("名称"), max_length=60, unique=True)
    name_en = models.CharField(_("英文名称"), max_length=100, blank=True)
    level = models.CharField(_("层级"), max_length=10, choices=Level.choices)
    region = models.ForeignKey("regions.Region", on_delete=models.PROTECT, verbose_name=_("区域"))
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="children")
    is_fallback = models.BooleanField(_("兜底单位"), default=False)
    is_active = models.BooleanField(_("启用"), default=True)
    aliases = ArrayField(models.CharField(max_length=40), verbose_name=_("别名"), default=list, blank=True)
    responsibilities = models.TextField(_("职责"), blank=True)
    phone = models.CharField(_("电话"), max_length=20, blank=True)

    objects = DepartmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("部门")
        verbose_name_plural = _("部门")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["region", "short_name"], name="department_short_name_in_region"),
            models.UniqueConstraint(
                fields=["region"], condition=Q(is_fallback=True), name="department_one_fallback_per_region"
            ),
        ]

    def __str__(self) -> str:
        """The name people use: the short name in the city, the full name elsewhere (临江区市场监督管理局)."""
        if get_language() == "en" and self.name_en:
            return self.name_en
        return self.short_name if self.level == Level.CITY else self.name


class Membership(models.Model):
    """A person works in a department; what they may do there follows from their roles (handler, head)."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")
    department = models.ForeignKey(Department, on_delete=models.CASCADE, related_name="memberships")

    class Meta:
        verbose_name = _("部门成员")
        verbose_name_plural = _("部门成员")
        constraints = [models.UniqueConstraint(fields=["user", "department"], name="membership_once")]

    def __str__(self) -> str:
        return f"{self.user} · {self.department}"


def people_of(departments: models.QuerySet[Department] | list[Department]) -> models.QuerySet[User]:
    """People who do the departments' work now: with an account in use, as handler or head. One statement."""
    members = Membership.objects.filter(department__in=departments).values("user")
    return User.objects.filter(pk__in=members, is_active=True, roles__overlap=["handler", "head"]).order_by("pk")


class AbsenceQuerySet(models.QuerySet["Absence"]):
    def on(self, day: date) -> "AbsenceQuerySet":
        """Absences that run on that day."""
        return self.between(day, day)

    def between(self, first: date, last: date) -> "AbsenceQuerySet":
        """Absences with a day in common with those from first to last."""
        return self.filter(first_date__lte=last, last_date__gte=first)


class Absence(models.Model):
    """A person is out of office from the first to the last day; the substitute does the work meanwhile."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="absences", verbose_name=_("外出人")
    )
    substitute = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("代办人")
    )
    first_date = models.DateField(_("第一天"))
    last_date = models.DateField(_("最后一天"))
    note = models.CharField(_("说明"), max_length=200, blank=True)

    objects = AbsenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("外出")
        verbose_name_plural = _("外出")
        ordering = ["first_date", "id"]
        constraints = [
            models.CheckConstraint(name="absence_goes_forward", condition=Q(last_date__gte=F("first_date"))),
            models.CheckConstraint(name="absence_substitute_is_another", condition=~Q(substitute=F("user"))),
            ExclusionConstraint(
                name="absence_one_at_a_time",
                # The person as a range of one: compared like this without an extension (btree_gist).
                expressions=[
                    (Func(F("user"), F("user"), Value("[]"), function="int8range"), "&&"),
                    (Func(F("first_date"), F("last_date"), Value("[]"), function="daterange"), "&&"),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.first_date} – {self.last_date}"


class Category(models.Model):
    """What a petition is about, in two levels; only the second level is chosen for a petition."""

    class ServiceLevel(models.TextChoices):
        CONSULT = "consult", _("咨询类")
        ORDINARY = "ordinary", _("一般类")
        COMPLEX = "complex", _("复杂类")

    code = models.CharField(_("代码"), max_length=40, unique=True)
    name = models.CharField(_("名称"), max_length=40)
    name_en = models.CharField(_("英文名称"), max_length=80, blank=True)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="children")
    service_level = models.CharField(_("服务等级"), max_length=10, choices=ServiceLevel.choices, blank=True)
    is_active = models.BooleanField(_("启用"), default=True)
    basis = models.CharField(_("依据"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("类别")
        verbose_name_plural = _("类别")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                name="category_second_level_has_service_level",
                condition=Q(parent__isnull=True, service_level="") | (Q(parent__isnull=False) & ~Q(service_level="")),
            )
        ]

    def __str__(self) -> str:
        return self.name_en if get_language() == "en" and self.name_en else self.name

    @property
    def is_choosable(self) -> bool:
        """Whether a petition may be put under it: in use, and of the second level."""
        return self.is_active and self.parent_id is not None


class CategoryLead(models.Model):
    """The department that leads a category, one row per level; at district level it names the city counterpart."""

    category = models.ForeignKey(Category, on_delete=models.CASCADE, related_name="leads")
    level = models.CharField(_("层级"), max_length=10, choices=Level.choices)
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("类别主办部门")
        verbose_name_plural = _("类别主办部门")
        constraints = [models.UniqueConstraint(fields=["category", "level"], name="category_lead_once_per_level")]

    def __str__(self) -> str:
        return f"{self.category} · {self.get_level_display()} · {self.department}"


def lead_for(category: Category, region_id: int) -> Department | None:
    """Return the department that leads the category for a petition of that region.

    The district's branch if the category has a district lead, else the region's fallback unit; without a
    district lead the city department. Two statements at most.
    Returns None when the category names no lead.
    Source  domain: dispatch (分级派单, 兜底)
    """
    leads = {lead.level: lead.department for lead in category.leads.select_related("department")}
    city = leads.get(Level.CITY)
    counterpart = leads.get(Level.DISTRICT)
    if counterpart is None or counterpart.region_id == region_id:
        return city or counterpart
    in_region = Department.objects.filter(region_id=region_id, is_active=True)
    branch = in_region.filter(Q(short_name=counterpart.short_name) | Q(is_fallback=True)).order_by("is_fallback")
    return branch.first() or city


def fallback_of(region_id: int) -> DepartmentQuerySet:
    """Return the unit that takes what no other one of the region is responsible for (兜底), if it has one."""
    return Department.objects.filter(region_id=region_id, is_fallback=True, is_active=True)


class Responsibility(models.Model):
    """A matter that a city department and its branches answer for, in the words of those who ask and those who work.

    `level` is the lowest one that answers: with the district level a district's petitions are its branch's.
    """

    department = models.ForeignKey(Department, on_delete=models.CASCADE, related_name="matters", verbose_name=_("部门"))
    level = models.CharField(_("层级"), max_length=10, choices=Level.choices)
    matter = models.CharField(_("事项"), max_length=60)
    keywords = ArrayField(models.CharField(max_length=40), verbose_name=_("关键词"), default=list)
    examples = ArrayField(models.CharField(max_length=200), verbose_name=_("例句"), default=list, blank=True)
    basis = models.CharField(_("依据"), max_length=200)
    partners = ArrayField(models.CharField(max_length=20), verbose_name=_("常见协办部门"), default=list, blank=True)
    is_active = models.BooleanField(_("启用"), default=True)

    class Meta:
        verbose_name = _("职责事项")
        verbose_name_plural = _("职责清单")
        ordering = ["department", "id"]
        constraints = [
            models.UniqueConstraint(fields=["department", "matter"], name="responsibility_matter_once"),
            models.CheckConstraint(name="responsibility_has_keywords", condition=Q(keywords__len__gt=0)),
        ]

    def __str__(self) -> str:
        return self.matter


class RoutingModel(models.Model):
    """A version of what proposals are made from (petitions/learning.py); the newest one is used."""

    version = models.PositiveIntegerField(_("版本"), primary_key=True)
    made_at = models.DateTimeField(_("时间"))
    data = models.BinaryField()
    lessons = models.BinaryField()
    catalogue = models.CharField(_("清单指纹"), max_length=64)
    matters = models.PositiveIntegerField(_("职责事项数"))
    letters = models.PositiveIntegerField(_("学习的诉求数"))
    last_event = models.BigIntegerField(_("学习到的记录"))

    class Meta:
        verbose_name = _("派单模型")
        verbose_name_plural = _("派单模型")
        ordering = ["-version"]

    def __str__(self) -> str:
        return str(self.version)


class DayException(models.Model):
    """A day that differs from the weekly pattern: a holiday, or a make-up working day (调休).

    `spans` are `HH:MM-HH:MM`; a working day without spans has the usual ones. A row with a department is that
    department's own and goes before the city's.
    """

    department = models.ForeignKey(
        Department, on_delete=models.CASCADE, null=True, blank=True, verbose_name=_("部门（空为全市）")
    )
    date = models.DateField(_("日期"))
    is_working = models.BooleanField(_("是否工作日"))
    spans = ArrayField(models.CharField(max_length=11), verbose_name=_("工作时段"), default=list, blank=True)
    name = models.CharField(_("名称"), max_length=40, blank=True)
    source = models.CharField(_("来源"), max_length=200)

    class Meta:
        verbose_name = _("日历例外日")
        verbose_name_plural = _("日历例外日")
        ordering = ["date"]
        constraints = [
            models.UniqueConstraint(
                fields=["department", "date"], nulls_distinct=False, name="day_exception_once_per_department"
            ),
            models.CheckConstraint(
                name="day_exception_day_off_has_no_spans", condition=Q(is_working=True) | Q(spans=[])
            ),
        ]

    def __str__(self) -> str:
        return f"{self.date} {self.name}"

    def clean(self) -> None:
        """Refuse what would be no working time: an hour that cannot be read, spans that overlap."""
        try:
            parse_spans(self.spans or [])
        except ValueError as problem:
            sentence = _("工作时段写作“09:00-12:00”，前后相接，不能重叠。")
            raise ValidationError({"spans": sentence}) from problem


class AnnouncedYear(models.Model):
    """A year whose holidays the State Council has announced; deadlines in other years are provisional."""

    year = models.PositiveSmallIntegerField(_("年份"), primary_key=True)
    source = models.CharField(_("来源"), max_length=200)

    class Meta:
        verbose_name = _("已公布年份")
        verbose_name_plural = _("已公布年份")
        ordering = ["year"]

    def __str__(self) -> str:
        return str(self.year)


class CalendarVersion(models.Model):
    """A state of the calendar: every import or edit makes a new one, and clocks note which they were computed from."""

    at = models.DateTimeField(_("时间"))
    note = models.CharField(_("说明"), max_length=200)

    class Meta:
        verbose_name = _("日历版本")
        verbose_name_plural = _("日历版本")

    def __str__(self) -> str:
        return f"{self.pk} {self.note}"
