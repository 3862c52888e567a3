from django.urls import URLPattern, URLResolver, path

from livingroom.frontdoor.views import machines, public, reports

urlpatterns: list[URLPattern | URLResolver] = [
    path("", public.front_door, name="front_door"),
    path("places/<slug:slug>/", public.place, name="place"),
    path("find/", public.find_branch, name="find_branch"),
    path("check/", public.check_account, name="check_account"),
    path("check/report/", reports.report_account, name="report_account"),
    path("embed/", public.embed, name="embed"),
    path("oembed", machines.oembed, name="oembed"),
    path("directory.json", machines.directory_json, name="directory_json"),
    path("directory.jws", machines.directory_jws, name="directory_jws"),
    path("directory.atom", machines.directory_atom, name="directory_atom"),
    path(".well-known/livingroom-keys.json", machines.directory_keys, name="directory_keys"),
    path("branches/-/false-accounts/", reports.suspects, name="suspects"),
    path("branches/-/false-accounts/<int:suspect_id>/settle/", reports.suspect_settle, name="suspect_settle"),
]
