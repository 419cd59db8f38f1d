"""Pages of every list: `{count, next, previous, results}`, `?page=`, `?page_size=`."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from rest_framework import pagination
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.views import APIView

MAX_PAGE_SIZE = 200


class DescribedPaginator(Paginator):
    """Counts and orders the rows as they are and describes those of the page alone.

    What a list shows of a row (joins, counts of what hangs on it) then costs a page, however long
    the list is and however far back the page. `describe` must leave as many rows as there are.
    """

    def __init__(self, rows: QuerySet[Any], size: int, describe: Callable[[Any], QuerySet[Any]]) -> None:
        super().__init__(rows, size)
        self._describe = describe

    def _get_page(self, object_list: Any, number: int, paginator: Any) -> Page:
        return Page(described_alone(object_list, self._describe), number, paginator)


class PageNumberPagination(pagination.PageNumberPagination):
    """Numbered pages; a page that does not exist is `not_found`, a value that is no number is 400.

    A view may have `describe_page`, which adds to the rows of a page what its serializer shows.
    """

    page_size_query_param = "page_size"
    max_page_size = MAX_PAGE_SIZE

    def paginate_queryset(
        self, queryset: Any, request: Request, view: APIView | None = None
    ) -> list[Any] | None:
        """The rows of the page asked for."""
        if (describe := getattr(view, "describe_page", None)) is not None:
            self.django_paginator_class = partial(DescribedPaginator, describe=describe)  # type: ignore[assignment]
        return super().paginate_queryset(queryset, request, view)

    def get_page_size(self, request: Request) -> int | None:
        """Rows a page: `?page_size=` up to `max_page_size` (more gets that many), or the default."""
        asked = request.query_params.get("page_size")
        if asked is None:
            return self.page_size
        size = _whole_number("page_size", asked)
        if size < 1:
            raise ValidationError({"page_size": ["At least 1."]})
        return min(size, self.max_page_size)

    def get_page_number(self, request: Request, paginator: object) -> int:
        """The page asked for, from 1."""
        return _whole_number("page", request.query_params.get("page") or "1")


def described_alone(rows: QuerySet[Any], describe: Callable[[Any], QuerySet[Any]]) -> QuerySet[Any]:
    """The described rows of a slice, in its order, by one query.

    The ids are ordered and cut in a query within it. Otherwise PostgreSQL describes every row that
    the page skips, and all of them where no index has the order.
    """
    described = describe(rows.model._default_manager.filter(pk__in=rows.values("pk")))
    return described.order_by(*(rows.query.order_by or rows.model._meta.ordering))


def _whole_number(name: str, value: str) -> int:
    # int() takes "1_000" and digits of any script; an address should not.
    sign, digits = value[:1] == "-", value.removeprefix("-")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 9):
        raise ValidationError({name: ["A whole number is needed."]})
    return -int(digits) if sign else int(digits)
