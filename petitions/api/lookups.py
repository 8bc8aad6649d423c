"""Small lists that a client needs before it can file or dispatch, and who the caller is."""

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from departments.models import Category, Department
from petitions import queries
from petitions.api.endpoint import Endpoint
from petitions.api.errors import refusals
from petitions.api.names import CategoryEntry, DepartmentEntry, EnterpriseName, Me, RegionEntry
from regions.models import Region


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
        return Response(RegionEntry(Region.objects.select_related("parent"), many=True).data)


class Enterprises(Endpoint):
    @extend_schema(operation_id="enterprises_list", responses={200: EnterpriseName(many=True), **refusals(401)})
    def get(self, request: Request) -> Response:
        """List the enterprises the user files for."""
        return Response(EnterpriseName(queries.enterprises_of(self.user), many=True).data)


class WhoAmI(Endpoint):
    @extend_schema(operation_id="me", responses={200: Me, **refusals(401)})
    def get(self, request: Request) -> Response:
        """Say who the user is and what for."""
        departments: QuerySet[Department] = Department.objects.of(self.user)
        me = {
            "username": self.user.username,
            "name": str(self.user),
            "roles": self.user.roles,
            "departments": departments,
        }
        return Response(Me(me).data)
