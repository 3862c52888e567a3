from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from livingroom import __version__
from livingroom.shared.models import Alarm, Brand


def brand(request: HttpRequest) -> dict[str, Any]:
    """What every page needs: the brand, and the alarms that ring."""
    return {
        "brand": SimpleLazyObject(Brand.current),
        "ringing": SimpleLazyObject(lambda: list(Alarm.objects.ringing()[:20])),
        "is_demo": settings.DEMO,
        "version": __version__,
    }
