from django.apps import AppConfig


class BranchesConfig(AppConfig):
    name = "livingroom.branches"
    label = "branches"

    def ready(self) -> None:
        from livingroom.branches.listening import take_account
        from livingroom.networks.signals import account_connected

        account_connected.connect(take_account)
