"""Let respx see httpx2, the client the product uses."""

from typing import Any, ClassVar

import httpx
import httpx2
from respx.mocks import AbstractRequestMocker


class Httpx2Mocker(AbstractRequestMocker):
    """Answers what httpx2 asks: `with respx.mock(using="httpx2") as web:`."""

    name = "httpx2"
    targets: ClassVar = [
        "httpx2._transports.default.HTTPTransport",
        "httpx2._transports.default.AsyncHTTPTransport",
    ]
    target_methods: ClassVar = ["handle_request", "handle_async_request"]

    @classmethod
    def to_httpx_request(cls, **kwargs: Any) -> httpx.Request:
        request: httpx2.Request = kwargs["request"]
        return httpx.Request(
            request.method,
            str(request.url),
            headers=request.headers.raw,
            content=request.content,
        )

    @classmethod
    def from_sync_httpx_response(
        cls, httpx_response: httpx.Response, target: Any, **_: Any
    ) -> httpx2.Response:
        return httpx2.Response(
            httpx_response.status_code,
            headers=httpx_response.headers.raw,
            content=httpx_response.content,
        )

    @classmethod
    async def from_async_httpx_response(
        cls, httpx_response: httpx.Response, target: Any, **_: Any
    ) -> httpx2.Response:
        return cls.from_sync_httpx_response(httpx_response, target)
