"""How long a page takes."""

import statistics
import time

# The first few read templates and messages for the first time.
WARM_UP = 3


def median_ms(client, address: str, rounds: int) -> tuple[float, float]:  # type: ignore[no-untyped-def]  # Django is not loaded here
    """Of the time that passed and of the time on the processor: on a busy machine the first says more of its neighbours.

    Raises RuntimeError when the page does not answer 200.
    """
    times = []
    for _ in range(rounds + WARM_UP):
        began, worked = time.perf_counter(), time.process_time()
        answer = client.get(address)
        times.append(((time.perf_counter() - began) * 1000, (time.process_time() - worked) * 1000))
        if answer.status_code != 200:
            raise RuntimeError(f"{address} answers {answer.status_code}.")
    passed, on_cpu = zip(*times[WARM_UP:], strict=True)
    return statistics.median(passed), statistics.median(on_cpu)
