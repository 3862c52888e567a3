from django.urls import URLPattern, URLResolver, path

from livingroom.orders import webhooks
from livingroom.orders.views import costs, dead, home, imports, shops

urlpatterns: list[URLPattern | URLResolver] = [
    path("hooks/orders/<slug:slug>/", webhooks.order_webhook, name="order_webhook"),
    path("orders/", home.orders, name="orders"),
    path("orders/<int:pk>/", home.order, name="order"),
    path("orders/dead/", dead.dead_letters, name="dead_letters"),
    path("orders/dead/replay/", dead.replay_all, name="replay_all"),
    path("orders/dead/<int:pk>/", dead.dead_letter, name="dead_letter"),
    path("orders/dead/<int:pk>/replay/", dead.replay, name="replay"),
    path("orders/dead/<int:pk>/dismiss/", dead.dismiss, name="dismiss"),
    path("orders/imports/", imports.import_orders, name="import_orders"),
    path("orders/imports/<int:pk>/", imports.order_import, name="order_import"),
    path("orders/mappings/new/", imports.mapping, name="new_mapping"),
    path("orders/mappings/<int:pk>/", imports.mapping, name="mapping"),
    path("orders/shops/", shops.shop_list, name="shops"),
    path("orders/shops/new/", shops.new_shop, name="new_shop"),
    path("orders/shops/keys/", shops.new_key, name="new_key"),
    path("orders/shops/keys/<int:pk>/revoke/", shops.revoke_key, name="revoke_key"),
    path("orders/shops/<slug:slug>/", shops.shop, name="shop"),
    path("orders/shops/<slug:slug>/secret/", shops.rotate_secret, name="rotate_secret"),
    path("orders/shops/<slug:slug>/old-secret/", shops.forget_old_secret, name="forget_old_secret"),
    path("orders/costs/", costs.cost_list, name="costs"),
]
