-- Which people-like clicks came as machines do: many within two seconds.
--   visitor   $by_visitor or more of one visitor on one link
--   network   $by_network or more of one network prefix and agent on one link
--   posting   $by_posting or more of one agent on one link while the link is $posting_us young, counted from its first click
-- A click is in a burst when some window of two seconds around it is full, hence the second pass.
WITH people AS (
    SELECT b.click_id, b.link_id, b.visitor, b.prefix, b.agent, b."at" AS t, y.first_at
    FROM batch AS b
    LEFT JOIN young AS y ON y.link_id = b.link_id
    WHERE b.class = 'human'
),
full_windows AS (
    SELECT
        *,
        count(*) OVER (by_visitor RANGE BETWEEN CURRENT ROW AND 2000000 FOLLOWING) >= $by_visitor AS visitor_starts,
        prefix <> '' AND count(*) OVER (by_network RANGE BETWEEN CURRENT ROW AND 2000000 FOLLOWING) >= $by_network
            AS network_starts,
        t < first_at + $posting_us
            AND count(*) OVER (by_agent RANGE BETWEEN CURRENT ROW AND 2000000 FOLLOWING) >= $by_posting AS posting_starts
    FROM people
    WINDOW
        by_visitor AS (PARTITION BY link_id, visitor ORDER BY t),
        by_network AS (PARTITION BY link_id, prefix, agent ORDER BY t),
        by_agent AS (PARTITION BY link_id, agent ORDER BY t)
),
bursts AS (
    SELECT
        click_id,
        bool_or(visitor_starts) OVER (PARTITION BY link_id, visitor ORDER BY t RANGE BETWEEN 2000000 PRECEDING AND CURRENT ROW)
            AS of_visitor,
        bool_or(network_starts) OVER (
            PARTITION BY link_id, prefix, agent ORDER BY t RANGE BETWEEN 2000000 PRECEDING AND CURRENT ROW
        ) AS of_network,
        coalesce(
            bool_or(posting_starts) OVER (
                PARTITION BY link_id, agent ORDER BY t RANGE BETWEEN 2000000 PRECEDING AND CURRENT ROW
            ),
            false
        ) AS of_posting
    FROM full_windows
)
SELECT
    click_id,
    CASE
        WHEN of_visitor THEN 'burst: one visitor, many clicks within 2 s'
        WHEN of_network THEN 'burst: one network and agent, many clicks within 2 s'
        ELSE 'burst: one agent, many clicks within 2 s of a new link'
    END AS reason
FROM bursts
WHERE of_visitor OR of_network OR of_posting
