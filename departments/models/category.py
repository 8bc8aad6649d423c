"""What petitions are about, and which department leads each category; the petition's region picks the branch."""

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from departments.models.department import Department, DepartmentQuerySet, Level


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
