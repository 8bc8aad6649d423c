"""Who dispatches where: a desk is a region that somebody dispatches for; all regions below it belong to its branch.

The city's desk always exists; that of a district or park exists while an active dispatcher has a row for it
(DeskMember). A dispatcher without a row works for the city: the role says what, the row for whom (docs/adr/0011, 0018).
"""

from dataclasses import dataclass

from django.db import connection
from django.db.models import QuerySet

from accounts.models import Role, User
from regions.models import Region
from verbs import reference

STAFFED = """
(SELECT 1 FROM regions_deskmember member JOIN accounts_user person ON person.id = member.user_id
  WHERE member.region_id = {region} AND person.is_active AND 'dispatcher' = ANY (person.roles))
"""
OF_PERSON = f"""
WITH RECURSIVE own AS (
    SELECT region_id AS id FROM regions_deskmember WHERE user_id = %(user)s
), branch (id, is_own, is_city) AS (
    SELECT id, true, parent_id IS NULL FROM regions_region
     WHERE id IN (SELECT id FROM own) OR (parent_id IS NULL AND NOT EXISTS (SELECT 1 FROM own))
     UNION
    SELECT region.id, false, false FROM regions_region region JOIN branch ON region.parent_id = branch.id
)
SELECT id, is_own, is_city, is_city OR EXISTS {STAFFED.format(region="branch.id")} FROM branch
"""
ALL_STAFFED = f"""
SELECT region.id FROM regions_region region WHERE parent_id IS NULL OR EXISTS {STAFFED.format(region="region.id")}
"""
# What says who dispatches where; `reference` keeps in memory what was read of them.
TABLES = ("regions_region", "regions_deskmember", "accounts_user")


@dataclass(frozen=True)
class Desks:
    """Where a dispatcher works, by ids of regions.

    own      the desks that the dispatcher works at
    branch   these, and all regions below them
    below    the staffed desks in the branch that are not the dispatcher's own
    is_city  whether one of the own desks is the city's
    All of it is empty for somebody who is no dispatcher.
    """

    own: frozenset[int] = frozenset()
    branch: frozenset[int] = frozenset()
    below: frozenset[int] = frozenset()
    is_city: bool = False

    def covers(self, region: int | None) -> bool:
        """Return whether the region is in the dispatcher's branch; the branch of the city's desk is everything."""
        return self.is_city or region in self.branch


NONE = Desks()


def desks_of(user: User) -> Desks:
    """Return the desks of a dispatcher, NONE for other people. Kept in memory while nothing of it changes."""
    if not user.has_role(Role.DISPATCHER):
        return NONE
    return reference.kept(("desks", user.pk), lambda: _read(user), *TABLES)


def _read(user: User) -> Desks:
    with connection.cursor() as cursor:
        cursor.execute(OF_PERSON, {"user": user.pk})
        rows = cursor.fetchall()
    own = frozenset(region for region, is_own, _is_city, _is_staffed in rows if is_own)
    return Desks(
        own=own,
        branch=frozenset(row[0] for row in rows),
        below=frozenset(row[0] for row in rows if row[3]) - own,
        is_city=any(row[2] for row in rows),
    )


def desk_for(region_id: int) -> int:
    """Return the region whose desk gets a petition of this region: itself if its desk is staffed, else the next one up.

    The city's desk takes what no other does.
    """
    above, staffed = {region.pk: region.parent_id for region in reference.rows(Region)}, staffed_desks()
    while region_id not in staffed:
        region_id = above[region_id]  # type: ignore[assignment]  # the one without a region above it is staffed
    return region_id


def staffed_desks() -> frozenset[int]:
    """Return the regions that somebody dispatches for, the city's always. Kept in memory until that changes."""
    return reference.kept("staffed desks", _read_staffed, *TABLES)


def _read_staffed() -> frozenset[int]:
    with connection.cursor() as cursor:
        cursor.execute(ALL_STAFFED)
        return frozenset(region for (region,) in cursor.fetchall())


def desks_below(user: User) -> QuerySet[Region]:
    """Return the staffed desks below the person's own."""
    return Region.objects.filter(pk__in=desks_of(user).below)
