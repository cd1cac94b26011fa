"""Going through a list of the API, page by page or item by item.

>>> import aftercall
>>> def answer(outgoing):
...     return 200, None, b'{"status":true,"data":{"total":1,"results":[{"pn":"CN1A"}]}}'
>>> client = aftercall.Client("https://api.example.com", transport=answer)
>>> for page in client.pages("/pages", limit=100):
...     print(page.offset, page.items)
0 [{'pn': 'CN1A'}]
"""

from __future__ import annotations

from ._native import Client, Request, Response, _Pager

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator, Mapping
    from typing import Any, Literal, Self

    from .aio import AsyncClient

__all__ = ["Page", "Pages"]


class Page:
    """One page of a list."""

    def __init__(self, offset: int, limit: int, items: list[Any], response: Response) -> None:
        self.offset = offset
        """How many items come before it."""
        self.limit = limit
        """How many it has at most."""
        self.items = items
        """Its items, decoded."""
        self.response = response
        """The reply that brought it."""

    def __len__(self) -> int:
        return len(self.items)

    def __repr__(self) -> str:
        return f"<Page of {len(self.items)} items from {self.offset}>"


class Pages:
    """The pages of a list, for a `for` loop, or an `async for` with an AsyncClient; good for one loop.

    *limit* is how many items a page has, 1 to 1000; *offset* where to begin; *window* how far the operation gives its
    items out, which is 20,000 for most of the API. No page beyond it is asked for: `end` says afterwards whether that
    was why. Offset and limit are sent with the query; of a POST with *json*, in that. Every other option is one of
    Request; the method is GET without *json*, else POST, or *method*.

    A page that fails raises as get() does; what came before it was not in vain: go on from `offset`.
    """

    def __init__(
        self,
        client: Client | AsyncClient,
        path: str,
        params: Any = None,
        *,
        limit: int = 100,
        offset: int = 0,
        window: int | None = None,
        method: str | None = None,
        json: Mapping[str, Any] | None = None,
        **options: Any,
    ) -> None:
        self._client = client
        self._path = path
        self._params = _pairs(params)
        self._json = json
        for name in ("offset", "limit"):
            if any(own == name for own, *_ in self._params) or name in (json or ()):
                raise ValueError(f"{name}: expected as a keyword, {name}=; found among params or in json")
        self._method = method or ("GET" if json is None else "POST")
        self._options = options
        self._pages = _Pager(limit, offset, window)

    @property
    def offset(self) -> int:
        """How many items were passed so far, those before the first page included."""
        return self._pages.passed

    @property
    def total(self) -> int | None:
        """How many items the list has, once the server has said so."""
        return self._pages.total

    @property
    def end(self) -> Literal["complete", "window", "failed", "uncountable"] | None:
        """Why there is no further page; None while there may be one.

        "window" means that the server gives out no more, and that the list may go on: ask for less, by narrower
        conditions. "uncountable" means that the last page had no list.
        """
        return self._pages.end

    def __repr__(self) -> str:
        return f"<Pages from {self.offset}, {self.end or 'not at its end'}>"

    def items(self) -> Iterator[Any]:
        """Every item of every page, one by one."""
        for page in self:
            yield from page.items

    async def items_async(self) -> AsyncIterator[Any]:
        """Every item of every page, one by one, with an AsyncClient."""
        async for page in self:
            for item in page.items:
                yield item

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> Page:
        if not isinstance(self._client, Client):
            raise TypeError("the pages of an AsyncClient are for `async for`")
        page = self._pages.next_page()
        if page is None:
            raise StopIteration
        try:
            response = self._client.send(self._request(*page))
        except BaseException:
            self._pages.failed()
            raise
        return self._taken(page, response)

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Page:
        if isinstance(self._client, Client):
            raise TypeError("the pages of a Client are for `for`")
        page = self._pages.next_page()
        if page is None:
            raise StopAsyncIteration
        try:
            response = await self._client.send(self._request(*page))
        except BaseException:
            self._pages.failed()
            raise
        return self._taken(page, response)

    def _request(self, offset: int, limit: int) -> Request:
        if self._json is not None:
            json = {**self._json, "offset": offset, "limit": limit}
            return Request(self._method, self._path, self._params, json=json, **self._options)
        params = [*self._params, ("offset", offset), ("limit", limit)]
        return Request(self._method, self._path, params, **self._options)

    def _taken(self, page: tuple[int, int], response: Response) -> Page:
        field = self._pages.received(response.data_bytes)
        data = response.data()
        items = data if field is None else data[field]
        return Page(*page, items if isinstance(items, list) else [], response)


def _pairs(params: Any) -> list[tuple[str, Any]]:
    if params is None:
        return []
    pairs = list(params.items() if hasattr(params, "items") else params)
    if not all(isinstance(pair, tuple | list) and len(pair) == 2 for pair in pairs):
        raise TypeError("params: expected a mapping, or pairs of name and value")
    return pairs
