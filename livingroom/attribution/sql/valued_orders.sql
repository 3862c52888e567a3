-- Every order with its grade, the offer it answered, and its cost of goods: its own, or what the offer declared.
--
-- A declared margin is a share of the price before the discount, so the goods are what is left of that price. They are the
-- whole order's: when a part of the money goes back, the goods stay with the buyer; when all of it does, they are on the
-- shelf again, but not after a chargeback.
-- In: orders, graded (order_id, grade, branch_id, placement_id), refunds (order_id, minor in the reporting currency, chargeback 0 or 1), offers (placement_id,
-- offer_id, margin_share, unit_cost_minor in the reporting currency).
-- Out: the columns of orders, and grade, branch_id, offer_id, price_minor (before refunds), knows_goods.
WITH given_back AS (
    SELECT order_id, sum(minor) AS minor, max(chargeback) AS chargeback FROM refunds GROUP BY order_id
),
joined AS (
    SELECT
        orders.*,
        graded.grade,
        graded.branch_id,
        offers.offer_id,
        offers.margin_share,
        offers.unit_cost_minor,
        orders.reporting_minor + coalesce(given_back.minor, 0) AS price_minor,
        orders.revenue_minor = 0 AND coalesce(given_back.chargeback, 0) = 0 AS is_on_the_shelf
    FROM orders
    JOIN graded ON graded.order_id = orders.order_id
    LEFT JOIN given_back ON given_back.order_id = orders.order_id
    LEFT JOIN offers ON offers.placement_id = graded.placement_id
)
SELECT
    * EXCLUDE (margin_share, unit_cost_minor, goods_minor, is_on_the_shelf, price_minor),
    CAST(price_minor AS BIGINT) AS price_minor,
    CAST(
        CASE
            WHEN goods_minor <> 0 OR is_on_the_shelf THEN goods_minor
            WHEN margin_share IS NOT NULL THEN round((price_minor + discount_minor) * (1 - margin_share))
            WHEN unit_cost_minor IS NOT NULL THEN unit_cost_minor * quantity
            ELSE 0
        END AS BIGINT
    ) AS goods_minor,
    goods_minor <> 0 OR is_on_the_shelf OR margin_share IS NOT NULL OR unit_cost_minor IS NOT NULL AS knows_goods
FROM joined
