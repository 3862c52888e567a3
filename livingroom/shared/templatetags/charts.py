from urllib.parse import urlencode

from django import template
from django.template import Context
from django.utils.html import json_script
from django.utils.safestring import SafeString

from livingroom.shared.chart_pictures import ASKED, TYPES, note_chart
from livingroom.shared.charts import Chart

register = template.Library()


@register.simple_tag
def chart_json(chart: Chart) -> SafeString:
    """The chart's specification as a data block, which no content security policy takes for a script."""
    return json_script(chart.for_page)


@register.simple_tag(takes_context=True)
def chart_pictures(context: Context, chart: Chart, name: str) -> list[tuple[str, str]]:
    """The addresses under which the page gives this chart as a file: ("SVG", "?…&picture=revenue.svg")."""
    request = getattr(context, "request", None)
    if request is None:
        return []
    note_chart(request, name, chart)
    kept = [(key, value) for key, value in request.GET.items() if key != ASKED]
    return [(kind.upper(), "?" + urlencode([*kept, (ASKED, f"{name}.{kind}")])) for kind in TYPES]
