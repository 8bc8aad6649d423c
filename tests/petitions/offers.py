"""What the one answer says, by name: `offers(petition, user, now)`."""

from datetime import datetime

from accounts.models import User
from petitions.models import Petition
from petitions.offered import offered
from petitions.situations import situation_of


def offers(petition: Petition, user: User, now: datetime) -> list[str]:
    return [verb.name for verb in offered(situation_of(petition, user, now))]
