"""The HTTP API: each room brings its router; its description is at /api/docs."""

from ninja import NinjaAPI

from livingroom import __version__

api = NinjaAPI(title="Livingroom", version=__version__, docs_url="/docs", urls_namespace="api")
api.add_router("/branches", "livingroom.branches.api.router")
api.add_router("", "livingroom.frontdoor.api.router")
api.add_router("", "livingroom.orders.api.router")
api.add_router("", "livingroom.ideas.api.router")
