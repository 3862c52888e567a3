"""What leaked codes take from a claim's ceiling."""

from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from livingroom.measure import leaks
from livingroom.measure.claims.inputs import Terms

SHOWN = 10
US_PER_DAY = 86_400_000_000


def leaks_of(code_days: pa.Table, terms: Terms) -> dict[str, Any]:
    """Look at every shared code on the days of the period.

    Parameters
    ----------
    code_days : pyarrow.Table
        The uses of every code by day, as `evidence.grade` counts them.
    terms : Terms
        For the period and, where the claim is about some branches, theirs.

    Returns
    -------
    dict
        How many codes there are and leak, the revenue at the ceiling that only a leak explains, and the largest leaks.
    """
    within = code_days.filter(pc.greater_equal(code_days["day"], terms.start_us // US_PER_DAY))
    found = [
        leak
        for leak in leaks.judge(within, seed=terms.seed)
        if not terms.branches or str(leak.branch_id) in terms.branches
    ]
    leaking = sorted(
        (leak for leak in found if leak.is_leaking),
        key=lambda leak: (-leak.leaked_from_ceiling_minor, leak.code),
    )
    return {
        "n_codes": len(found),
        "n_leaking": len(leaking),
        "leaked_minor": leaks.leaked_from_ceiling_minor(found, terms.currency),
        "codes": [
            {
                "code": leak.code,
                "since": leak.leaks_from_on.isoformat() if leak.leaks_from_on else None,
                "leaked_minor": leak.leaked_from_ceiling_minor,
                "proposal": leak.proposal,
            }
            for leak in leaking[:SHOWN]
        ],
    }
