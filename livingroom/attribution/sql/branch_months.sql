-- What each branch did in each month and what it cost. Costs of the programme as a whole have no branch.
-- In: posts, clicks_by_month, reach, costs (added up by the database). Out: the columns of BranchMonth.
WITH facts AS (
    SELECT branch_id, month, n AS n_posts, 0 AS n_clicks, 0 AS n_unique_clicks, 0 AS n_other_clicks,
           NULL AS followers, '' AS kind, 0 AS cost_minor
    FROM posts
    UNION ALL
    SELECT branch_id, month, 0,
           CASE WHEN click_class = 'human' THEN n ELSE 0 END,
           CASE WHEN click_class = 'human' THEN n_unique ELSE 0 END,
           CASE WHEN click_class = 'human' THEN 0 ELSE n END,
           NULL, '', 0
    FROM clicks_by_month
    UNION ALL
    SELECT branch_id, month, 0, 0, 0, 0, followers, '', 0 FROM reach
    UNION ALL
    SELECT branch_id, month, 0, 0, 0, 0, NULL, kind, minor FROM costs
)
SELECT
    branch_id,
    month || '-01' AS month,
    CAST(sum(n_posts) AS BIGINT) AS n_posts,
    CAST(sum(n_clicks) AS BIGINT) AS n_clicks,
    CAST(sum(n_unique_clicks) AS BIGINT) AS n_unique_clicks,
    CAST(sum(n_other_clicks) AS BIGINT) AS n_other_clicks,
    max(followers) AS followers,
    CAST(sum(CASE WHEN kind = 'staff' THEN cost_minor ELSE 0 END) AS BIGINT) AS staff_minor,
    CAST(sum(CASE WHEN kind = 'tools' THEN cost_minor ELSE 0 END) AS BIGINT) AS tools_minor,
    CAST(sum(CASE WHEN kind = 'network_fee' THEN cost_minor ELSE 0 END) AS BIGINT) AS network_fee_minor,
    CAST(sum(CASE WHEN kind = 'ads' THEN cost_minor ELSE 0 END) AS BIGINT) AS ads_minor,
    CAST(sum(CASE WHEN kind = 'other' THEN cost_minor ELSE 0 END) AS BIGINT) AS other_minor
FROM facts
GROUP BY branch_id, month
