-- Credit with its amount in the reporting currency: the order's own stored value is divided by the same shares, by largest
-- remainder, so that the parts add up to it exactly. Orders nobody touched have no rows here.
-- In: credit (measured), orders. Out: the columns of Credit.
WITH shared AS (
    SELECT
        credit.*,
        orders.reporting_minor AS total_minor,
        floor(round(orders.reporting_minor * credit.share, 6)) AS whole_minor
    FROM credit
    JOIN orders ON orders.order_id = credit.order_id
    WHERE credit.touch_id IS NOT NULL
),
ranked AS (
    SELECT
        *,
        total_minor - sum(whole_minor) OVER (PARTITION BY order_id, model) AS left_minor,
        row_number() OVER (
            PARTITION BY order_id, model ORDER BY total_minor * share - whole_minor DESC, share DESC, touch_id
        ) AS place
    FROM shared
)
SELECT
    order_id,
    CAST(touch_id AS VARCHAR) AS touch_id,
    model,
    channel,
    CAST(branch_id AS BIGINT) AS branch_id,
    CAST(placement_id AS BIGINT) AS placement_id,
    share,
    amount_minor,
    currency,
    CAST(whole_minor + CASE WHEN place <= left_minor THEN 1 ELSE 0 END AS BIGINT) AS reporting_minor
FROM ranked
