"""What petitions are about, and which department leads each category; the petition's region picks the branch."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from departments.models.department import Department, DepartmentQuerySet, Level, mark_closed
from verbs.columns import Line
from verbs.constraints import Check, Unique
from verbs.trees import check_no_circle, not_under_itself


class Category(models.Model):
    """What a petition is about, in two levels; only the second level is chosen for a petition."""

    class ServiceLevel(models.TextChoices):
        CONSULT = "consult", _("咨询类")
        ORDINARY = "ordinary", _("一般类")
        COMPLEX = "complex", _("复杂类")

    code = Line(_("代码"), max_length=40, unique=True)
    name = Line(_("名称"), max_length=40)
    name_en = Line(_("英文名称"), max_length=80, blank=True)
    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("上级类别"),
    )
    service_level = models.CharField(_("服务等级"), max_length=10, choices=ServiceLevel.choices, blank=True)
    is_active = models.BooleanField(_("启用"), default=True)
    basis = Line(_("依据"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("类别")
        verbose_name_plural = _("类别")
        ordering = ["id"]
        constraints = [
            Check(
                name="category_second_level_has_service_level",
                condition=Q(parent__isnull=True, service_level="") | (Q(parent__isnull=False) & ~Q(service_level="")),
                beside="service_level",
                violation_error_message=_("二级类别须填服务等级，一级类别不填。"),
            ),
            not_under_itself("category_not_under_itself"),
        ]

    def __str__(self) -> str:
        """The name; a retired category is marked, wherever it is shown."""
        name = self.name_en if get_language() == "en" and self.name_en else self.name
        return name if self.is_active else mark_closed(name)

    def clean(self) -> None:
        """Refuse a category under itself, and a third level."""
        check_no_circle(self)
        if self.parent and (self.parent.parent_id or (self.pk and self.children.exists())):
            raise ValidationError({"parent": _("类别只有两级：上级类别须是一级类别，有下级的类别没有上级。")})

    @property
    def is_choosable(self) -> bool:
        """Whether a petition may be put under it: in use, and of the second level."""
        return self.is_active and self.parent_id is not None


class CategoryLead(models.Model):
    """The department that leads a category, one row per level.

    At district level the row names a city department; its branch in the petition's region leads (lead_for).
    """

    category = models.ForeignKey(Category, on_delete=models.CASCADE, related_name="leads")
    level = models.CharField(_("层级"), max_length=10, choices=Level.choices)
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="leads", verbose_name=_("部门"))

    class Meta:
        verbose_name = _("类别主办部门")
        verbose_name_plural = _("类别主办部门")
        constraints = [
            Unique(
                name="category_lead_once_per_level",
                fields=["category", "level"],
                beside="level",
                violation_error_message=_("这个层级已有主办部门。"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.category} · {self.get_level_display()} · {self.department}"

    def clean(self) -> None:
        """Refuse a closed department for a category in use."""
        if self.department_id and not self.department.is_active and self.category.is_active:
            raise ValidationError({"department": _("这个部门已停用，不能主办类别。")})


def lead_for(category: Category, region_id: int) -> Department | None:
    """Return the department that leads the category for a petition of that region.

    With a district lead: its branch in the petition's region, else the region's fallback unit, else the city lead.
    Without a district lead: the city lead. For a petition of the city itself: the city lead, else the department that
    the district lead names. Two statements at most.
    Returns None when there is none of these
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
    """Return a query of the region's active fallback (兜底); it is empty when the region has none."""
    return Department.objects.filter(region_id=region_id, is_fallback=True, is_active=True)
