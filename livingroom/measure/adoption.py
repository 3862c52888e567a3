"""Clicks made before anyone knew by whom, and the orders that prove whose they were."""

from livingroom.measure.engine import Workspace

_CLAIMS = """
    SELECT o.order_id, o.customer_id, o.at, o.click_id, NULL AS code
    FROM orders_sound AS o WHERE o.click_id IS NOT NULL
    UNION ALL
    SELECT o.order_id, o.customer_id, o.at, NULL, o.code FROM orders_sound AS o WHERE o.code IS NOT NULL
    UNION ALL
    SELECT NULL, t.customer_id, t.at, NULL, t.code
    FROM touches_sound AS t WHERE t.kind = 'code' AND t.code_kind = 'single' AND t.code IS NOT NULL
"""

_CLAIMED = """
    SELECT c.order_id, c.customer_id AS claimant, c.at AS claimed_at, t.touch_id, t.customer_id
    FROM touches_sound AS t INNER JOIN claims AS c ON {same_click}
    WHERE t.kind = 'click' AND t.class = 'human' AND t.at <= c.at
    UNION ALL
    SELECT c.order_id, c.customer_id, c.at, t.touch_id, t.customer_id
    FROM touches_sound AS t INNER JOIN claims AS c ON t.code = c.code
    WHERE t.kind = 'click' AND t.class = 'human' AND t.code_kind = 'single' AND t.at <= c.at
"""

_OWNERS = """
    SELECT c.order_id, min(c.customer_id) AS customer_id
    FROM claimed AS c WHERE c.claimant IS NULL AND c.order_id IS NOT NULL
    GROUP BY c.order_id
"""

_ADOPTED = """
    SELECT c.touch_id, c.claimant AS customer_id
    FROM (
        SELECT d.*, row_number() OVER (
            PARTITION BY d.touch_id ORDER BY d.claimed_at, CAST(d.claimant AS VARCHAR)
        ) AS turn
        FROM claimed AS d WHERE d.claimant IS NOT NULL
    ) AS c
    WHERE c.turn = 1 AND c.claimant <> c.customer_id
"""


def adopt_clicks(workspace: Workspace) -> None:
    """Make `adopted` (clicks that move to another customer) and `click_owners` (customers of orders that had none).

    An order proves a click to be its customer's own by naming it, or by redeeming the single-use code issued on it.
    Of several orders the first after the click has it.
    """
    workspace.table("claims", _CLAIMS)
    workspace.table("claimed", _CLAIMED.format(same_click=_same_click(workspace)))
    workspace.table("click_owners", _OWNERS)
    workspace.table("adopted", _ADOPTED)
    workspace.drop(["claims", "claimed"])


def _same_click(workspace: Workspace) -> str:
    # Ten million ids are compared as they are where that is possible; writing each as text takes longer.
    if workspace.types("touches_sound")["touch_id"] == workspace.types("claims")["click_id"]:
        return "t.touch_id = c.click_id"
    return "CAST(t.touch_id AS VARCHAR) = CAST(c.click_id AS VARCHAR)"
