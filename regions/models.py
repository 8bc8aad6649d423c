"""Where: the city and its districts and parks. A region picks the branch of a department and the dispatch desk
(domain: dispatch, 分级派单).
"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class Region(models.Model):
    class Kind(models.TextChoices):
        CITY = "city", _("市")
        DISTRICT = "district", _("区县")
        PARK = "park", _("园区")

    code = models.SlugField(_("代码"), max_length=30, unique=True)
    name = models.CharField(_("名称"), max_length=40, unique=True)
    name_en = models.CharField(_("英文名称"), max_length=60, blank=True)
    kind = models.CharField(_("类型"), max_length=10, choices=Kind.choices)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="children")

    class Meta:
        verbose_name = _("区域")
        verbose_name_plural = _("区域")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                name="region_city_is_root",
                condition=Q(kind="city", parent__isnull=True) | (~Q(kind="city") & Q(parent__isnull=False)),
            )
        ]

    def __str__(self) -> str:
        return self.name_en if get_language() == "en" and self.name_en else self.name

    def is_within(self, other: "Region") -> bool:
        """Whether this is the other region, or lies below it. A statement for each step up."""
        return self == other or (self.parent is not None and self.parent.is_within(other))


class DeskMember(models.Model):
    """A dispatcher works at the dispatch desk of a region; one without a row works for the city."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="desks", verbose_name=_("受理派单员")
    )
    region = models.ForeignKey(
        Region, on_delete=models.PROTECT, related_name="desk_members", verbose_name=_("派单台所在区域")
    )

    class Meta:
        verbose_name = _("派单台人员")
        verbose_name_plural = _("派单台人员")
        constraints = [models.UniqueConstraint(fields=["user", "region"], name="desk_member_once")]

    def __str__(self) -> str:
        return f"{self.user} · {self.region}"
