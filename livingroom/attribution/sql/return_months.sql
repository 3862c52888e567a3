-- What the Return page adds up: orders with social evidence by month, offer, branch, country, grade, and new or known customer.
-- In: valued_orders, refund_curve, clock (now_at). Out: the columns of ReturnMonth.
SELECT
    strftime(make_timestamp(valued_orders.at), '%Y-%m') || '-01' AS month,
    offer_id,
    branch_id,
    country,
    grade,
    is_first_order,
    count(*) AS n_orders,
    CAST(sum(reporting_minor) AS BIGINT) AS net_minor,
    CAST(sum(discount_minor) AS BIGINT) AS discount_minor,
    CAST(sum(goods_minor) AS BIGINT) AS goods_minor,
    count(*) FILTER (NOT knows_goods) AS n_without_goods,
    CAST(coalesce(sum(reporting_minor) FILTER (NOT knows_goods), 0) AS BIGINT) AS net_without_goods_minor,
    -- No more can come back than is left.
    CAST(sum(least(reporting_minor, round(price_minor * coalesce(share_to_come, 0)))) AS BIGINT) AS to_come_minor
FROM valued_orders
CROSS JOIN clock
LEFT JOIN refund_curve
    ON refund_curve.age_days = greatest(0, (clock.now_at - valued_orders.at) // 86400000000)
WHERE grade <> 'none'
GROUP BY ALL
