from django import template
from django.utils.html import json_script
from django.utils.safestring import SafeString

from livingroom.shared.charts import Chart

register = template.Library()


@register.simple_tag
def chart_json(chart: Chart) -> SafeString:
    """The chart's specification as a data block, which no content security policy takes for a script."""
    return json_script(chart.for_page)
