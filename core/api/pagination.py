"""Pages of every list: `{count, next, previous, results}`, `?page=`, `?page_size=`."""

from __future__ import annotations

from rest_framework import pagination
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

MAX_PAGE_SIZE = 200


class PageNumberPagination(pagination.PageNumberPagination):
    """Numbered pages; a page that does not exist is `not_found`, a value that is no number is 400."""

    page_size_query_param = "page_size"
    max_page_size = MAX_PAGE_SIZE

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


def _whole_number(name: str, value: str) -> int:
    # int() takes "1_000" and digits of any script; an address should not.
    sign, digits = value[:1] == "-", value.removeprefix("-")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 9):
        raise ValidationError({name: ["A whole number is needed."]})
    return -int(digits) if sign else int(digits)
