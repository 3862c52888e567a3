"""Addresses of the portal. The words before a board's name are no names of boards (livingroom.ideas.boards)."""

from django.urls import URLPattern, path

from livingroom.ideas.portal import doing, embedding, feeds, how, lists, log, mine, one, proposing, sitemap

urlpatterns: list[URLPattern] = [
    path("ideas/", lists.board, name="idea_board"),
    path("ideas/mine/", mine.mine, name="ideas_mine"),
    path("ideas/log/", log.log, name="ideas_log"),
    path("ideas/how/", how.how, name="ideas_how"),
    path("ideas/embed/", embedding.embed, name="ideas_embed"),
    path("ideas/oembed", embedding.oembed, name="ideas_oembed"),
    path("ideas/sitemap.xml", sitemap.sitemap, name="ideas_sitemap"),
    path("ideas/feed.atom", feeds.board_feed, name="ideas_atom"),
    path("ideas/<slug:board>/", lists.board, name="idea_board"),
    path("ideas/<slug:board>/log/", log.log, name="ideas_log"),
    path("ideas/<slug:board>/log.json", log.log_json, name="ideas_log_json"),
    path("ideas/<slug:board>/how/", how.how, name="ideas_how"),
    path("ideas/<slug:board>/embed/", embedding.embed, name="ideas_embed"),
    path("ideas/<slug:board>/feed.atom", feeds.board_feed, name="ideas_atom"),
    path("ideas/<slug:board>/propose/", proposing.propose, name="idea_propose"),
    path("ideas/<slug:board>/similar/", proposing.similar_part, name="ideas_similar"),
    path("ideas/<slug:board>/about/<slug:slug>/", lists.category, name="ideas_category"),
    path("ideas/<slug:board>/about/<slug:slug>/feed.atom", feeds.board_feed, name="ideas_category_atom"),
    path("ideas/<slug:board>/storms/<slug:slug>/", lists.storm, name="idea_storm"),
    path("ideas/<slug:board>/<int:pk>/", one.idea, name="idea"),
    path("ideas/<slug:board>/<int:pk>/answers.atom", feeds.idea_feed, name="idea_atom"),
    path("ideas/<slug:board>/<int:pk>/vote/", doing.vote, name="idea_vote"),
    path("ideas/<slug:board>/<int:pk>/say/", doing.comment, name="idea_comment"),
    path("ideas/<slug:board>/<int:pk>/say/<int:number>/thank/", doing.thank, name="idea_thank"),
    path(
        "ideas/<slug:board>/<int:pk>/say/<int:number>/withdraw/",
        doing.withdraw_comment,
        name="idea_comment_withdraw",
    ),
    path("ideas/<slug:board>/<int:pk>/follow/", doing.follow, name="idea_follow"),
    path("ideas/<slug:board>/<int:pk>/edit/", doing.edit, name="idea_edit"),
    path("ideas/<slug:board>/<int:pk>/withdraw/", doing.withdraw, name="idea_withdraw"),
    path("ideas/<slug:board>/<int:pk>/pictures/", doing.add_pictures, name="idea_pictures"),
]
