"""Lee, who did everything: bought, clicked, wrote by mail and in public, reacted, signed in, agreed. And Mo, who must stay."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from livingroom.inbox.answering.models import AnswerDraft
from livingroom.inbox.mail.models import Attachment
from livingroom.inbox.mail.taking import path_of
from livingroom.inbox.models import Author, Conversation, Message
from livingroom.inbox.opening import open_for_mentions
from livingroom.listening.models import Mention, Poison
from livingroom.listening.taking import Heard, take_in
from livingroom.networks.models import OptOut, PlaceEvent, Reaction
from livingroom.orders.models import Order
from livingroom.people.consents.operations import give_consent
from livingroom.people.members.models import Letter, Member, SignInLetter
from livingroom.people.models import Customer, Handle
from livingroom.shared.addresses import mail_hash
from livingroom.shared.events import raise_alarm, record_event
from livingroom.shared.sealing import seal_text
from tests.attribution.scene import Scene
from tests.orders import cast as till
from tests.posts import cast as house

AT = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
NOW = AT + timedelta(days=10)
MAIL = "lee.wong@post.example"
DID = "did:plc:lee4711wong"
HANDLE = "leewong77.bsky.example"
NAME = "Lee Wong-Petersen"
WORDS = "My purple notebook smells of burnt toast"
VISITOR = "c:lee0visitor0of0lee00001"


@dataclass
class Lee:
    customer: Customer
    click: str
    order: Order
    mo: Order

    @property
    def strings(self) -> list[str]:
        """What must be found nowhere afterwards."""
        return [
            MAIL, mail_hash(MAIL), DID, HANDLE, NAME, "purple notebook", VISITOR, self.click, "secret-of-lee",
            "outlet:C-4711",
        ]  # fmt: skip


def everywhere(*, measured: bool = True) -> Lee:
    """Write Lee into every room, and Mo beside them."""
    house.open_house()
    branch = house.branch("Outlet")
    scene = Scene()
    shop, _ = till.make_shop()
    link = scene.link(branch=branch)
    click = scene.click(link, AT, visitor=VISITOR)
    scene.click(link, AT + timedelta(minutes=1), visitor=VISITOR)
    mo_click = scene.click(link, AT, visitor="c:mo")
    bought = {"placed_at": AT + timedelta(hours=1), "customer_number": "C-4711", "mail": mail_hash(MAIL)}
    till.sell(shop, "1001", click_id=click, **bought)
    till.sell(shop, "1002", click_id=mo_click, customer_number="C-1", mail=mail_hash("mo@post.example"))
    order, mo = Order.objects.get(external_id="1001"), Order.objects.get(external_id="1002")
    customer = order.customer
    assert customer is not None
    _speak(branch)
    Handle.objects.create(customer=customer, kind="network", value=f"sandbox:{DID}", seen_at=AT)
    Author.objects.filter(author_id=DID).update(customer=customer)
    _sign_in(customer)
    give_consent(customer=customer, purpose="newsletter", given_at=AT, source="shop")
    scene.ship()
    if measured:
        scene.measure(now=NOW)
    record_event(actor="Maya", verb="noted", subject="somewhere", now=AT, said=f"{NAME} called, {HANDLE}")
    raise_alarm(kind="x", subject="y", text=f"Somebody asks that the reply of {NAME} is left out.", now=AT)
    return Lee(customer, click, order, mo)


def _speak(branch: object) -> None:
    connection = branch.connection  # type: ignore[attr-defined]  # a Branch; its type says nothing more here
    common = {"source": "test", "at": AT, "branch_id": branch.pk, "country": "US"}  # type: ignore[attr-defined]  # see above
    lee = {"network": "sandbox", "author_id": DID, "author_handle": HANDLE, "author_name": NAME}
    take_in(
        [
            Heard(key=f"at://{DID}/1", kind="reply", text=WORDS, url=f"https://x.example/{HANDLE}", **lee, **common),
            Heard(
                network="mail", key="<1@post.example>", kind="message", author_id=MAIL, author_handle=MAIL,
                author_name=NAME, title="Purple notebook", text=f"{WORDS}\n\nYours, {NAME}", is_public=False, **common,
            ),
            Heard(network="sandbox", key="at://mo/1", kind="reply", author_id="did:plc:mo", text="Mine is fine", **common),
        ],
        now=AT,
    )  # fmt: skip
    Mention.objects.update(understood_at=AT, verdict="good", language="en")
    open_for_mentions(Mention, mentions=list(Mention.objects.all()), now=AT)
    case = Conversation.objects.get(network="mail")
    out = {"direction": "out", "state": "sent", "at": AT + timedelta(minutes=5), "is_public": False}
    Message.objects.create(
        conversation=case, text=f"Dear {NAME},\n> {WORDS}\nwe are sorry.", remote_id="<2@us>", **out
    )
    AnswerDraft.objects.create(conversation=case, staff=house.ada(), text=f"Dear {NAME}", saved_at=AT)
    default_storage.save(path_of("ab" * 32), ContentFile(b"secret-of-lee"))
    Attachment.objects.create(
        mention=Mention.objects.get(network="mail"),
        name=f"{NAME}.png",
        kind="image/png",
        size=13,
        digest="ab" * 32,
    )
    Reaction.objects.create(
        connection=connection, event_id=f"{DID}-like", kind="reply", at=AT, actor_id=DID, actor_handle=HANDLE,
        actor_name=NAME, text=WORDS, ref_id=f"at://{DID}/1", under_id="our-post", seen_at=AT,
    )  # fmt: skip
    Reaction.objects.filter(actor_id=DID).update(connection=connection)
    PlaceEvent.objects.create(
        connection=connection, event_id="7", stream="said", kind="reply", at=AT, person_id=DID, person_handle=HANDLE,
        person_name=NAME, text=WORDS, received_at=AT,
    )  # fmt: skip
    Poison.objects.create(source="x", content={"heard": {"author_id": DID, "text": WORDS}}, reason="?", at=AT)
    OptOut.objects.create(network="sandbox", who=HANDLE, asked_at=AT, entered_by="Ada")


def _sign_in(customer: Customer) -> None:
    common = {"mail_hash": mail_hash(MAIL), "mail_sealed": seal_text(MAIL), "name": NAME}
    member = Member.objects.create(customer=customer, joined_at=AT, seen_at=AT, **common)
    SignInLetter.objects.create(digest="d", visitor="v", made_at=AT, **common)
    Letter.objects.create(
        member=member, key="k", about="idea 1", subject=f"{NAME}, it ships", text=NAME, made_at=AT
    )
