from django.apps import AppConfig


class OrdersConfig(AppConfig):
    name = "livingroom.orders"
    label = "orders"
