-- Orders added up by their date (UTC). In: orders, graded (each order's grade and branch). Out: the columns of DailyFigure.
SELECT
    strftime(make_timestamp(orders.at), '%Y-%m-%d') AS "on",
    graded.branch_id,
    orders.country,
    orders.currency,
    graded.grade,
    orders.is_first_order,
    count(*) AS n_orders,
    CAST(sum(orders.reporting_minor) AS BIGINT) AS net_minor,
    CAST(sum(orders.discount_minor) AS BIGINT) AS discount_minor,
    CAST(sum(orders.goods_minor) AS BIGINT) AS goods_minor
FROM orders
JOIN graded ON graded.order_id = orders.order_id
GROUP BY ALL
