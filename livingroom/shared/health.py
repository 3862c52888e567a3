"""Is the house up: answered from the process and its database, without a login."""

from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from livingroom import __version__


@never_cache
@require_safe
def health(request: HttpRequest) -> JsonResponse:
    """200 when pages can be served, 503 with the reason when not. Balancers and `livingroom doctor` ask here."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return JsonResponse(
            {"status": "down", "reason": "The database does not answer.", "version": __version__}, status=503
        )
    return JsonResponse({"status": "up", "version": __version__})
