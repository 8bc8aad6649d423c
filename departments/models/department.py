"""Who answers: the tree of departments, the people in it, and who of them is out of office."""

from datetime import date
from ipaddress import ip_network

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.models import User


class Level(models.TextChoices):
    CITY = "city", _("市级")
    DISTRICT = "district", _("区县园区级")
    STREET = "street", _("街道乡镇级")


def check_network(text: str) -> None:
    """Raise ValidationError unless the text is a network as PostgreSQL writes it: 10.1.0.0/16, 2001:db8::/32."""
    try:
        is_written_so = str(ip_network(text)) == text
    except ValueError:
        is_written_so = False
    if not is_written_so:
        raise ValidationError(_("“%(network)s”不是网段。"), params={"network": text})


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
    # Ratings from there are looked at (petitions/integrity.py).
    networks = ArrayField(
        models.CharField(max_length=43, validators=[check_network]),
        verbose_name=_("办公网段"),
        default=list,
        blank=True,
        help_text=_("写成10.1.0.0/16这样，多个用逗号隔开。"),
    )

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
