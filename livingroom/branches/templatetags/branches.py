from django import template

from livingroom.branches.queries import network_title

register = template.Library()
register.filter("network_title", network_title)
