"""People and places by the names that the files use. They are read once: a load asks for them thousands of times."""

from accounts.models import User
from departments.models import Category, Department, Membership
from enterprises.models import Assistant, Enterprise, Liaison
from petitions.models import Petition
from regions.models import DeskMember, Region

CITY = "lanchuan"


class Cast:
    """The people and places, and who acts for whom, as they are in the tables when the cast is made."""

    def __init__(self) -> None:
        self.regions = {region.code: region for region in Region.objects.all()}
        self.categories = {category.code: category for category in Category.objects.all()}
        self.dispatcher = User.objects.get(username="dispatcher")
        units = Department.objects.select_related("region")
        self._departments = {(unit.region.code, unit.short_name): unit for unit in units}
        members = Membership.objects.select_related("user")
        self._workers = {(row.department_id, role): row.user for row in members for role in row.user.roles}
        self._enterprises: dict[str, Enterprise] = {}
        for one in Enterprise.objects.select_related("region"):
            self._enterprises |= {one.credit_code: one, one.short_name: one}
        self._liaisons = {row.enterprise_id: row.user for row in Liaison.objects.select_related("user")}
        served = Assistant.objects.order_by("-user").select_related("user").prefetch_related("enterprises")
        self._assistants = {one.pk: row.user for row in served for one in row.enterprises.all()}
        members_of_desks = DeskMember.objects.order_by("-user").select_related("user")
        self._at_desks = {row.region_id: row.user for row in members_of_desks}

    def department(self, name: str) -> Department:
        """Return the department that a file calls `short_name` if it is the city's, else `region/short_name`."""
        region, _slash, short_name = name.rpartition("/")
        return self._departments[region or CITY, short_name]

    def enterprise(self, name: str) -> Enterprise:
        """Return the enterprise of that credit code or short name."""
        return self._enterprises[name]

    def liaison(self, enterprise: Enterprise) -> User:
        return self._liaisons[enterprise.pk]

    def assistant(self, enterprise: Enterprise) -> User:
        """Return who files on behalf of the enterprise: an assistant, or its liaison if no assistant serves it."""
        return self._assistants.get(enterprise.pk) or self.liaison(enterprise)

    def worker(self, department: Department, role: str = "handler") -> User:
        return self._workers[department.pk, role]

    def dispatcher_of(self, petition: Petition, lead: Department) -> User:
        """Return the dispatcher of the petition's desk if the lead is of its region, else the city's dispatcher."""
        is_own = petition.desk_id == lead.region_id
        return (is_own and self._at_desks.get(lead.region_id)) or self.dispatcher
