"""On which day a leak began: strangers come on top of the post's own traffic, whatever that is doing."""

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln, logsumexp

from livingroom.measure.leaking.baseline import Baseline
from livingroom.measure.leaking.days import CodeDays

_RATES = np.geomspace(0.3, 300, 30)


def place_start(uses: CodeDays, baseline: Baseline, near: int) -> NDArray[np.float64]:
    """Weigh every day as the first of a leak that is known to be there.

    Untouched uses of a day are the post's own (touched ones times the usual odds, with the spread of both) and, since the
    first day, strangers at some steady rate. All rates from one in three days to 300 a day are thought equally likely on
    a logarithmic scale.

    Parameters
    ----------
    uses : CodeDays
        One code's days.
    baseline : Baseline
        What is usual.
    near : int
        The place of a day near the start: what came before it tells the code's usual odds.

    Returns
    -------
    array of float, shape (days,)
        Weights that sum to 1.
    """
    untouched, touched, signed = (
        uses.counts[name][:, None] for name in ("n_untouched", "n_touched", "n_signed")
    )
    odds = (baseline.untouched + untouched[:near].sum()) / max(
        baseline.touched + touched[:near].sum() - 1, 0.5
    )
    own = (touched + 0.5) * odds
    gain = _log_likelihood(untouched, own, odds, _RATES) - _log_likelihood(untouched, own, odds, np.zeros(1))
    if baseline.sees_signs:
        leaked = _RATES / (own + _RATES)
        usual, of_strangers = baseline.signed_share, _signed_share(uses, near, baseline)
        told = leaked * of_strangers + (1 - leaked) * usual
        gain += signed * np.log(told / usual) + (untouched - signed) * np.log((1 - told) / (1 - usual))
    from_here_on = np.cumsum(gain[::-1], axis=0)[::-1]
    scores = logsumexp(from_here_on, axis=1)
    return np.asarray(np.exp(scores - logsumexp(scores)), dtype=np.float64)


def _log_likelihood(
    untouched: NDArray[np.int64], own: NDArray[np.float64], odds: float, rate: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Negative binomial: the post's own untouched uses spread more than Poisson's, as its touched ones are counts too."""
    mean, excess = own + rate, own * odds
    size = mean**2 / excess
    share = excess / (mean + excess)
    log = gammaln(untouched + size) - gammaln(size) - gammaln(untouched + 1.0)
    return np.asarray(log + size * np.log1p(-share) + untouched * np.log(share), dtype=np.float64)


def _signed_share(uses: CodeDays, near: int, baseline: Baseline) -> float:
    """How many strangers bear a sign, as far as the untouched uses since then show."""
    n_signed, n_untouched = (int(uses.counts[name][near:].sum()) for name in ("n_signed", "n_untouched"))
    return float(np.clip((n_signed + 0.5) / (n_untouched + 1), min(2 * baseline.signed_share, 0.9), 0.98))
