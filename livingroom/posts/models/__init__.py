"""What is promised, what is said, and what is delivered. Other rooms import from here."""

from livingroom.posts.models.offers import Offer as Offer
from livingroom.posts.models.placements import LATE_AFTER as LATE_AFTER
from livingroom.posts.models.placements import LEASE as LEASE
from livingroom.posts.models.placements import DeliveryAttempt as DeliveryAttempt
from livingroom.posts.models.placements import Placement as Placement
from livingroom.posts.models.placements import PlacementQuerySet as PlacementQuerySet
from livingroom.posts.models.placements import new_delivery_key as new_delivery_key
from livingroom.posts.models.posts import Post as Post

# isort: split
# The tables of the room's other parts, so that Django finds them; they name Post and Placement by words.
from livingroom.posts.approval import models as approval  # noqa: F401
from livingroom.posts.calendar import models as calendar  # noqa: F401
from livingroom.posts.media import models as media  # noqa: F401
from livingroom.posts.pausing import models as pausing  # noqa: F401
from livingroom.posts.phrases import models as phrases  # noqa: F401
from livingroom.posts.reactions import models as reactions  # noqa: F401
from livingroom.posts.risk import models as risk  # noqa: F401
from livingroom.posts.threads import models as threads  # noqa: F401
