"""How many of each stratum are drawn: whole numbers, by the largest remainder (Hamilton).

Pure arithmetic, in integers, so that it can be repeated with pencil and paper. Every stratum first gets its floor: the
least number to draw of a stratum, or all it holds if that is less. The rest of the sample is shared in proportion to
what each stratum still holds. If the floors alone are more than the sample may have, the sample is shared in
proportion to the floors.
Source: docs/adr/0022-survey-sampling.md.
"""

from collections.abc import Sequence


def share_out(total: int, weights: Sequence[int]) -> list[int]:
    """Share a total in proportion to weights, in whole numbers.

    All shares are rounded down. What is left goes to the largest remainders, one each; among equal ones to the first.

    total    at least 0, at most sum(weights); so nobody gets more than their weight
    Returns one number for each weight; they sum to total, each less than 1 from its exact share
    """
    whole = sum(weights)
    if not whole:
        return [0] * len(weights)
    shares = [divmod(total * weight, whole) for weight in weights]
    counts = [count for count, _rest in shares]
    by_rest = sorted(range(len(weights)), key=lambda place: -shares[place][1])
    for place in by_rest[: total - sum(counts)]:
        counts[place] += 1
    return counts


def allocate(sizes: Sequence[int], *, share_percent: int, least: int, most: int) -> list[int]:
    """Return how many to draw of each stratum.

    sizes          how many each stratum holds
    share_percent  the size of the sample as a per cent of all, rounded up
    least          the least number to draw of each stratum; of a smaller stratum all are drawn
    most           the greatest size of the sample; it prevails over the other two
    """
    floors = [min(size, least) for size in sizes]
    wanted = max(-(-sum(sizes) * share_percent // 100), sum(floors))
    total = min(wanted, most)
    if total <= sum(floors):
        return share_out(total, floors)
    left = [size - floor for size, floor in zip(sizes, floors, strict=True)]
    more = share_out(total - sum(floors), left)
    return [floor + extra for floor, extra in zip(floors, more, strict=True)]
