"""The files of a sent form, whether they come with it or were uploaded before it: each becomes a stored file first.

So what was uploaded once stays attached, by its key, when another field is wrong and the form is shown again, without a
script too. ui/static/uploads.js uploads each file as soon as it is chosen.
"""

from django.core.files.base import File
from django.http import HttpRequest
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.requests import signed_in
from files.models import FIELD, StoredFile
from files.storing import FILES_MAX, store_each
from verbs.refusals import InvalidInput, Refusal

Taken = StoredFile | Refusal


def take_up(request: HttpRequest) -> MultiValueDict:
    """Return the request's files for a form: under `files`, the stored ones and the refusals, in order.

    One statement if there are keys, four a new file.
    """
    asked = signed_in(request)
    keys = [key for key in asked.POST.getlist(FIELD) if key]  # browsers send "" where no file is chosen
    taken = _named(keys, asked.user)
    new: list[File] = [file for file in asked.FILES.getlist(FIELD) if file]
    room = max(FILES_MAX - len(taken), 0)
    taken += store_each(new[:room], by=asked.user, now=timezone.now())
    taken += [_one_too_many(file) for file in new[room:]]
    return MultiValueDict({FIELD: taken})


def _named(keys: list[str], user: User) -> list[Taken]:
    """Return the user's own files of these keys; what is none of them, or has no bytes any more, is left out with one
    refusal: a backup may have the row of a file that was removed before the files were copied."""
    if not keys:
        return []
    wanted = dict.fromkeys(keys[: FILES_MAX + 1])
    rows = StoredFile.objects.filter(uploaded_by=user, key__in=wanted)
    own = {row.key: row for row in rows if row.is_there()}
    named: list[Taken] = [own[key] for key in wanted if key in own]
    if len(named) < len(wanted):
        named.append(InvalidInput({FIELD: _("有附件已被清理，请重新上传。")}))
    return named


def _one_too_many(file: File) -> InvalidInput:
    sentence = _("“%(name)s”没有上传：一次最多%(most)d个附件。") % {"name": file.name, "most": FILES_MAX}
    return InvalidInput({FIELD: sentence})


class TakesFiles:
    """Mixin of a page whose form has a FilesField."""

    def files(self, request: HttpRequest) -> MultiValueDict:
        return take_up(request)
