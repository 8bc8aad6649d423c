"""Joint handling over HTTP: writing in the departments' thread; adding, removing and waiving supports.

The thread is read with the petition's events (kind `discuss`). Who may use a verb is decided by the verb's rule.
"""

from typing import Any

from rest_framework import serializers

from petitions.api.bodies import DepartmentCode, ForDepartment
from petitions.api.fields import Text
from petitions.api.verbs import VerbEndpoint, endpoint_of
from petitions.discussion import DISCUSS, discuss
from petitions.models import Petition
from petitions.supports import ADD_SUPPORT, REMOVE_SUPPORT, WAIVE_SUPPORT, add_support, remove_support, waive_support
from verbs.inputs import NOTE_MAX, REASON_MIN


class DiscussBody(ForDepartment):
    text = Text(most=NOTE_MAX)
    mention = DepartmentCode(required=False, help_text="The department it is for, one that holds the petition.")


class AddSupportBody(serializers.Serializer):
    department = DepartmentCode()
    note = Text(least=0, most=NOTE_MAX, default="", help_text="What it is asked for; the enterprise reads it.")


class EndSupportBody(serializers.Serializer):
    department = DepartmentCode(help_text="A support that has not answered.")
    reason = Text(least=REASON_MIN, most=NOTE_MAX)


@endpoint_of(DISCUSS, DiscussBody)
class Discuss(VerbEndpoint):
    """Say something in the departments' thread. The enterprise does not read it."""

    def act(self, petition: Petition, **values: Any) -> Petition:
        return discuss(petition=petition, by=self.user, now=self.now, **values)


@endpoint_of(ADD_SUPPORT, AddSupportBody)
class AddSupport(VerbEndpoint):
    """Let another department support; its limits run from now on."""

    def act(self, petition: Petition, **values: Any) -> Petition:
        return add_support(petition=petition, by=self.user, now=self.now, **values)


@endpoint_of(REMOVE_SUPPORT, EndSupportBody)
class RemoveSupport(VerbEndpoint):
    """Take a support's part back while it has not answered."""

    def act(self, petition: Petition, **values: Any) -> Petition:
        return remove_support(petition=petition, by=self.user, now=self.now, **values)


@endpoint_of(WAIVE_SUPPORT, EndSupportBody)
class WaiveSupport(VerbEndpoint):
    """Let the lead resolve without this support's answer."""

    def act(self, petition: Petition, **values: Any) -> Petition:
        return waive_support(petition=petition, by=self.user, now=self.now, **values)
