"""The field of a form that takes files. Its form is bound to what taking_up.py took up."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from files.checking import ACCEPT
from files.models import StoredFile
from files.storing import FILES_MAX
from verbs.refusals import Refusal


class FilesInput(forms.Widget):
    """Shows the files that are attached already, each with a way to take it off, and a button to choose more."""

    template_name = "files/_field.html"
    needs_multipart_form = True

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        attached = [one for one in value or () if isinstance(one, StoredFile)]
        return super().get_context(name, None, attrs) | {"attached": attached, "accept": ACCEPT, "most": FILES_MAX}

    def value_from_datadict(self, _data: Any, files: Any, name: str) -> list[Any]:
        return files.getlist(name) if files else []


class FilesField(forms.Field):
    """Any number of stored files. Which ones are accepted was decided before; how many, the verb says."""

    widget = FilesInput

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        kwargs.setdefault("label", _("附件"))
        kwargs.setdefault("help_text", _("一次最多9个，每个不超过20 MB：图片、PDF、OFD、Word、Excel、PPT、WPS、文本。"))
        super().__init__(**kwargs)

    def clean(self, value: Any) -> list[StoredFile]:
        refusals = [one for one in value or () if isinstance(one, Refusal)]
        if refusals:
            raise forms.ValidationError([str(one) for one in refusals])
        return list(value or ())
