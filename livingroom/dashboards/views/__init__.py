from livingroom.dashboards.views.clicks import clicks
from livingroom.dashboards.views.ledger import ledger, ledger_export
from livingroom.dashboards.views.overview import overview
from livingroom.dashboards.views.receipt import receipt

__all__ = ["clicks", "ledger", "ledger_export", "overview", "receipt"]
