"""Filters of every list: `?updated_since=`, `?ordering=` with known names only, `?search=`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from django.db.models import F, OrderBy, QuerySet
from django_filters import rest_framework as django_filters
from rest_framework import filters
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

if TYPE_CHECKING:
    from rest_framework.views import APIView


class UpdatedSinceFilterSet(django_filters.FilterSet):
    """Base of a list's filters: rows written at or after a time, for integrators that keep a copy."""

    updated_since = django_filters.IsoDateTimeFilter(
        field_name="updated_at", lookup_expr="gte", help_text="ISO 8601 time; rows written at or after it."
    )


class StrictOrderingFilter(filters.OrderingFilter):
    """`?ordering=` by the names the view lists; another name is 400. Ends in the id, so pages are stable.

    What is not known comes last in both directions: left to themselves, SQLite and PostgreSQL differ.
    """

    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: APIView) -> QuerySet[Any]:
        """The rows in order."""
        ordering = self.get_ordering(request, queryset, view)
        if not ordering:
            return queryset
        return queryset.order_by(*[_unknown_last(queryset, term) for term in ordering])

    def remove_invalid_fields(
        self, queryset: QuerySet[Any], fields: Iterable[str], view: APIView, request: Request
    ) -> list[str]:
        """The terms as they are.

        Raises:
            ValidationError: when one is not offered.
        """
        offered = {name for name, _ in self.get_valid_fields(queryset, view, {"request": request})}
        wrong = [term for term in fields if term.removeprefix("-") not in offered]
        if wrong:
            raise ValidationError({"ordering": [f"Known are: {', '.join(sorted(offered))}."]})
        return list(fields)

    def get_ordering(self, request: Request, queryset: QuerySet[Any], view: APIView) -> Sequence[str] | None:
        """The ordering asked for, or the view's, with the id as the last word."""
        ordering = super().get_ordering(request, queryset, view)
        if ordering and not {"id", "-id"} & set(ordering):
            return [*ordering, "id"]
        return ordering


def _unknown_last(queryset: QuerySet[Any], term: str) -> str | OrderBy:
    name = term.removeprefix("-")
    field = next((field for field in queryset.model._meta.concrete_fields if field.name == name), None)
    if field is None or not field.null:
        return term
    return F(name).desc(nulls_last=True) if term.startswith("-") else F(name).asc(nulls_last=True)
