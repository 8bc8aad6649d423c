"""Who signs in: people and their roles.

A role says *what* somebody may do; the rows Liaison, Assistant (enterprises) and Membership (departments) say
*for whom*. Both are needed: a role without its row opens nothing.
Source: shared roles of the domain, docs/glossary.md; three administrators: GB/T 22239-2019 (等保 2.0), 8.1.5.
"""

from typing import ClassVar

from django.contrib.auth.models import AbstractUser, UserManager
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import OpClass
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from verbs.phones import Digits


class Role(models.TextChoices):
    LIAISON = "liaison", _("企业联络员")
    ASSISTANT = "assistant", _("产业助理")
    DISPATCHER = "dispatcher", _("受理派单员")
    HANDLER = "handler", _("部门经办人")
    HEAD = "head", _("部门负责人")
    SUPERVISOR = "supervisor", _("督查员")
    EVALUATOR = "evaluator", _("第三方测评员")
    LEADER = "leader", _("分管领导")
    SYSADMIN = "sysadmin", _("系统管理员")
    SECADMIN = "secadmin", _("安全管理员")
    AUDITOR = "auditor", _("审计员")
    SYSTEM = "system", _("系统")


# Nobody holds two of the three (reliability.md, 等保 2.0 level 3).
THREE_ADMINISTRATORS = (Role.SYSADMIN, Role.SECADMIN, Role.AUDITOR)
SYSTEM_USERNAME = "system"


class PeopleManager(UserManager["User"]):
    def system(self) -> "User":
        """Return the machine itself: the actor of lapses and imports. It has no usable password.

        Safe to repeat and to race: one row, found by its username.
        """
        user, _is_new = self.get_or_create(
            username=SYSTEM_USERNAME,
            defaults={"display_name": "系统", "roles": [Role.SYSTEM], "is_active": False, "password": "!"},
        )
        return user


class User(AbstractUser):
    display_name = models.CharField(_("姓名"), max_length=40)
    phone = models.CharField(_("电话"), max_length=20, blank=True)
    roles = ArrayField(
        models.CharField(max_length=20, choices=Role.choices), verbose_name=_("角色"), default=list, blank=True
    )

    objects: ClassVar[PeopleManager] = PeopleManager()

    class Meta(AbstractUser.Meta):
        verbose_name = _("用户")  # type: ignore[assignment]
        verbose_name_plural = _("用户")  # type: ignore[assignment]
        indexes = [  # the desk finds an enterprise by its liaison's number
            models.Index(OpClass(Digits("phone"), name="text_pattern_ops"), name="user_by_phone")
        ]
        constraints = [
            models.CheckConstraint(
                name="user_roles_known", condition=Q(roles__contained_by=[role.value for role in Role])
            ),
            models.CheckConstraint(
                name="user_one_of_three_administrators",
                condition=~Q(roles__contains=["sysadmin", "secadmin"])
                & ~Q(roles__contains=["sysadmin", "auditor"])
                & ~Q(roles__contains=["secadmin", "auditor"]),
            ),
            models.CheckConstraint(
                name="user_system_stands_alone",
                condition=~Q(roles__contains=["system"]) | Q(roles=["system"]),
            ),
        ]

    def __str__(self) -> str:
        if self.username == SYSTEM_USERNAME:
            return str(Role.SYSTEM.label)
        return self.display_name or self.username

    def has_role(self, *roles: str) -> bool:
        """Return whether the user holds at least one of the roles."""
        return not set(roles).isdisjoint(self.roles)

    def role_labels(self) -> list[str]:
        """Return the roles' names in the reader's language, in the order they were granted."""
        return [str(Role(role).label) for role in self.roles]
