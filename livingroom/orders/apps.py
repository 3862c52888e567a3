from django.apps import AppConfig


class OrdersConfig(AppConfig):
    name = "livingroom.orders"
    label = "orders"

    def ready(self) -> None:
        from livingroom.orders.persons import take_part

        take_part()
