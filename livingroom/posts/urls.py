from django.urls import URLPattern, URLResolver, path, re_path

from livingroom.posts.approval import views as approval
from livingroom.posts.calendar import views as files
from livingroom.posts.media import views as media
from livingroom.posts.pausing import views as pausing
from livingroom.posts.phrases import views as phrases
from livingroom.posts.reactions import views as reactions
from livingroom.posts.risk import views as risk
from livingroom.posts.views import calendar, compose, offers, placements

urlpatterns: list[URLPattern | URLResolver] = [
    path("offers/", offers.offer_list, name="offers"),
    path("offers/new/", offers.offer_edit, name="offer_new"),
    path("offers/<int:offer_id>/", offers.offer_edit, name="offer"),
    path("posts/", calendar.post_list, name="posts"),
    path("posts/new/", compose.compose, name="compose"),
    path("posts/<int:post_id>/", compose.compose, name="post"),
    path("posts/phrases/", phrases.phrases, name="phrases"),
    path("posts/phrases/new/", phrases.phrase_new, name="phrase_new"),
    path("posts/phrases/<int:phrase_id>/", phrases.phrase, name="phrase"),
    path("posts/phrases/<int:phrase_id>/archive/", phrases.phrase_archive, name="phrase_archive"),
    path("placements/<int:placement_id>/cancel/", placements.cancel, name="placement_cancel"),
    path("placements/<int:placement_id>/reschedule/", placements.reschedule, name="placement_reschedule"),
    path("placements/<int:placement_id>/override/", placements.override, name="placement_override"),
    path("placements/<int:placement_id>/settle/", placements.settle_now, name="placement_settle"),
    path("placements/<int:placement_id>/codes.csv", placements.codes_csv, name="placement_codes"),
    path("calendar/", calendar.calendar, name="calendar"),
    re_path(r"^calendar/file\.(?P<kind>csv|json|ics)$", files.calendar_file, name="calendar_file"),
    path("calendar/import/", files.post_import, name="post_import"),
    path("calendar/import/<int:import_id>/", files.post_import_report, name="post_import_report"),
    path("calendar/import/<int:import_id>/rows.csv", files.post_import_csv, name="post_import_csv"),
    path("calendar/slots/<slug:slug>/", files.slots, name="slots"),
    path("placements/<int:placement_id>/move/", files.placement_move, name="placement_move"),
    path("posts/<int:post_id>/repeat/", files.repeat, name="post_repeat"),
    path("posts/repeat/<int:recurrence_id>/stop/", files.repeat_stop, name="post_repeat_stop"),
    path("balance/", risk.balance, name="balance"),
    path("balance/<slug:slug>/", risk.branch_rules, name="branch_rules"),
    path("approvals/", approval.approvals, name="approvals"),
    path("approvals/stages/", approval.stage_list, name="approval_stages"),
    path("approvals/stages/<slug:slug>/", approval.stage_edit, name="approval_stage_edit"),
    path("approvals/<int:version_id>/", approval.approval, name="approval"),
    path("approvals/<int:version_id>/decide/", approval.approval_decide, name="approval_decide"),
    path("approvals/<int:version_id>/guests/", approval.guest_invite, name="approval_guest_invite"),
    path("approvals/guests/<int:link_id>/revoke/", approval.guest_revoke, name="approval_guest_revoke"),
    path("placements/<int:placement_id>/ask/", approval.ask, name="approval_ask"),
    path("reactions/", reactions.reactions, name="reactions"),
    path("reactions/<int:pk>/hide/", reactions.reaction_hide, name="reaction_hide"),
    path("reactions/<int:pk>/show/", reactions.reaction_show, name="reaction_show"),
    path("reactions/ask/", reactions.reactions_ask, name="reactions_ask"),
    path("reactions/tell/", reactions.reactions_tell, name="reactions_tell"),
    path("reactions/tell/<int:pk>/stop/", reactions.reactions_tell_stop, name="reactions_tell_stop"),
    path("reactions/home/", reactions.reactions_home, name="reactions_home"),
    path("reactions/home/<int:pk>/stop/", reactions.reactions_stay, name="reactions_stay"),
    path("reactions/left-out/", reactions.reactions_leave_out, name="reactions_leave_out"),
    path("reactions/left-out/<int:pk>/let-in/", reactions.reactions_let_in, name="reactions_let_in"),
    path("said/<str:key>/", reactions.said, name="said"),
    path("stop/", pausing.pauses, name="pauses"),
    path("stop/<int:pause_id>/", pausing.pause, name="pause"),
    path("stop/<int:pause_id>/end/", pausing.pause_end, name="pause_end"),
    path("stop/<int:pause_id>/choose/", pausing.pause_choose, name="pause_choose"),
    path("pictures/", media.media, name="media"),
    path("pictures/<int:item_id>/", media.picture, name="picture"),
    path("pictures/<int:item_id>/put-away/", media.picture_put_away, name="picture_put_away"),
    path("pictures/rules/", media.desk_rules, name="desk_rules"),
    re_path(r"^media/(?P<digest>[0-9a-f]{64})\.(?P<ending>jpg|png)$", media.media_file, name="media_file"),
    path("word/<str:token>/", approval.guest_approval, name="guest_approval"),
]
