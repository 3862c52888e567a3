-- Clicks of a batch by link, day and class, and how many of them were a visitor's first within half an hour.
-- The half hours are those of the clock, so that the same clicks give the same figure in whatever order they come.
WITH halves AS (
    SELECT link_id, class, visitor, "at" // 1800000000 AS half_hour, "at" // 86400000000 AS day, count(*) AS n
    FROM batch
    GROUP BY ALL
)
SELECT
    h.link_id,
    h.day,
    h.class,
    CAST(sum(h.n) AS BIGINT) AS n,
    count(*) FILTER (
        NOT EXISTS (
            SELECT 1 FROM seen AS s
            WHERE s.link_id = h.link_id AND s.class = h.class AND s.visitor = h.visitor AND s.half_hour = h.half_hour
        )
    ) AS n_unique
FROM halves AS h
GROUP BY ALL
ORDER BY h.link_id, h.day, h.class
