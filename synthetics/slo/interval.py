"""What a share that was measured says of the true one."""

from math import ceil, sqrt

#: The 97.5 % point of the normal distribution: 2.5 % lie outside on either side.
Z_95 = 1.959963984540054


def wilson(good: int, n: int) -> tuple[float, float] | None:
    """Between which values the true share lies, at 95 %.

    Source: E. B. Wilson, Probable Inference, the Law of Succession, and Statistical Inference, JASA 22 (1927).

    Args:
        good: How many were good, from 0 to ``n``.
        n: How many there were.

    Returns:
        The lower and the upper end, from 0 to 1; None where there were none.

    Raises:
        ValueError: Where more were good than there were.
    """
    if not 0 <= good <= n:
        raise ValueError(f"{good} of {n} cannot be good")
    if n == 0:
        return None
    share, z2 = good / n, Z_95**2
    middle = (share + z2 / (2 * n)) / (1 + z2 / n)
    reach = Z_95 / (1 + z2 / n) * sqrt(share * (1 - share) / n + z2 / (4 * n * n))
    # The ends at no and at all good are exact, whatever rounding makes of them.
    return (0.0 if good == 0 else max(0.0, middle - reach)), (1.0 if good == n else min(1.0, middle + reach))


def runs_to_show(goal: float) -> int:
    """How many runs without a failure it takes until the lower end of the interval reaches a goal.

    Without a failure the lower end is n / (n + z^2).

    Args:
        goal: The share that has to be good, from 0 to below 1.
    """
    return ceil(Z_95**2 * goal / (1 - goal))
