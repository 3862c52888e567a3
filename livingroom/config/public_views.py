"""The visible list of views that need no login. Everything else does."""

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url

from livingroom.people.policy import GUESTS_MAY_OPEN, may

PUBLIC_VIEWS = {
    "front_door": "the list of official branches",
    "place": "one official branch",
    "face": "a host's picture, as the list of branches shows it",
    "find_branch": "which branch is right for a question",
    "check_account": "is an account really ours",
    "report_account": "a visitor tells of a false account; a few an hour",
    "embed": "the list of official branches in a frame of another site",
    "oembed": "how another site shows that frame",
    "directory_json": "the list of official branches for machines, signed",
    "directory_jws": "the same with its signature in one piece",
    "directory_atom": "the same as a feed",
    "directory_keys": "the public key of the signature",
    "account_login": "sign in",
    "account_logout": "sign out",
    "account_reset_password": "forgotten password",
    "account_reset_password_done": "forgotten password",
    "account_reset_password_from_key": "forgotten password",
    "account_reset_password_from_key_done": "forgotten password",
    "set_up": "the very first account, with the one-time link printed at the first start",
    "contact": "a visitor writes to us; a few messages an hour",
    "enter_demo": "the demo's own door; answers 404 outside the demo",
    "guest_approval": "a word of somebody outside on one text; the signed link opens that text alone, until it ends",
    "media_file": "a picture of the library, under the digest of its content, for networks that fetch it themselves",
    "reveal": "one single-use code per visitor of a placement",
    "order_webhook": "orders from a shop, proven by their signature",
    "discourse_door": "what a forum sends by itself, proven by its signature",
    "place_events": "what people say in a place without an API, proven by its signature",
    "meta_door": "what Facebook and Instagram tell by themselves, proven by its signature; its page asks for a login",
    "place_posts": "the posts that such a place fetches, for whoever signs with its secret",
    "public_claim": "a claim that was published; others answer 404",
    "public_claim_file": "the same as PDF and JSON, to be verified",
    "public_compare": "two published claims side by side",
    "webmention": "pages of others say that they link to ours; believed only after they were read",
    "pingback": "the same from older blogs",
    "said": "one public reaction, for pages of ours that take Webmentions; the long key opens that one alone",
    "feed_hub": "hubs of feeds, proven by their signature",
    "stop_telling": "hear no more of one conversation, by the signed link in a mail",
    "rate": "how happy a customer is; the long key opens that one question",
    "appeal": "what was decided about somebody's words; the long key opens that one decision",
    "moderation_log": "how much was hidden and why, without names",
    "answers_for_all": "answered questions, for everybody",
    "answer_for_all": "one of them",
    "member": "what a member changes about themselves; asks for their letter first",
    "member_sign_in": "a member of the public names their address; a few letters an hour",
    "member_letter": "the link of a letter, which proves an address, once and for a day",
    "member_take": "what we know of a member, for themselves",
    "member_leave": "a member is erased because they ask for it",
    "member_sign_out": "a member leaves",
    "member_stop": "hear no more of something, by the signed link in a letter",
    "idea_consent": "who said something agrees that it becomes an idea; the long key opens that one question",
    "idea_board": "a board of ideas; a twin asks for a login",
    "ideas_mine": "what a member proposed and voted for; asks for their letter first",
    "ideas_log": "what was taken away from a board, and why",
    "ideas_log_json": "the same for machines",
    "ideas_how": "the rules of a board",
    "ideas_shipped": "what became of a board's ideas, month by month",
    "ideas_embed": "a public board in a frame of another site",
    "ideas_oembed": "how another site shows that frame",
    "ideas_sitemap": "where machines that search find public ideas",
    "robots": "what machines that search may read, and where the list of ideas is",
    "ideas_atom": "the newest ideas of a board as a feed",
    "ideas_category": "ideas of one field",
    "ideas_category_atom": "the same as a feed",
    "ideas_similar": "ideas like a title while it is typed; some a minute",
    "idea_storm": "a storm session",
    "idea_propose": "a visitor proposes; it stays in their letter until they open it",
    "idea": "one public idea; its author sees it earlier",
    "idea_atom": "what we answered to an idea as a feed",
    "idea_vote": "a vote: a member's at once, a visitor's by a letter",
    "idea_comment": "the same for words",
    "idea_comment_withdraw": "a member takes their words back",
    "idea_thank": "a member thanks for words",
    "idea_follow": "hear what becomes of an idea",
    "idea_edit": "its author changes an idea",
    "idea_withdraw": "its author takes an idea back",
    "idea_pictures": "its author adds pictures",
    "events": "what is on",
    "event": "one announced event",
    "event_rsvp": "whether a visitor comes: a member's word at once, a visitor's by a letter",
    "event_file": "the same event for a calendar",
    "events_calendar": "all announced events for a calendar",
    "events_atom": "the same as a feed",
    "venue_door": "who came to an event in a virtual world, proven by its signature",
    "questions": "questions of the public",
    "questions_atom": "the newest of them as a feed",
    "question": "one public question; its asker sees it earlier",
    "question_ask": "what others asked, before a visitor asks",
    "question_send": "a question: a member's at once, a visitor's by a letter; ten a day",
    "question_answer": "the same for an answer; forty a day",
    "question_follow": "hear of new answers",
    "answer_accept": "who asked says what answered it",
    "answer_thank": "a member thanks for an answer",
    "groups": "groups of branches around an interest",
    "group": "one of them, with what its branches said in public",
    "group_atom": "the same as a feed",
    "group_follow": "hear of its events: a member at once, a visitor by a letter",
    "health": "is the house up",
    "stylesheet": "looks of every page, public ones too",
    "vega_bundle": "the script that draws charts",
}
PUBLIC_PREFIXES = ("/static/", "/api/")  # the API checks its own keys on every call


class LoginUnlessPublicMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: object, args: list[object], kwargs: dict[str, object]
    ) -> HttpResponse | None:
        # First what needs nobody: a page that never asks who is there can be cached for everybody.
        if request.path.startswith(PUBLIC_PREFIXES):
            return None
        if request.resolver_match and request.resolver_match.view_name in PUBLIC_VIEWS:
            return None
        if request.user.is_authenticated:
            self._keep_guests_to_their_room(request)
            return None
        if request.headers.get("HX-Request"):
            response = HttpResponse(status=204)
            response["HX-Redirect"] = resolve_url(settings.LOGIN_URL)
            return response
        login: HttpResponseRedirect = redirect_to_login(request.get_full_path(), settings.LOGIN_URL)
        return login

    def _keep_guests_to_their_room(self, request: HttpRequest) -> None:
        name = request.resolver_match.view_name if request.resolver_match else ""
        if not may(request.user, "look") and name not in GUESTS_MAY_OPEN:
            raise PermissionDenied("You are a guest here: open what waits for your word at /approvals/.")
