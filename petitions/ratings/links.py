"""A link by which a liaison's rating is given without signing in: in a notice, or as a QR code to hand on.

The link is signed and carries the petition, the cycle and the liaison in whose name it rates; nothing is stored for
it. It can be used once, because a cycle is rated once, and it ends with the rating window. Whoever has the link may
rate, and reads nothing but the first words of the title and which departments answered.
Source: domain, answer and rating; docs/adr/0021-ratings.md.
"""

from datetime import datetime

from django.core import signing
from django.utils.translation import gettext as _

from accounts.models import User
from petitions.errors import LinkOver
from petitions.models import Petition, State
from petitions.permissions import relation_to
from petitions.ratings.rating import RATE
from petitions.ratings.window import window_end

SALT = "petitions.ratings.rating"
FIRST_WORDS = 8  # characters of the title that the page shows; never more than half of it


def token_for(petition: Petition, liaison: User) -> str | None:
    """Return the token of this person's link for the petition's current cycle, None when they cannot rate it now."""
    if petition.state != State.RESOLVED or not RATE.rule(relation_to(petition, liaison)):
        return None
    return signing.dumps([petition.pk, petition.cycle, liaison.pk], salt=SALT)


def open_link(token: str, *, now: datetime) -> tuple[Petition, User]:
    """Return the petition that the link rates and the liaison in whose name it does. At most seven statements.

    Raises  LinkOver (the link is forged or used, its window is over, or its liaison may not rate any more)
    """
    try:
        key, cycle, person = signing.loads(token, salt=SALT)
    except signing.BadSignature as problem:
        raise LinkOver(_("这个评价链接无效，请检查是否复制完整。")) from problem
    petition = Petition.objects.select_related("petitioner", "desk").get(pk=key)
    if petition.cycle > cycle or petition.state == State.RATED:
        raise LinkOver(_("这一轮答复已经评价过了，链接不能再次使用。"))
    if petition.state != State.RESOLVED or petition.cycle != cycle or now >= window_end(petition):
        raise LinkOver(_("评价期已结束，链接不能再使用。"))
    liaison = User.objects.filter(pk=person, is_active=True).first()
    if liaison is None or not RATE.rule(relation_to(petition, liaison)):
        raise LinkOver(_("发出链接的联络员已不能评价，请登录后评价。"))
    return petition, liaison


def first_words(title: str) -> str:
    """Return as much of the title as a link may show."""
    return f"{title[: min(FIRST_WORDS, len(title) // 2)]}…"
