-- Revenue with social evidence by day and cumulated, as it stands after every refund known today.
-- In: daily_figures. Out: on, so_far_minor.
SELECT
    "on",
    CAST(sum(sum(net_minor)) OVER (ORDER BY "on") AS BIGINT) AS so_far_minor
FROM daily_figures
WHERE grade <> 'none'
GROUP BY "on"
ORDER BY "on"
