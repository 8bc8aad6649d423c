"""The files of a petition. What a file is, and how it is kept, stands in the room `files`; here, whose it is.

Nine are for each step of each side: the enterprise's are not to leave the department none.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import User
from files.models import StoredFile
from files.storing import check_number, claim
from petitions import queries
from petitions.models import Attachment, Petition
from verbs.refusals import InvalidInput

PETITION_MAX = 60  # of a petition in all


def attach(
    files: Sequence[StoredFile], *, petition: Petition, by: User, now: datetime, is_from_department: bool = False
) -> None:
    """Give the petition these files, inside the caller's transaction, after the petition's row was locked.

    Three statements, none without files.
    Raises  InvalidInput on the field `files` when they are too many, or not the person's to give
    """
    if not files:
        return
    check_number(files)
    left = PETITION_MAX - petition.attachments.count()
    if len(files) > left:
        sentence = _("一件诉求最多%(most)d个附件，还可以加%(left)d个。") % {"most": PETITION_MAX, "left": left}
        raise InvalidInput({"files": sentence})
    claim(files, by=by, now=now)
    Attachment.objects.bulk_create(
        Attachment(petition=petition, stored=stored, attached_at=now, is_from_department=is_from_department)
        for stored in files
    )


def can_read(stored: StoredFile, user: User) -> bool:
    """Return whether the user reads a petition to which the file belongs, and the file there."""
    holds = Q(attachments__stored=stored) | Q(merged__attachments__stored=stored)
    holders = Petition.objects.visible_to(user).filter(holds).distinct()
    return any(queries.readable_attachments(petition, user).filter(stored=stored).exists() for petition in holders)
