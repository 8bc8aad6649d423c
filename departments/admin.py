from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.admin import RoleAdmin
from accounts.requests import signed_in
from departments.calendar_admin import AnnouncedYearPages, DayExceptionPages
from departments.catalogue import WrongCatalogue, import_catalogue
from departments.closing import check_closing, close_department
from departments.models import (
    AnnouncedYear,
    Category,
    CategoryLead,
    DayException,
    Department,
    Level,
    Membership,
    Responsibility,
)
from verbs.refusals import InvalidInput


class CategoryLeadInline(admin.TabularInline):
    model = CategoryLead
    extra = 0

    def has_view_permission(self, request: object, obj: object = None) -> bool:
        return True

    has_add_permission = has_change_permission = has_delete_permission = has_view_permission


DESK = "desk"


def _successors() -> list[tuple[str, str]]:
    """Return who may take over from a department that closes: the desks, or an open department."""
    units = Department.objects.filter(is_active=True)
    return [("", "---------"), (DESK, _("派单台")), *((str(unit.pk), str(unit)) for unit in units)]


class DepartmentForm(forms.ModelForm):
    """A department. When it is closed here, `successor` says who takes over its work and its categories."""

    successor = forms.ChoiceField(
        label=gettext_lazy("停用后由谁接替"),
        choices=_successors,
        required=False,
        help_text=gettext_lazy(
            "只在停用时填写：在办诉求转回派单台，协办免于答复，督办单和主办类别由所选部门接替；选“派单台”的，督办单办结，类别不再有主办部门。"
        ),
    )

    @property
    def is_closing(self) -> bool:
        return bool(self.instance.pk and self.initial.get("is_active")) and not self.cleaned_data["is_active"]

    @property
    def takes_over(self) -> dict[str, Any]:
        """Who takes over, as departments/closing.py is told."""
        chosen = self.cleaned_data.get("successor", "")
        named = Department.objects.filter(pk=chosen).first() if chosen not in ("", DESK) else None
        return {"successor": named, "is_to_desk": chosen == DESK}

    def clean(self) -> Any:
        cleaned = super().clean()
        if self.is_closing:
            try:
                check_closing(department=self.instance, **self.takes_over)
            except InvalidInput as refusal:
                for field, sentence in refusal.fields.items():
                    self.add_error(field, sentence)
        return cleaned


@admin.register(Department)
class DepartmentAdmin(RoleAdmin):
    form = DepartmentForm
    list_display = ("short_name", "name", "level", "region", "is_fallback", "is_active")
    list_filter = ("level", "region", "is_active")
    search_fields = ("short_name", "name")

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        obj.is_active = form.cleaned_data["is_active"] or form.is_closing
        super().save_model(request, obj, form, change)
        if form.is_closing:
            by = signed_in(request).user
            obj.is_active = close_department(department=obj, by=by, now=timezone.now(), **form.takes_over).is_active


@admin.register(Membership)
class MembershipAdmin(RoleAdmin):
    list_display = ("user", "department")
    raw_id_fields = ("user",)
    autocomplete_fields = ("department",)


@admin.register(Category)
class CategoryAdmin(RoleAdmin):
    list_display = ("code", "name", "parent", "service_level", "is_active")
    list_filter = ("service_level", "is_active")
    search_fields = ("code", "name")
    inlines = (CategoryLeadInline,)


CHANGES_SHOWN = 50  # of a checked file; all of them says the command


class CatalogueForm(forms.Form):
    file = forms.FileField(label=gettext_lazy("文件"))
    is_dry_run = forms.BooleanField(label=gettext_lazy("只检查，不导入"), required=False, initial=True)


@admin.register(Responsibility)
class ResponsibilityAdmin(RoleAdmin):
    list_display = ("department", "matter", "level", "basis", "is_active")
    list_display_links = ("matter",)
    list_filter = ("level", "is_active", "department")
    list_select_related = ("department",)
    search_fields = ("matter", "keywords", "department__short_name")

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "department":
            kwargs["queryset"] = Department.objects.filter(level=Level.CITY)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_urls(self) -> list[Any]:
        page = self.admin_site.admin_view(self.import_page)
        return [path("import/", page, name="departments_responsibility_import"), *super().get_urls()]

    def import_page(self, request: HttpRequest) -> HttpResponse:
        """Show the form that imports a file. Wrong cells are named beside the field, and then nothing is imported."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        form = CatalogueForm(request.POST or None, request.FILES or None)
        if form.is_valid() and self._import(request, form):
            return HttpResponseRedirect(reverse("admin:departments_responsibility_changelist"))
        context = self.admin_site.each_context(request) | {"form": form, "title": _("导入职责清单")}
        return render(request, "admin/departments/responsibility/import.html", context)

    def _import(self, request: HttpRequest, form: CatalogueForm) -> bool:
        file, is_dry_run = form.cleaned_data["file"], form.cleaned_data["is_dry_run"]
        try:
            counts = import_catalogue(file.read(), file.name, is_dry_run=is_dry_run)
        except WrongCatalogue as wrong:
            form.add_error("file", wrong.problems)
            return False
        told = _("读到%(read)d行：新增%(added)d行，修改%(changed)d行。") % vars(counts)
        messages.success(request, _("只作检查。") + told if is_dry_run else told)
        for sentence in (*counts.notes, *(counts.changes[:CHANGES_SHOWN] if is_dry_run else ())):
            messages.info(request, sentence)
        return not is_dry_run


@admin.register(DayException)
class DayExceptionAdmin(DayExceptionPages):
    list_display = ("date", "department", "is_working", "spans", "name", "source")
    list_filter = ("is_working", ("department", admin.EmptyFieldListFilter))
    date_hierarchy = "date"
    autocomplete_fields = ("department",)


@admin.register(AnnouncedYear)
class AnnouncedYearAdmin(AnnouncedYearPages):
    list_display = ("year", "source", "file", "by", "at", "withdraw")
    list_select_related = ("by",)

    @admin.display(description=gettext_lazy("恢复内置表"))
    def withdraw(self, row: AnnouncedYear) -> str:
        address = reverse("admin:departments_announcedyear_withdraw", args=[row.year])
        return format_html('<a href="{}">{}</a>', address, _("恢复内置表"))
