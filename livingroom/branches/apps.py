from django.apps import AppConfig


class BranchesConfig(AppConfig):
    name = "livingroom.branches"
    label = "branches"

    def ready(self) -> None:
        from livingroom.branches.answered import add_source
        from livingroom.branches.questions.forums import from_forums
        from livingroom.branches.taking_accounts import take_account
        from livingroom.networks.signals import account_connected

        account_connected.connect(take_account)
        add_source(from_forums)
