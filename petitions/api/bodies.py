"""Request bodies: one serializer for each verb. A serializer only parses; the verb decides whether it may be done."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from accounts.models import User
from departments.models import Category, Department, people_of
from enterprises.models import Enterprise, Occasion
from files.storing import FILES_MAX
from petitions.api.fields import (
    Choice,
    Code,
    Day,
    Number,
    OwnEnterprise,
    ReferenceCode,
    Several,
    Text,
    TypedCode,
    YesNo,
)
from petitions.dispatch import SUPPORTS_MAX
from petitions.handling import ContactWay
from petitions.models import BODY_MAX, TITLE_MAX, Decision, IsSolved, Kind, Level, Outcome, ReasonTag, Urgency
from petitions.reporting import BODY_MIN
from petitions.supervision.extensions import DAYS_MOST
from petitions.supervision.requests import JUDGEMENTS
from regions.models import Region
from verbs.inputs import NOTE_MAX, PHONE_MAX, REASON_MIN

REGIONS_MAX = 20  # every list in a body needs a limit; no petition concerns more districts than this (assumption)


class Files(Several):
    """Attached files. Only their number is checked here; files/checking.py the rest."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        child = serializers.FileField(allow_empty_file=True, use_url=False)
        super().__init__(child=child, max_length=FILES_MAX, **kwargs)


class DepartmentCode(Code):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=Department.objects.all(), **kwargs)


class ForDepartment(serializers.Serializer):
    department = DepartmentCode(
        required=False, help_text="Only for people who work in several of the petition's departments."
    )


class ReportBody(serializers.Serializer):
    title = Text(most=TITLE_MAX)
    body = Text(least=BODY_MIN, most=BODY_MAX)
    kind = Choice(choices=Kind.choices)
    urgency = Choice(choices=Urgency.choices, default=Urgency.NORMAL.value)
    category = ReferenceCode(Category, required=False)
    region = ReferenceCode(Region)
    enterprise = OwnEnterprise(
        help_text="Unified social credit code of an enterprise the user files for; a dispatcher files for any."
    )
    occasion = Code(
        "key", queryset=Occasion.objects.all(), required=False, help_text="Key of an open occasion it comes from."
    )
    contact_name = Text(most=40)
    contact_phone = Text(least=0, most=PHONE_MAX, default="")
    is_confidential = YesNo(default=False, help_text="The departments then do not learn who asked.")
    follow = YesNo(default=False, help_text="Tell the dispatcher that similar petitions are open already.")


class ReportForm(ReportBody):
    files = Files()


class RegisterBody(serializers.Serializer):
    credit_code = TypedCode(help_text="Unified social credit code, with its check character.")
    name = Text(most=100)
    size = Choice(choices=Enterprise.Size.choices)
    ownership = Choice(choices=Enterprise.Ownership.choices)
    region = ReferenceCode(Region)
    contact_name = Text(least=0, most=40, default="")
    contact_phone = Text(least=0, most=PHONE_MAX, default="")


class SupplementBody(serializers.Serializer):
    text = Text(most=NOTE_MAX)


class SupplementForm(SupplementBody):
    files = Files()


class UrgeBody(serializers.Serializer):
    text = Text(least=0, most=NOTE_MAX, default="")


class ReasonBody(serializers.Serializer):
    reason = Text(least=REASON_MIN, most=NOTE_MAX)


class DispatchBody(serializers.Serializer):
    lead = DepartmentCode()
    supports = Several(child=DepartmentCode(), max_length=SUPPORTS_MAX, default=list)
    category = ReferenceCode(Category, required=False, help_text="Needed where none was chosen yet.")
    kind = Choice(choices=Kind.choices, required=False)
    urgency = Choice(choices=Urgency.choices, required=False)
    other_regions = Several(
        child=ReferenceCode(Region),
        max_length=REGIONS_MAX,
        required=False,
        help_text="That it concerns besides its own; absent leaves them as they are.",
    )
    note = Text(least=0, most=NOTE_MAX, default="")


class DelegateDownBody(serializers.Serializer):
    desk = ReferenceCode(Region, help_text="Region of a staffed desk below the user's own.")
    note = Text(least=0, most=NOTE_MAX, default="")


