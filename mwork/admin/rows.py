"""The base classes of every app's admin pages."""

from django.contrib import admin
from django.urls import NoReverseMatch, reverse
from django.utils.http import urlencode

from mwork.admin.decisions import Decisions
from mwork.admin.finding import condition
from mwork.admin.paging import MOST, CappedPaginator
from mwork.admin.signals import row_written


class CarefulAdmin(Decisions, admin.ModelAdmin):
    """Nothing is deleted here (services know what hangs on a row), and only what was changed is written,

    so that a form opened a while ago takes nothing back that happened since. `people` maps the lookups that lead from
    a row to a person to what the person's rows are called then: those rows are one click away from the person, and
    the person from each of them.
    """

    people: dict[str, str] = {}
    label: str = ""  # what the table is called in the lists of tables; empty: as its model
    list_per_page = 50
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    paginator = CappedPaginator
    save_on_top = False

    def has_delete_permission(self, request, obj=None):
        return False

    def save_model(self, request, obj, form, change):
        columns = {field.name for field in obj._meta.concrete_fields}
        obj.save(update_fields=[name for name in form.changed_data if name in columns] if change else None)
        if form.changed_data or not change:
            row_written.send(type(obj), actor=request.user, row=obj, added=not change, fields=list(form.changed_data))

    def get_search_results(self, request, queryset, search_term):
        """See mwork.admin.finding for what the entries of `search_fields` say."""
        entries, text = self.get_search_fields(request), search_term.strip()
        return (queryset.filter(condition(self.model, entries, text)) if entries and text else queryset), False

    def changelist_view(self, request, extra_context=None):
        named = {"title": self.label} if self.label else {}
        return super().changelist_view(request, {**named, **(extra_context or {})})

    def lookup_allowed(self, lookup, value, request=None):
        return lookup in {f"{path}__exact" for path in self.people} or super().lookup_allowed(lookup, value, request)

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        if obj is not None:
            context |= {"decisions": self.decisions_on(request, obj), "persons": self.persons_of(request, obj)}
        return super().render_change_form(request, context, add, change, form_url, obj)

    def persons_of(self, request, row) -> list[tuple[str, list[tuple[str, str, int]]]]:
        """The people this row leads to, each with what else is known of them: label, address, how many."""
        found = {}
        for path in self.people:
            person = row
            for step in filter(None, path.split("__")):
                person = getattr(person, step, None)
            if person is not None:
                found.setdefault(person.pk, person)
        return [(str(person), rows_of(self.admin_site, request, person)) for person in found.values()]


class ReadOnlyAdmin(CarefulAdmin):
    """Rows that only services write."""

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False


class ReadOnlyInline(admin.TabularInline):
    """Rows that only services write, beside the row they belong to."""

    extra = 0
    can_delete = False

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False


def rows_of(site, request, person) -> list[tuple[str, str, int]]:
    """Where the rows of this person are that the caller may see: what they are, the address of their list, how many.

    MOST counts for any greater number.
    """
    rows = []
    for model, page in site._registry.items():
        if not getattr(page, "people", None) or not page.has_view_permission(request):
            continue
        for path, label in page.people.items():
            if path:
                count = model._default_manager.filter(**{path: person.pk}).order_by()[:MOST].count()
                address = reverse(f"{site.name}:{model._meta.app_label}_{model._meta.model_name}_changelist")
                rows.append((str(label), f"{address}?{urlencode({f'{path}__exact': person.pk})}", count))
            elif model is type(person):
                rows.append((str(label), link_to(site, person), 1))
    return rows


def link_to(site, row) -> str | None:
    """The address of the row's page; None when it has none."""
    try:
        return reverse(f"{site.name}:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])
    except NoReverseMatch:
        return None
