-- How many null journeys met exactly which channels, by bucket of people.
--
-- Reads    null_steps, channels.
-- Gives    one row per bucket and set of channels, the set as the sum of its channels' bits.
WITH met AS (
    SELECT s.walker, s.turn, max(s.bucket) AS bucket, bit_or(h.bit) AS members
    FROM null_steps AS s
    INNER JOIN channels AS h ON s.place = h.place
    GROUP BY s.walker, s.turn
)
SELECT m.bucket, m.members, count(*) AS n_journeys
FROM met AS m
GROUP BY m.bucket, m.members