class Colleague(Code):
    """Somebody who works in one of the user's departments, by username; anybody else is refused as unknown."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__("username", queryset=User.objects.none(), **kwargs)

    def get_queryset(self) -> QuerySet[User]:
        return people_of(Department.objects.of(self.context["request"].user))


class HandOverBody(ForDepartment):
    to = Colleague(help_text="Username of somebody who works in the department.")
    note = Text(least=0, most=NOTE_MAX, default="", help_text="The enterprise does not read it.")


class ContactBody(ForDepartment):
    way = Choice(choices=ContactWay.choices)
    text = Text(most=NOTE_MAX)


class ProgressBody(ForDepartment):
    text = Text(most=NOTE_MAX)
    is_public = YesNo(help_text="Whether the enterprise reads it.")


class AnswerBody(ForDepartment):
    outcome = Choice(choices=Outcome.choices)
    public_answer = Text(least=REASON_MIN, most=BODY_MAX)
    internal_note = Text(least=0, most=NOTE_MAX, default="")
    planned_date = Day(required=False, help_text="With the outcome `planned`, and only then.")


class AnswerForm(AnswerBody):
    files = Files()


class JudgementBody(serializers.Serializer):
    assignment = serializers.IntegerField(help_text="`id` of the assignment that is rated.")
    level = Choice(choices=Level.choices)
    is_solved = Choice(choices=IsSolved.choices)
    reason_tags = Several(child=Choice(choices=ReasonTag.choices), max_length=len(ReasonTag), default=list)
    text = Text(least=0, most=NOTE_MAX, default="", help_text="Levels 1 and 2 need a tag or a text.")
    is_anonymous = serializers.BooleanField(default=False, help_text="Departments read that it was rated, not how.")


class RateBody(serializers.Serializer):
    ratings = Several(
        child=JudgementBody(),
        min_length=1,
        max_length=SUPPORTS_MAX + 1,
        help_text="One for each department that answered.",
    )

    def validate_ratings(self, ratings: list[dict[str, Any]]) -> list[dict[str, Any]]:
        keys = [rating["assignment"] for rating in ratings]
        if len(set(keys)) < len(keys):
            raise serializers.ValidationError(_("每个部门只评价一次。"))
        return ratings


class JudgeRatingBody(serializers.Serializer):
    is_again = serializers.BooleanField(help_text="Whether it is put right once more; else it is left at that.")
    why = Text(least=REASON_MIN, most=NOTE_MAX)


# The largest key that a row can have: keys are bigints.
KEY_MOST = 2**63 - 1
JUDGEMENT_CHOICES = [choice for choice in Decision.choices if choice[0] in JUDGEMENTS]


class AskExtensionBody(ForDepartment):
    days = Number(min_value=1, max_value=DAYS_MOST, help_text="Working days.")
    reason = Text(least=REASON_MIN, most=NOTE_MAX, help_text="The enterprise reads it when this is approved.")


class AskHoldBody(ForDepartment):
    reason = Text(least=REASON_MIN, most=NOTE_MAX, help_text="The enterprise reads it when this is approved.")
    review_date = Day(help_text="After today: when the department looks at it again.")


class DecisionBody(serializers.Serializer):
    decision = Choice(choices=JUDGEMENT_CHOICES)
    note = Text(least=0, most=NOTE_MAX, default="", help_text="Needed for a refusal.")


class DecideExtensionBody(DecisionBody):
    extension = Number(min_value=1, max_value=KEY_MOST, help_text="`id` of the extension.")


class OfHold(serializers.Serializer):
    hold = Number(min_value=1, max_value=KEY_MOST, help_text="`id` of the hold.")


class DecideHoldBody(OfHold, DecisionBody):
    pass


class ReviewHoldBody(OfHold):
    text = Text(most=NOTE_MAX, help_text="The enterprise reads it.")
    review_date = Day(help_text="After today: when the department looks at it again.")


class ResumeBody(OfHold):
    note = Text(least=0, most=NOTE_MAX, default="", help_text="The enterprise reads it.")


class IssueOrderBody(serializers.Serializer):
    department = DepartmentCode()
    text = Text(least=REASON_MIN, most=NOTE_MAX, help_text="What the department is asked to do.")


class OfOrder(serializers.Serializer):
    order = Text(most=20, help_text="The order's number.")


class ReplyOrderBody(OfOrder):
    text = Text(least=REASON_MIN, most=NOTE_MAX)


class JudgeOrderBody(OfOrder, DecisionBody):
    pass


class NothingBody(serializers.Serializer):
    """An empty body: the address already names the petition and the verb."""


class MergeBody(serializers.Serializer):
    into = Text(most=15, help_text="Number of an open petition of the same enterprise.")


class LinkBody(serializers.Serializer):
    parent = Text(  # type: ignore[assignment]
        most=15, help_text="Number of the open petition that departments work on."
    )
