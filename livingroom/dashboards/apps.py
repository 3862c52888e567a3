from django.apps import AppConfig


class DashboardsConfig(AppConfig):
    name = "livingroom.dashboards"
    label = "dashboards"
