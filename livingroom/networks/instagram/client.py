"""Publish on Instagram in its two steps, over the same Graph API as Facebook. Plain Python, no Django.

https://developers.facebook.com/docs/instagram-platform/content-publishing
"""

from datetime import timedelta

from livingroom.networks.errors import Invalid, RateLimited, SpecDrift, Unavailable
from livingroom.networks.facebook.client import GraphClient, rows_of, written_id
from livingroom.networks.facebook.problems import NotReady
from livingroom.networks.interface import Image, Rendered
from livingroom.networks.transport import Transport

PUBLISH = "instagram_content_publish"
RESTS = (0.5, 1, 2, 3, 5, 5, 5, 5)  # seconds between looks at a container; pictures are mostly done at once
LATER = timedelta(minutes=1)


class InstagramClient:
    def __init__(self, graph: GraphClient, transport: Transport, account_id: str) -> None:
        self._graph = graph
        self._transport = transport
        self._account_id = account_id

    def require_room(self) -> None:
        """Raises RateLimited when today's posts are used up."""
        query = {"fields": "quota_usage,config"}
        rows = rows_of(self._graph.read(f"{self._account_id}/content_publishing_limit", query, scope=PUBLISH))
        usage = rows[0] if rows else {}
        most = int((usage.get("config") or {}).get("quota_total") or 100)
        if int(usage.get("quota_usage") or 0) >= most:
            # The window slides: with each hour some of yesterday's posts leave it.
            text = f"Instagram takes {most} posts in 24 hours, and they are used up."
            raise RateLimited(text, self._transport.now() + timedelta(hours=1))

    def make_container(self, rendered: Rendered) -> str:
        """Have Instagram fetch the pictures. Nobody sees a container, so a lost answer is harmless."""
        if not rendered.images:
            raise Invalid("Instagram has no posts without a picture.", "images")
        if len(rendered.images) == 1:
            return self._make({"caption": rendered.text, **_picture(rendered.images[0])})
        children = [self._make({"is_carousel_item": "true", **_picture(image)}) for image in rendered.images]
        for child in children:
            self.wait_for(child)
        album = {"media_type": "CAROUSEL", "children": ",".join(children), "caption": rendered.text}
        return self._make(album)

    def status_of(self, container: str) -> str:
        """IN_PROGRESS, FINISHED, PUBLISHED, ERROR or EXPIRED. Raises Gone when Instagram has forgotten it."""
        body = self._graph.read(container, {"fields": "status_code"}, scope=PUBLISH)
        if not isinstance(body.get("status_code"), str):
            raise SpecDrift("Instagram's container has no status.")
        return str(body["status_code"])

    def wait_for(self, container: str) -> None:
        """Wait until Instagram is done with the picture. Raises Invalid, or Unavailable when it takes too long."""
        for rest in (*RESTS, 0):
            status = self.status_of(container)
            if status in ("FINISHED", "PUBLISHED"):
                return
            if status != "IN_PROGRESS":
                raise Invalid(
                    "Instagram cannot use the picture: is it a JPEG that everybody can open?", "images"
                )
            self._transport.rest(rest)
        text = "Instagram is still busy with the picture; nothing was published."
        raise Unavailable(text, self._transport.now() + LATER)

    def publish_container(self, container: str) -> str:
        """Make it public. Raises OutcomeUnknown when the answer is lost."""
        path, form = f"{self._account_id}/media_publish", {"creation_id": container}
        try:
            return written_id(self._graph.write("POST", path, form, scope=PUBLISH))
        except NotReady as error:
            raise Unavailable(error.text, self._transport.now() + LATER) from None

    def _make(self, form: dict[str, str]) -> str:
        return self._graph.prepare(f"{self._account_id}/media", form, scope=PUBLISH)


def _picture(image: Image) -> dict[str, str]:
    return {"image_url": image.url} | ({"alt_text": image.alt} if image.alt else {})
