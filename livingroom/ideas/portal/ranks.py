"""Every order's formula, in the reader's language and with this board's numbers."""

from livingroom.ideas.models import Board
from livingroom.ideas.portal.tongue import Tongue
from livingroom.measure.ranking import RECENT_DAYS, SHARE
from livingroom.measure.ranking.now import GRAVITY, HEAD_START_HOURS


def formula_on(board: Board, rank: str, tongue: Tongue) -> str:
    return tongue.say(
        f"formula_{rank}",
        recent=RECENT_DAYS,
        hours=tongue.number(HEAD_START_HOURS),
        power=tongue.number(GRAVITY, 1),
        share=tongue.percent(SHARE),
        days=tongue.number(board.half_life_days, 0 if board.half_life_days.is_integer() else 1),
    )
