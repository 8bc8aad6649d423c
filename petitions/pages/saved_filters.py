"""Saved filters: chips above the lists, and the pages that save, rename, share and delete them.

A filter's address is the list's address with the parameters that the list knows. Anything else that was saved or typed
is dropped, so that a filter cannot lead elsewhere.
"""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from accounts.models import Role, User
from accounts.requests import SignedIn, signed_in
from petitions.models import SavedFilter, SavedPage
from petitions.office import worklist
from petitions.office.saved_filters import change_filter, drop_filter, known_part, save_filter
from petitions.pages.filters import FilterForm, PetitionFilter
from ui.refusals import show_field_errors
from verbs.refusals import InvalidInput


class SavedFilterForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("名称"))
    is_shared = forms.BooleanField(
        label=gettext_lazy("与本部门共享"), required=False, help_text=gettext_lazy("同事能看到和使用，不能修改。")
    )

    def __init__(self, *args: Any, can_share: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not can_share:
            del self.fields["is_shared"]


PARAMETERS: dict[str, tuple[str, ...]] = {
    SavedPage.QUEUE: ("show", "due"),
    SavedPage.LIST: tuple(PetitionFilter.base_filters),
}
READERS: dict[str, tuple[str, ...]] = {
    SavedPage.QUEUE: (Role.HANDLER, Role.HEAD),
    SavedPage.LIST: (Role.SUPERVISOR, Role.DISPATCHER, Role.LEADER, Role.HANDLER, Role.HEAD),
}


def address_of(page: str, query: str) -> str:
    """Return the list's address with those parameters of the query that the list knows."""
    return f"{reverse(f'petitions:{page}')}?{known_part(query, PARAMETERS[page])}"


def chips(request: SignedIn, page: SavedPage) -> dict[str, Any]:
    """Return what a list's page shows of saved filters: the chips, and the address that saves the present conditions.

    One statement.
    """
    user = request.user
    present = known_part(request.GET.urlencode(), PARAMETERS[page])
    rows = SavedFilter.objects.readable_by(user).filter(page=page).select_related("owner")
    return {
        "chips": [(row, address_of(page, row.query), row.query == present) for row in rows],
        "save_address": f"{reverse('petitions:save_filter', args=[page])}?{present}" if present else "",
    }


class FilterView(View):
    """Base of the pages about saved filters: only for those who may read the list."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        user = signed_in(request).user
        page = kwargs.get("page", SavedPage.LIST)
        if page not in SavedPage.values:
            raise Http404
        if not user.has_role(*READERS[page]):
            raise PermissionDenied
        self.user: User = user
        return super().dispatch(request, *args, **kwargs)

    def form(self, data: QueryDict | None = None, **initial: Any) -> SavedFilterForm:
        """Return the form; only people who work in a department can share a filter."""
        can_share = self.user.has_role(Role.HANDLER, Role.HEAD)
        return SavedFilterForm(data, initial=initial, can_share=can_share)

    def shown(self, request: HttpRequest, form: SavedFilterForm, page: str, query: str, status: int) -> HttpResponse:
        context = {"form": form, "back": address_of(page, query), "conditions": _conditions(page, query)}
        return render(request, "petitions/saved_filter.html", context, status=status)


class Filters(FilterView):
    """Lists the person's own filters, and those that colleagues share."""

    def get(self, request: HttpRequest) -> HttpResponse:
        rows = SavedFilter.objects.readable_by(self.user).select_related("owner")
        found = [(row, address_of(row.page, row.query)) for row in rows if self.user.has_role(*READERS[row.page])]
        return render(request, "petitions/saved_filters.html", {"rows": found})


class SaveFilter(FilterView):
    """Saves the conditions that the page's own address has, under the name that is typed."""

    def get(self, request: HttpRequest, page: str) -> HttpResponse:
        return self.shown(request, self.form(), page, request.GET.urlencode(), 200)

    def post(self, request: HttpRequest, page: str) -> HttpResponse:
        form, query = self.form(request.POST), request.GET.urlencode()
        if form.is_valid():
            try:
                saved = save_filter(
                    by=self.user, page=page, query=query, parameters=PARAMETERS[page], **form.cleaned_data
                )
            except InvalidInput as problem:
                show_field_errors(form, problem)
            else:
                messages.success(request, _("筛选已保存。"))
                return redirect(address_of(page, saved.query))
        return self.shown(request, form, page, query, 422)


class ChangeFilter(FilterView):
    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        saved = self._own(pk)
        form = self.form(name=saved.name, is_shared=saved.is_shared)
        return self.shown(request, form, saved.page, saved.query, 200)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        saved, form = self._own(pk), self.form(request.POST)
        if form.is_valid():
            try:
                change_filter(saved=saved, by=self.user, **({"is_shared": saved.is_shared} | form.cleaned_data))
            except InvalidInput as problem:
                show_field_errors(form, problem)
            else:
                messages.success(request, _("筛选已修改。"))
                return redirect("petitions:filters")
        return self.shown(request, form, saved.page, saved.query, 422)

    def _own(self, pk: int) -> SavedFilter:
        return get_object_or_404(SavedFilter, pk=pk, owner=self.user)


class DropFilter(FilterView):
    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        drop_filter(saved=get_object_or_404(SavedFilter, pk=pk, owner=self.user), by=self.user)
        messages.success(request, _("筛选已删除。"))
        return redirect("petitions:filters")


def _conditions(page: str, query: str) -> list[tuple[str, str]]:
    """Say in words what the filter narrows to: (label, value)."""
    kept = QueryDict(known_part(query, PARAMETERS[page]))
    values = [(name, str(kept[name])) for name in kept]
    if page == SavedPage.QUEUE:
        named = {"show": (_("标签"), worklist.TABS), "due": (_("时限"), worklist.COLUMNS)}
        return [(str(named[name][0]), str(named[name][1].get(value, value))) for name, value in values]
    form = PetitionFilter(kept).form
    form.is_valid()
    found = []
    for name, raw in values:
        other, _choices = FilterForm.only_when.get(name, ("", ()))
        if other and other not in kept:
            continue  # it says nothing by itself
        field = form.fields[name]
        value = form.cleaned_data.get(name, raw)
        labels = {} if hasattr(field, "queryset") else dict(getattr(field, "choices", ()))
        found.append((str(field.label), str(labels.get(value, _("是") if value is True else value))))
    return found
