"""A filter that a person keeps for a list (常用筛选), and shows to their department if they like."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from departments.models import Department, Membership


class SavedPage(models.TextChoices):
    """The lists a filter is kept for; the value is the name of the page's address."""

    QUEUE = "queue", _("部门待办")
    LIST = "list", _("全部诉求")


class SavedFilterQuerySet(models.QuerySet["SavedFilter"]):
    def readable_by(self, user: User) -> "SavedFilterQuerySet":
        """Their own, and what somebody who works in one of their departments shares."""
        colleagues = Membership.objects.filter(department__in=Department.objects.of(user)).values("user")
        return self.filter(Q(owner=user) | Q(owner__in=colleagues, is_shared=True, owner__is_active=True))


class SavedFilter(models.Model):
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_filters")
    page = models.CharField(_("列表"), max_length=10, choices=SavedPage.choices)
    name = models.CharField(_("名称"), max_length=20)
    query = models.CharField(_("条件"), max_length=500)
    is_shared = models.BooleanField(_("与本部门共享"), default=False)

    objects = SavedFilterQuerySet.as_manager()

    class Meta:
        verbose_name = _("常用筛选")
        verbose_name_plural = _("常用筛选")
        ordering = ["page", "name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["owner", "page", "name"], name="saved_filter_name_once"),
            models.CheckConstraint(name="saved_filter_page_known", condition=Q(page__in=SavedPage.values)),
            models.CheckConstraint(name="saved_filter_narrows", condition=~Q(query="")),
        ]

    def __str__(self) -> str:
        return self.name
