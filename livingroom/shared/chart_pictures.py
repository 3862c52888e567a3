"""Every chart of every page as a picture: the page's own address with ?picture=<chart's id>.svg or .png.

The page is made as ever, with its own checks of who may look; the charts that it drew on the way are noted on the request,
and the one that was asked for is drawn here instead. So a view need not know that its charts can be downloaded.
"""

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse

from livingroom.shared.charts import Chart, to_png, to_svg

TYPES = {"svg": "image/svg+xml", "png": "image/png"}
ASKED = "picture"


def note_chart(request: HttpRequest | None, name: str, chart: Chart) -> None:
    """Remember what was drawn for this request."""
    if request is not None:
        drawn: dict[str, Chart] = request.__dict__.setdefault("charts_drawn", {})
        drawn[name] = chart


def charts_of(request: HttpRequest) -> dict[str, Chart]:
    found: dict[str, Chart] = getattr(request, "charts_drawn", {})
    return found


class ChartPicturesMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        asked = request.GET.get(ASKED, "")
        if not asked or response.status_code != 200 or request.method not in {"GET", "HEAD"}:
            return response
        name, _, kind = asked.rpartition(".")
        chart = charts_of(request).get(name)
        if chart is None or kind not in TYPES:
            return self._refuse(request)
        return _picture(chart, name, kind)

    def _refuse(self, request: HttpRequest) -> HttpResponse:
        from django.core.handlers.exception import response_for_exception

        return response_for_exception(request, Http404("This page draws no such chart."))


def _picture(chart: Chart, name: str, kind: str) -> HttpResponse:
    content = to_svg(chart) if kind == "svg" else to_png(chart)
    response = HttpResponse(content, content_type=TYPES[kind])
    safe = "".join(letter if letter.isalnum() else "-" for letter in name)
    response["Content-Disposition"] = f'attachment; filename="{safe}.{kind}"'
    return response
