"""Ideas for other programs: everybody may read; apps write for people by a letter, ours with a key of their own."""

from livingroom.ideas.api.deciding import router as deciding
from livingroom.ideas.api.reading import router
from livingroom.ideas.api.taking_part import router as taking_part

router.add_router("", taking_part)
router.add_router("", deciding)

__all__ = ["router"]
