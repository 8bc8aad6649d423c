"""What the endpoints of joint handling and sending back take. They parse; whether it may be done, the verb says."""

from rest_framework import serializers

from petitions.api.bodies import KEY_MOST, DecisionBody, DepartmentCode, ForDepartment
from petitions.api.fields import Choice, Number, Text, YesNo
from petitions.models import SendBackReason
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


class AskSendBackBody(ForDepartment):
    reason = Choice(choices=SendBackReason.choices)
    basis = Text(least=REASON_MIN, most=NOTE_MAX, help_text="The legal or local rule that says so.")
    proposed = DepartmentCode(
        required=False,
        help_text="The department that should have it; needed with `not_responsible` and `needs_more`.",
    )


class OfSendBack(serializers.Serializer):
    send_back = Number(min_value=1, max_value=KEY_MOST, help_text="`id` of the request.")


class DecideSendBackBody(OfSendBack, DecisionBody):
    replace = YesNo(
        default=False, help_text="With the approval of a support's request: the proposed department takes its place."
    )


class DisputeSendBackBody(OfSendBack):
    text = Text(least=REASON_MIN, most=NOTE_MAX, help_text="Why the refusal is wrong.")
