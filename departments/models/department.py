"""Who answers: the tree of departments, the people in it, and who of them is out of office."""

from datetime import date
from ipaddress import ip_network

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from verbs.columns import Day, Line, Phone, Words
from verbs.constraints import Unique
from verbs.trees import check_no_circle, not_under_itself


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


def mark_closed(name: str) -> str:
    """Return the name of something that is not in use any more, marked as such."""
    return gettext("%(name)s（已停用）") % {"name": name}


class DepartmentQuerySet(models.QuerySet["Department"]):
    def of(self, user: User) -> "DepartmentQuerySet":
        """Departments the user works in, as handler or head."""
        if not user.has_role("handler", "head"):
            return self.none()
        return self.filter(memberships__user=user)


class Department(models.Model):
    code = models.SlugField(_("代码"), max_length=40, unique=True)
    short_name = Line(_("简称"), max_length=20)
    name = Line(_("名称"), max_length=60, unique=True)
    name_en = Line(_("英文名称"), max_length=100, blank=True)
    level = models.CharField(_("层级"), max_length=10, choices=Level.choices)
    region = models.ForeignKey("regions.Region", on_delete=models.PROTECT, verbose_name=_("区域"))
    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("上级部门"),
    )
    is_fallback = models.BooleanField(_("兜底单位"), default=False)
    is_active = models.BooleanField(_("启用"), default=True)
    aliases = ArrayField(Line(max_length=40), verbose_name=_("别名"), default=list, blank=True)
    responsibilities = Words(_("职责"), blank=True)
    phone = Phone(_("电话"), blank=True)
    # A rating that is sent from one of these networks gets an integrity flag (petitions/supervision/flags.py).
    networks = ArrayField(
        Line(max_length=43, validators=[check_network]),
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
            Unique(
                name="department_short_name_in_region",
                fields=["region", "short_name"],
                beside="short_name",
                violation_error_message=_("这个区域已有同样简称的部门。"),
            ),
            Unique(
                name="department_one_fallback_per_region",
                fields=["region"],
                condition=Q(is_fallback=True),
                beside="is_fallback",
                violation_error_message=_("这个区域已有兜底单位。"),
            ),
            not_under_itself("department_not_under_itself"),
        ]

    def __str__(self) -> str:
        """The name people use; a closed department is marked, wherever it is shown."""
        return self.usual_name if self.is_active else mark_closed(self.usual_name)

    @property
    def usual_name(self) -> str:
        """The name people use: the short name in the city, the full name elsewhere (临江区市场监督管理局)."""
        if get_language() == "en" and self.name_en:
            return self.name_en
        return self.short_name if self.level == Level.CITY else self.name

    def clean(self) -> None:
        """Refuse a department under itself or one below it. What closing asks for: departments/closing.py."""
        check_no_circle(self)


class Membership(models.Model):
    """A person works in a department; what they may do there follows from their roles (handler, head)."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")
    department = models.ForeignKey(Department, on_delete=models.CASCADE, related_name="memberships")

    class Meta:
        verbose_name = _("部门成员")
        verbose_name_plural = _("部门成员")
        constraints = [
            Unique(
                name="membership_once",
                fields=["user", "department"],
                beside="department",
                violation_error_message=_("这个人已经在这个部门。"),
            )
        ]

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
        """Absences that share at least one day with the days from `first` to `last`."""
        return self.filter(first_date__lte=last, last_date__gte=first)


class Absence(models.Model):
    """A person is out of office from the first to the last day; the substitute does the work meanwhile."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="absences", verbose_name=_("外出人")
    )
    substitute = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("代办人")
    )
    first_date = Day(_("第一天"))
    last_date = Day(_("最后一天"))
    note = Line(_("说明"), max_length=200, blank=True)

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
                # The person's key is written as a range of one number, so that the extension btree_gist is not needed.
                expressions=[
                    (Func(F("user"), F("user"), Value("[]"), function="int8range"), "&&"),
                    (Func(F("first_date"), F("last_date"), Value("[]"), function="daterange"), "&&"),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.first_date} – {self.last_date}"
