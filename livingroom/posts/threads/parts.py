"""Which parts a placement has, in the order they are written, and which of them are out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.db.models import F

from livingroom.networks.interface import Cost, Network, Published, Ref, Rendered
from livingroom.networks.writing import CannotSend as CannotSend
from livingroom.posts.models import Placement
from livingroom.posts.threads.models import SentPart
from livingroom.posts.wording import frozen_wording
from livingroom.shared.pictures import NotAPicture


@dataclass(frozen=True)
class Part:
    """One write: a post of its own, or an answer to a part before it."""

    number: int
    rendered: Rendered
    key: str
    answers: int = 0


def parts_of(placement: Placement) -> list[Part]:
    """Return what is written to the network, in order: the post or its thread, then the first comment. Raises CannotSend."""
    wording = frozen_wording(placement)
    try:
        thread, comment = wording.render(is_real=True), wording.render_comment()
    except (NotAPicture, FileNotFoundError) as error:
        raise CannotSend(f"A picture cannot be sent: {error}") from None
    rendered = [*thread, *comment]
    if blocking := [problem.text for one in rendered for problem in one.problems if problem.blocks]:
        raise CannotSend(" ".join(dict.fromkeys(blocking)))
    parts = [Part(n, one, _key(placement, n), n - 1) for n, one in enumerate(thread, 1)]
    # The comment stands right below the beginning, not at the end of the thread.
    last = len(parts)
    return parts + [Part(n, one, _key(placement, n), 1) for n, one in enumerate(comment, last + 1)]


def parts_out(placement: Placement) -> dict[int, Published]:
    """The parts that were noted as sent, by their number."""
    return {
        row.number: Published(
            Ref(row.remote_id, row.remote_version, row.remote_url), row.sent_at, _key(placement, row.number)
        )
        for row in placement.parts.all()
    }


def note_part(placement: Placement, part: Part, published: Published, n_parts: int) -> None:
    """Note that a part is out. A placement of one part needs no note: its own row says so."""
    if n_parts == 1:
        return
    with transaction.atomic():
        _, is_new = SentPart.objects.get_or_create(
            placement=placement,
            number=part.number,
            defaults={
                "text": part.rendered.text,
                "remote_id": published.ref.id,
                "remote_version": published.ref.version,
                "remote_url": published.ref.url,
                "sent_at": published.at,
            },
        )
        if is_new:
            Placement.objects.filter(pk=placement.pk).update(n_parts_sent=F("n_parts_sent") + 1)


def write_part(network: Network, part: Part, out: Mapping[int, Published]) -> Published:
    """Write one part to the network. Raises NetworkError."""
    if not part.answers:
        return network.publish(part.rendered, part.key)
    return network.reply(out[part.answers].ref, part.rendered, part.key)


def cost_of(network: Network, parts: Sequence[Part]) -> Cost:
    """What all parts cost together."""
    costs = [network.estimate(part.rendered) for part in parts]
    if len(costs) == 1:
        return costs[0]
    amount = sum((cost.amount for cost in costs), Decimal(0))
    return Cost(amount, costs[0].currency, costs[0].quota, f"{len(costs)} parts, {costs[0].why}")


def _key(placement: Placement, number: int) -> str:
    return placement.delivery_key if number == 1 else f"{placement.delivery_key}.{number}"
