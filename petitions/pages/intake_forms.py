"""What the desk fills in: a petition for a caller, and the enterprise of a caller who is not in the register."""

import uuid
from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from enterprises.models import Enterprise, Occasion
from enterprises.registering import Registration
from petitions.models import Channel
from petitions.occasion_queries import sources
from petitions.pages.forms import PetitionForm

# How an enterprise reaches the desk where no occasion is named.
CHANNELS = (Channel.PHONE, Channel.ENTERPRISE_HOME, Channel.EVENT, Channel.VISIT)


class SourceField(forms.ChoiceField):
    """Where the petition comes from: a channel, or an open occasion, which has its own."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.error_messages["invalid_choice"] = _("这一场已结束登记，请重新选择来源。")
        self.occasions: dict[str, Occasion] = {}

    def offer(self, occasions: Iterable[Occasion]) -> None:
        """Set the options: channels, then the occasions by kind."""
        self.occasions = {occasion.key: occasion for occasion in occasions}
        groups: list[Any] = [(_("不属于某一场"), [(channel.value, channel.label) for channel in CHANNELS])]
        for kind in Occasion.Kind:
            rows = [(one.key, one.name) for one in self.occasions.values() if one.kind == kind]
            groups += [(kind.label, rows)] if rows else []
        self.choices = groups

    def clean(self, value: Any) -> dict[str, Any]:
        chosen = super().clean(value)
        if chosen in self.occasions:
            return {"occasion": self.occasions[chosen]}
        return {"channel": chosen}


class IntakeForm(PetitionForm):
    """A petition of a caller whose enterprise is known."""

    source = SourceField(label=_("来源"), help_text=_("选了某一场，渠道随之确定。"))

    def __init__(
        self, data: Any = None, files: Any = None, *, user: User, occasion: str, initial: dict[str, Any]
    ) -> None:
        begun = {"submission_key": uuid.uuid4().hex, "source": occasion or Channel.PHONE}
        super().__init__(data, files, initial=begun | initial)
        offered = sources(user, now=timezone.now(), present=occasion)
        self.fields["source"].offer(offered)  # type: ignore[attr-defined]
        self.fields["is_confidential"].label = _("对承办部门保密企业身份")

    def report_values(self) -> dict[str, Any]:
        """What the petition is filed with, but for its enterprise."""
        names = PetitionForm.base_fields.keys()
        return {name: self.cleaned_data[name] for name in names} | self.cleaned_data["source"]


class NewCallerForm(IntakeForm):
    """The same, and the few things the register needs; region and contact are those of the petition."""

    name = forms.CharField(label=_("企业名称"))
    credit_code = forms.CharField(
        label=_("统一社会信用代码"), widget=forms.TextInput(attrs={"autocapitalize": "characters", "maxlength": 18})
    )
    size = forms.ChoiceField(label=_("规模"), choices=[("", _("请选择")), *Enterprise.Size.choices])
    ownership = forms.ChoiceField(label=_("所有制"), choices=[("", _("请选择")), *Enterprise.Ownership.choices])

    def registration(self) -> Registration:
        names = ("name", "credit_code", "size", "ownership", "region", "contact_name", "contact_phone")
        return Registration(**{name: self.cleaned_data[name] for name in names})
