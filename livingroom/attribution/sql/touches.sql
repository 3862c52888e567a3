-- Every touch of a person who ever ordered: their clicks of any class (bots' and previews' too: the measuring room leaves
-- them out, the receipt can show them), and one touch at the order's time for each of our codes that was redeemed.
-- In: orders, order_codes, codes, links, clicks, identity. Out: the columns of the lake's `touches`.
WITH issued AS (
    -- A click gets at most one single-use code; should there be more, the first in the alphabet stands for them.
    SELECT issued_click, min(code) AS code
    FROM codes
    WHERE code_kind = 'single' AND issued_click <> ''
    GROUP BY issued_click
)
SELECT
    identity.customer_id,
    least(clicks.at, coalesce(identity.no_later_than, clicks.at)) AS at,
    links.channel,
    clicks.click_id AS touch_id,
    links.branch_id,
    links.placement_id,
    'click' AS kind,
    clicks.class,
    coalesce(issued.code, '') AS code,
    CASE WHEN issued.code IS NULL THEN '' ELSE 'single' END AS code_kind,
    CAST(NULL AS BIGINT) AS order_id,
    nullif(clicks.country, '') AS country
FROM identity
JOIN clicks ON clicks.click_id = identity.click_id
JOIN links ON links.link_id = clicks.link_id
LEFT JOIN issued ON issued.issued_click = clicks.click_id
UNION ALL
SELECT
    orders.customer_id,
    orders.at,
    links.channel,
    'code:' || orders.order_id || ':' || codes.code AS touch_id,
    links.branch_id,
    links.placement_id,
    'code' AS kind,
    'human' AS class,
    codes.code,
    codes.code_kind,
    orders.order_id,
    CAST(NULL AS VARCHAR) AS country
FROM order_codes
JOIN codes ON codes.code = order_codes.code
JOIN links ON links.link_id = codes.link_id
JOIN orders ON orders.order_id = order_codes.order_id
