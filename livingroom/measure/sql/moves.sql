-- How often each channel was met after each history, by bucket of people: what a Markov chain is made of.
--
-- Reads    steps, chain (one row: memory, how many steps back it looks; base, one more than there are channels).
-- Gives    one row per bucket, state, place and ending, with the number of steps and the revenue of the orders. A state is
--          the places of the last steps as one number with digits in that base, the latest step last.
SELECT
    s.bucket,
    s.before_1
    + CASE WHEN c.memory >= 2 THEN s.before_2 * c.base ELSE 0 END
    + CASE WHEN c.memory >= 3 THEN s.before_3 * c.base * c.base ELSE 0 END AS state,
    s.place, s.ending,
    count(*) AS n_steps,
    CAST(sum(s.revenue_minor) AS BIGINT) AS revenue_minor
FROM steps AS s
CROSS JOIN chain AS c
GROUP BY 1, 2, 3, 4
