from django.urls import URLPattern, URLResolver, path, re_path

from livingroom.ideas.desk.views import action, boards, digests, idea, keys, lists, storms

DESK = "desk/ideas/"

urlpatterns: list[URLPattern | URLResolver] = [
    path(DESK, lists.to_answer, name="ideas_desk"),
    path(f"{DESK}all/", lists.everything, name="desk_ideas"),
    path(f"{DESK}held/", lists.held, name="desk_held"),
    path(f"{DESK}kept/<slug:slug>/", lists.kept_list, name="desk_kept"),
    re_path(
        rf"^{DESK}kept/(?P<slug>[-\w]+)/file\.(?P<kind>csv|json)$", lists.kept_file, name="desk_kept_file"
    ),
    path(f"{DESK}<int:pk>/", idea.idea, name="desk_idea"),
    path(f"{DESK}<int:pk>/answer/", idea.idea_answer, name="desk_answer"),
    path(f"{DESK}<int:pk>/owner/", idea.idea_assign, name="desk_assign"),
    path(f"{DESK}<int:pk>/due/", idea.idea_put_off, name="desk_put_off"),
    path(f"{DESK}<int:pk>/bring-back/", idea.idea_bring_back, name="desk_bring_back"),
    path(f"{DESK}<int:pk>/action/", action.idea_in_action, name="desk_action"),
    re_path(
        rf"^{DESK}(?P<pk>\d{{1,18}})/(?P<deed>let-stand|remove|return)/$",
        lists.idea_moderate,
        name="desk_idea_moderate",
    ),
    re_path(
        rf"^{DESK}comments/(?P<pk>\d{{1,18}})/(?P<deed>let-stand|hide|return)/$",
        lists.comment_moderate,
        name="desk_comment_moderate",
    ),
    path(f"{DESK}storms/", storms.storms, name="desk_storms"),
    path(f"{DESK}storms/<int:pk>/", storms.storm, name="desk_storm"),
    path(f"{DESK}storms/<int:pk>/close/", storms.storm_close, name="desk_storm_close"),
    path(f"{DESK}storms/<int:pk>/sum-up/", storms.storm_sum_up, name="desk_storm_sum_up"),
    path(f"{DESK}digest/", digests.digests, name="desk_digests"),
    path(f"{DESK}digest/<int:pk>/", digests.digest, name="desk_digest"),
    re_path(
        rf"^{DESK}digest/(?P<pk>\d{{1,18}})\.(?P<kind>pdf|json)$",
        digests.digest_file,
        name="desk_digest_file",
    ),
    path(f"{DESK}digest/<slug:slug>/make/", digests.digest_make, name="desk_digest_make"),
    path(f"{DESK}digest/<slug:slug>/readers/", digests.digest_readers, name="desk_digest_readers"),
    path(f"{DESK}keys/", keys.keys, name="desk_idea_keys"),
    path(f"{DESK}keys/<int:pk>/revoke/", keys.key_revoke, name="desk_idea_key_revoke"),
    path(f"{DESK}boards/", boards.boards, name="desk_boards"),
    re_path(rf"^{DESK}boards/open/(?P<kind>first|twin|another)/$", boards.board_open, name="desk_board_open"),
    path(f"{DESK}boards/<slug:slug>/", boards.board, name="desk_board"),
    path(f"{DESK}boards/<slug:slug>/close/", boards.board_close, name="desk_board_close"),
    path(f"{DESK}boards/<slug:slug>/categories/", boards.category_save, name="desk_category_new"),
    path(f"{DESK}boards/<slug:slug>/categories/<int:pk>/", boards.category_save, name="desk_category"),
    path(
        f"{DESK}boards/<slug:slug>/categories/<int:pk>/take-away/",
        boards.category_take_away,
        name="desk_category_take_away",
    ),
]
