from django.urls import URLPattern, URLResolver, path

from livingroom.experiments.views import exports, planning, running

urlpatterns: list[URLPattern | URLResolver] = [
    path("experiments/", running.experiment_list, name="experiments"),
    path("experiments/new/", planning.question, name="experiment_new"),
    path("experiments/<int:pk>/", running.experiment, name="experiment"),
    path("experiments/<int:pk>/question/", planning.question, name="experiment_question"),
    path("experiments/<int:pk>/units/", planning.units, name="experiment_units"),
    path("experiments/<int:pk>/days/", planning.days, name="experiment_days"),
    path("experiments/<int:pk>/draw/", planning.draw, name="experiment_draw"),
    path("experiments/<int:pk>/start/", planning.start, name="experiment_start"),
    path("experiments/<int:pk>/cancel/", running.cancel, name="experiment_cancel"),
    path("experiments/<int:pk>/readings/", running.look, name="experiment_look"),
    path("experiments/<int:pk>/readings/<int:look>/", running.reading, name="experiment_reading"),
    path(
        "experiments/<int:pk>/readings/<int:look>.json", exports.reading_json, name="experiment_reading_json"
    ),
    path("experiments/<int:pk>/panel.csv", exports.panel_file, name="experiment_panel"),
    path("experiments/<int:pk>/assignment.json", exports.assignment_json, name="experiment_assignment"),
    path("experiments/<int:pk>/log.csv", exports.log_csv, name="experiment_log"),
]
