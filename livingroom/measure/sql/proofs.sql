-- Everything that speaks for a social touch behind an order, with the grade it would earn.
--
-- Reads    orders, touches, journeys, sightings, social_channels, settings.
-- Gives    any number of rows per order; evidence.sql keeps the best. `precedence` settles equals inside one grade
--          (0 first), `gap_us` is the time between the touch and the order.
WITH redeemed AS (
    SELECT j.order_id, j.customer_id, j.order_at, j.code, j.placement_id
    FROM journeys AS j
    WHERE j.kind = 'code' AND j.code IS NOT NULL
    UNION ALL
    SELECT o.order_id, o.customer_id, o.at, o.code, NULL
    FROM orders AS o
    WHERE o.code IS NOT NULL
        AND NOT EXISTS (
            SELECT 1 FROM journeys AS j WHERE j.order_id = o.order_id AND j.kind = 'code' AND j.code = o.code
        )
),
social_codes AS (
    SELECT j.order_id, min(j.code) AS code FROM journeys AS j
    WHERE j.kind = 'code' AND j.branch_id IS NOT NULL AND j.code IS NOT NULL
    GROUP BY j.order_id
),
clicks AS (
    SELECT t.* FROM touches AS t WHERE t.kind = 'click' AND t.branch_id IS NOT NULL
),
proofs AS (
    -- A: the single-use code that this placement issued to this visitor. It carries its own end, so no window.
    SELECT
        r.order_id, 'A' AS grade, 0 AS precedence, 'click' AS kind, c.touch_id, c.placement_id, c.branch_id,
        c.at, r.order_at - c.at AS gap_us,
        concat('Single-use code ', r.code, ' was issued to this visitor by a click on placement ',
            coalesce(CAST(c.placement_id AS VARCHAR), 'unknown'), ' and redeemed; the click came ') AS reason
    FROM redeemed AS r
    INNER JOIN clicks AS c
        ON r.customer_id = c.customer_id AND r.code = c.code AND c.code_kind = 'single' AND c.at <= r.order_at
    WHERE r.placement_id IS NULL OR r.placement_id = c.placement_id
    UNION ALL
    -- A: the placement's own code and a click of the same customer on the same placement.
    SELECT
        s.order_id, 'A', 1, 'click', s.placement_click_id, s.placement_id, s.branch_id, s.placement_click_at,
        s.order_at - s.placement_click_at,
        concat('Code ', coalesce(s.code, 'unknown'), ' of placement ', CAST(s.placement_id AS VARCHAR),
            ' was redeemed by a customer who had clicked that placement; the click came ')
    FROM sightings AS s
    CROSS JOIN settings AS w
    WHERE s.placement_click_id IS NOT NULL AND s.order_at - s.placement_click_at <= w.window_us
    UNION ALL
    -- B: the code, and a click on another post of the branch: the click decides the post.
    SELECT
        s.order_id, 'B', 0, 'click', s.branch_click_id, s.branch_click_placement_id, s.branch_id, s.branch_click_at,
        s.order_at - s.branch_click_at,
        concat('Code ', coalesce(s.code, 'unknown'), ' of branch ', CAST(s.branch_id AS VARCHAR),
            ' was redeemed by a customer who had clicked placement ',
            coalesce(CAST(s.branch_click_placement_id AS VARCHAR), 'unknown'),
            ' of the same branch, which decides the post; the click came ')
    FROM sightings AS s
    CROSS JOIN settings AS w
    WHERE s.branch_click_id IS NOT NULL AND s.order_at - s.branch_click_at <= w.window_us
    UNION ALL
    -- B: the code, and a touch of the branch that is no click: the code decides the post.
    SELECT
        s.order_id, 'B', 1, 'code', s.touch_id, s.placement_id, s.branch_id, s.branch_touch_at,
        s.order_at - s.branch_touch_at,
        concat('Code ', coalesce(s.code, 'unknown'), ' of placement ',
            coalesce(CAST(s.placement_id AS VARCHAR), 'unknown'), ' was redeemed by a customer known to branch ',
            CAST(s.branch_id AS VARCHAR), ' by another touch (', s.branch_touch_kind, '), which came ')
    FROM sightings AS s
    CROSS JOIN settings AS w
    WHERE s.branch_touch_id IS NOT NULL AND s.order_at - s.branch_touch_at <= w.window_us
    UNION ALL
    -- C: the click that the order itself names.
    SELECT
        o.order_id, 'C', 0, 'click', c.touch_id, c.placement_id, c.branch_id, c.at, o.at - c.at,
        concat('The order names a click on placement ', coalesce(CAST(c.placement_id AS VARCHAR), 'unknown'),
            ' of branch ', CAST(c.branch_id AS VARCHAR),
            CASE WHEN k.code IS NULL THEN '' ELSE concat('; its code ', k.code, ' does not outweigh a click') END,
            '; the click came ')
    FROM orders AS o
    INNER JOIN clicks AS c
        ON o.customer_id = c.customer_id AND CAST(o.click_id AS VARCHAR) = CAST(c.touch_id AS VARCHAR)
    LEFT JOIN social_codes AS k ON o.order_id = k.order_id
    CROSS JOIN settings AS w
    WHERE o.at - c.at BETWEEN 0 AND w.window_us
    UNION ALL
    -- C: the latest click on the way to this order.
    SELECT
        j.order_id, 'C', 1, 'click', j.touch_id, j.placement_id, j.branch_id, j.at, j.order_at - j.at,
        concat('The customer clicked placement ', coalesce(CAST(j.placement_id AS VARCHAR), 'unknown'), ' of branch ',
            CAST(j.branch_id AS VARCHAR),
            CASE WHEN k.code IS NULL THEN '' ELSE concat('; code ', k.code, ' does not outweigh a click') END,
            '; the click came ')
    FROM journeys AS j
    LEFT JOIN social_codes AS k ON j.order_id = k.order_id
    WHERE j.kind = 'click' AND j.branch_id IS NOT NULL
    UNION ALL
    -- D: the code alone.
    SELECT
        s.order_id, 'D', 0, 'code', s.touch_id, s.placement_id, s.branch_id, s.order_at, NULL,
        concat('Code ', coalesce(s.code, 'unknown'), ' of placement ',
            coalesce(CAST(s.placement_id AS VARCHAR), 'unknown'), ' was redeemed, but no touch of branch ',
            CAST(s.branch_id AS VARCHAR), ' by this customer is known: it may have leaked.')
    FROM sightings AS s
    UNION ALL
    -- E: what the buyer said.
    SELECT
        o.order_id, 'E', 0, 'answer', NULL, NULL, NULL, o.at, NULL,
        concat('Asked how they had heard of us, the buyer said: ', o.said_channel, '.')
    FROM orders AS o
    INNER JOIN social_channels AS n ON lower(o.said_channel) = n.channel
    UNION ALL
    SELECT
        j.order_id, 'E', 1, 'answer', j.touch_id, j.placement_id, j.branch_id, j.at, NULL,
        concat('Asked how they had heard of us, the buyer said: ', j.channel, '.')
    FROM journeys AS j
    LEFT JOIN social_channels AS n ON lower(j.channel) = n.channel
    WHERE j.kind = 'answer' AND (j.branch_id IS NOT NULL OR n.channel IS NOT NULL)
)
SELECT * FROM proofs
