"""Small lists that a client needs before it can file or dispatch, registering an enterprise, and who the caller is."""

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Role
from departments.models import Category, Department, people_of
from enterprises.finding import LEAST_LETTERS, find_enterprises
from enterprises.registering import Registration, register_enterprise
from petitions import occasion_queries, queries
from petitions.api.bodies import RegisterBody
from petitions.api.endpoint import Endpoint
from petitions.api.errors import refusals
from petitions.api.fields import Text
from petitions.api.filters import Parameters
from petitions.api.names import CategoryEntry, DepartmentEntry, EnterpriseEntry, Me, OccasionEntry, RegionEntry
from petitions.intake import refusals_of_enterprises
from regions.desks import staffed_desks
from regions.models import Region
from verbs.refusals import NotPermitted


class Categories(Endpoint):
    @extend_schema(operation_id="categories_list", responses={200: CategoryEntry(many=True), **refusals(401)})
    def get(self, request: Request) -> Response:
        """List the categories in use, in two levels; petitions are put under the second."""
        rows = Category.objects.filter(is_active=True).select_related("parent")
        return Response(CategoryEntry(rows, many=True).data)


class Departments(Endpoint):
    @extend_schema(operation_id="departments_list", responses={200: DepartmentEntry(many=True), **refusals(401)})
    def get(self, request: Request) -> Response:
        """List the departments a petition can be dispatched to."""
        rows = Department.objects.filter(is_active=True).select_related("region", "parent")
        return Response(DepartmentEntry(rows, many=True).data)


class Regions(Endpoint):
    @extend_schema(operation_id="regions_list", responses={200: RegionEntry(many=True), **refusals(401)})
    def get(self, request: Request) -> Response:
        """List the city and its districts and parks."""
        rows = Region.objects.select_related("parent")
        return Response(RegionEntry(rows, many=True, context={"staffed": staffed_desks()}).data)


class EnterpriseParameters(Parameters):
    q = Text(
        least=LEAST_LETTERS,
        most=100,
        required=False,
        help_text=(
            "Credit code, telephone, name or pinyin initials: their beginning, or a part of the name. "
            "Codes and telephones are found from four characters on."
        ),
    )


class Enterprises(Endpoint):
    @extend_schema(
        operation_id="enterprises_list",
        parameters=[EnterpriseParameters],
        responses={200: EnterpriseEntry(many=True), **refusals(400, 401)},
    )
    def get(self, request: Request) -> Response:
        """List the enterprises the user files for; with `q` only the ten that fit it best.

        A dispatcher may file for any enterprise, and finds it with `q` only.
        """
        typed = self.parsed(EnterpriseParameters, request.query_params).get("q")
        if typed is None:
            rows = list(queries.enterprises_of(self.user).select_related("region"))
        else:
            rows = find_enterprises(typed, among=queries.enterprises_to_file_for(self.user))
        return Response(EnterpriseEntry(rows, many=True).data)

    @extend_schema(
        operation_id="enterprises_register",
        request=RegisterBody,
        responses={201: EnterpriseEntry, **refusals(400, 401, 403, 415)},
    )
    def post(self, request: Request) -> Response:
        """Enter an enterprise into the register, as a dispatcher whose caller is not in it yet."""
        if not self.user.has_role(Role.DISPATCHER):
            raise NotPermitted()
        registration = Registration(**self.parsed(RegisterBody, request.data))
        with refusals_of_enterprises():
            enterprise = register_enterprise(registration=registration, by=self.user)
        return Response(EnterpriseEntry(enterprise).data, status=201)


class Occasions(Endpoint):
    @extend_schema(operation_id="occasions_list", responses={200: OccasionEntry(many=True), **refusals(401)})
    def get(self, request: Request) -> Response:
        """List the occasions that take petitions now; empty for people who may not read occasions."""
        return Response(OccasionEntry(occasion_queries.occasions(self.user).filter(is_open=True), many=True).data)


class WhoAmI(Endpoint):
    @extend_schema(operation_id="me", responses={200: Me, **refusals(401)})
    def get(self, request: Request) -> Response:
        """Say who the user is: roles, departments, and the colleagues who work there."""
        departments: QuerySet[Department] = Department.objects.of(self.user)
        me = {
            "username": self.user.username,
            "name": str(self.user),
            "roles": self.user.roles,
            "departments": departments,
            "colleagues": people_of(departments),
        }
        return Response(Me(me).data)
