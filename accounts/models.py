"""Who signs in: people and their roles.

A role says *what* somebody may do. For some roles a row says *for whom*: Liaison and Assistant (enterprises),
Membership (departments: handlers and heads), DeskMember (a dispatcher without one works for the city). The role of a
liaison, an assistant, a handler or a head opens nothing without its row; a supervisor or a leader needs none.
Source: shared roles of the domain, docs/glossary.md; three administrators: GB/T 22239-2019 (等保 2.0), 8.1.5.
"""

from typing import ClassVar

from django.contrib.auth.models import AbstractUser, UserManager
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import OpClass
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from verbs.columns import Line, Phone
from verbs.constraints import Check
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


# Nobody holds two of these three roles (reliability.md, 等保 2.0 level 3).
THREE_ADMINISTRATORS = (Role.SYSADMIN, Role.SECADMIN, Role.AUDITOR)
SYSTEM_USERNAME = "system"


class PeopleManager(UserManager["User"]):
    def system(self) -> "User":
        """Return the user that stands for the machine: the actor of lapses, imports and sweeps. It cannot sign in.

        Safe to repeat and to race: one row, found by its username.
        """
        user, _is_new = self.get_or_create(
            username=SYSTEM_USERNAME,
            defaults={"display_name": "系统", "roles": [Role.SYSTEM], "is_active": False, "password": "!"},
        )
        return user


class User(AbstractUser):
    username = Line(
        AbstractUser._meta.get_field("username").verbose_name,
        max_length=150,
        unique=True,
        validators=[AbstractUser.username_validator],
        error_messages={"unique": _("已经有这个用户名。")},
    )
    display_name = Line(_("姓名"), max_length=40)
    phone = Phone(_("电话"), blank=True)
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
            Check(
                name="user_roles_known",
                condition=Q(roles__contained_by=[role.value for role in Role]),
                beside="roles",
                violation_error_message=_("其中有不存在的角色。"),
            ),
            Check(
                name="user_one_of_three_administrators",
                condition=~Q(roles__contains=["sysadmin", "secadmin"])
                & ~Q(roles__contains=["sysadmin", "auditor"])
                & ~Q(roles__contains=["secadmin", "auditor"]),
                beside="roles",
                violation_error_message=_("系统管理员、安全管理员、审计员三种角色，一个人只能有一种。"),
            ),
            Check(
                name="user_system_stands_alone",
                condition=~Q(roles__contains=["system"]) | Q(roles=["system"]),
                beside="roles",
                violation_error_message=_("“系统”这个角色不能与其他角色同时授予。"),
            ),
            # The machine acts as every department; neither may a person hold its role, nor one take its name.
            Check(
                name="user_system_under_its_name",
                condition=Q(username="system", roles=["system"])
                | (~Q(username="system") & ~Q(roles__contains=["system"])),
                beside="roles",
                violation_error_message=_("“系统”这个角色和用户名system只属于系统本身，不能授予任何人。"),
            ),
            Check(
                name="user_system_without_sign_in",
                condition=~Q(username="system") | Q(is_active=False),
                beside="is_active",
                violation_error_message=_("“系统”不是人，不能登录。"),
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
        """Return the roles' names in the reader's language, in the order in which `roles` has them."""
        return [str(Role(role).label) for role in self.roles]
