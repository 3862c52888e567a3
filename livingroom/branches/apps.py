from django.apps import AppConfig


class BranchesConfig(AppConfig):
    name = "livingroom.branches"
    label = "branches"
