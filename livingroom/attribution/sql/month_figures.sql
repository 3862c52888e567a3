-- The daily figures added up by month. In: daily_figures. Out: the columns of MonthFigure.
SELECT
    substr("on", 1, 7) || '-01' AS month,
    branch_id,
    country,
    currency,
    grade,
    CAST(sum(n_orders) AS BIGINT) AS n_orders,
    CAST(sum(net_minor) AS BIGINT) AS net_minor,
    CAST(sum(discount_minor) AS BIGINT) AS discount_minor,
    CAST(sum(goods_minor) AS BIGINT) AS goods_minor
FROM daily_figures
GROUP BY ALL
