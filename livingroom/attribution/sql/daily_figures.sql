-- Orders added up by their date (UTC). In: valued_orders. Out: the columns of DailyFigure.
SELECT
    strftime(make_timestamp(valued_orders.at), '%Y-%m-%d') AS "on",
    branch_id,
    country,
    currency,
    grade,
    is_first_order,
    count(*) AS n_orders,
    CAST(sum(reporting_minor) AS BIGINT) AS net_minor,
    CAST(sum(discount_minor) AS BIGINT) AS discount_minor,
    CAST(sum(goods_minor) AS BIGINT) AS goods_minor
FROM valued_orders
GROUP BY ALL
