from django.apps import AppConfig


class IdeasConfig(AppConfig):
    name = "livingroom.ideas"

    def ready(self) -> None:
        from livingroom.ideas import deeds

        deeds.add_all()

        from livingroom.ideas.telling_below import wire as tell_below

        tell_below()

        from livingroom.ideas.portal import deeds as portal_deeds

        portal_deeds.add_all()

        from livingroom.ideas.portal import refusing

        refusing.add_all()

        from livingroom.ideas.duty.wiring import wire

        wire()

        from livingroom.ideas.origins.wiring import wire as wire_origins

        wire_origins()

        from livingroom.ideas.moving.voters import hear_member
        from livingroom.people.members.operations import member_joined

        member_joined.connect(hear_member)

        from livingroom.ideas.persons import take_part

        take_part()

        from livingroom.ideas import keeping

        keeping.add_all()

        from livingroom.ideas.portal.tongue import Tongue
        from livingroom.ideas.portal.who import open_to_everybody
        from livingroom.shared.street import add_room

        names = {code: Tongue(code).say("ideas") for code in Tongue.codes()}
        add_room("idea_board", names, position=40, rows=open_to_everybody)
