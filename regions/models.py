"""Where: the city and its districts and parks. A petition's region decides which desk dispatches it, and to which
branch of a department it goes (domain: dispatch, 分级派单).
"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from verbs.columns import Line
from verbs.constraints import Check, Unique
from verbs.trees import check_no_circle, not_under_itself


class Region(models.Model):
    class Kind(models.TextChoices):
        CITY = "city", _("市")
        DISTRICT = "district", _("区县")
        PARK = "park", _("园区")

    code = models.SlugField(_("代码"), max_length=30, unique=True)
    name = Line(_("名称"), max_length=40, unique=True)
    name_en = Line(_("英文名称"), max_length=60, blank=True)
    kind = models.CharField(_("类型"), max_length=10, choices=Kind.choices)
    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("上级区域"),
    )

    class Meta:
        verbose_name = _("区域")
        verbose_name_plural = _("区域")
        ordering = ["id"]
        constraints = [
            Check(
                name="region_city_is_root",
                condition=Q(kind="city", parent__isnull=True) | (~Q(kind="city") & Q(parent__isnull=False)),
                beside="parent",
                violation_error_message=_("市没有上级区域；区县和园区须填上级区域。"),
            ),
            Unique(
                name="region_one_city",
                fields=["kind"],
                condition=Q(kind="city"),
                beside="kind",
                violation_error_message=_("市只能有一个。"),
            ),
            not_under_itself("region_not_under_itself"),
        ]

    def __str__(self) -> str:
        return self.name_en if get_language() == "en" and self.name_en else self.name

    def clean(self) -> None:
        """Refuse a region under itself or under a region below it."""
        check_no_circle(self)

    def is_within(self, other: "Region") -> bool:
        """Return whether this region is the other one, or lies below it. One statement for each step up."""
        return self == other or (self.parent is not None and self.parent.is_within(other))


class DeskMember(models.Model):
    """A row says that a dispatcher works at the desk of a region. A dispatcher without a row works for the city."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="desks", verbose_name=_("受理派单员")
    )
    region = models.ForeignKey(
        Region, on_delete=models.PROTECT, related_name="desk_members", verbose_name=_("派单台所在区域")
    )

    class Meta:
        verbose_name = _("派单台人员")
        verbose_name_plural = _("派单台人员")
        constraints = [
            Unique(
                name="desk_member_once",
                fields=["user", "region"],
                beside="region",
                violation_error_message=_("这个人已经在这个派单台。"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.region}"
