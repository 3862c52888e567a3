-- Answered conversations as touches: whom a person of ours answered before they ordered.
--
-- All answers of one conversation before the same order are one touch, at the last of them: who needed six answers was not six
-- times as much ours. The order is the customer's next, if it lies inside the window. Where a link stood in an answer and the
-- customer clicked it before the order, `is_clicked` says that the click speaks for both. Of an answer whose words were erased
-- we no longer know what stood in it: any later click on a link of its branch is taken to be that link's.
-- In: answers (message_id, conversation_id, customer_id, branch_id, at), said (message_id, link_id; no link: words erased), orders,
-- identity, clicks, links, answer_settings (window_us). Out: the columns of the lake's `touches`, and is_clicked.
WITH numbered AS (
    SELECT
        o.order_id, o.customer_id, o.at,
        row_number() OVER (
            PARTITION BY o.customer_id ORDER BY o.at DESC, CAST(o.order_id AS VARCHAR) DESC
        ) AS orders_left
    FROM orders AS o
    WHERE o.customer_id IN (SELECT a.customer_id FROM answers AS a)
),
events AS (
    SELECT a.customer_id, a.at, 0 AS is_order, a.conversation_id, a.message_id, a.branch_id FROM answers AS a
    UNION ALL
    SELECT n.customer_id, n.at, 1, NULL, NULL, NULL FROM numbered AS n
),
islands AS (
    SELECT
        e.*,
        sum(e.is_order) OVER (
            PARTITION BY e.customer_id ORDER BY e.at DESC, e.is_order DESC
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS orders_left
    FROM events AS e
),
ranked AS (
    SELECT
        i.customer_id, i.at, i.conversation_id, i.message_id, i.branch_id, i.orders_left,
        row_number() OVER (
            PARTITION BY i.customer_id, i.conversation_id, i.orders_left ORDER BY i.at DESC, i.message_id DESC
        ) AS place
    FROM islands AS i
    WHERE i.is_order = 0
),
theirs AS (
    SELECT
        d.customer_id, d.click_id, c.link_id, l.branch_id, least(c.at, coalesce(d.no_later_than, c.at)) AS at
    FROM identity AS d
    INNER JOIN clicks AS c ON d.click_id = c.click_id
    LEFT JOIN links AS l ON c.link_id = l.link_id
    WHERE c.class = 'human' AND d.customer_id IN (SELECT a.customer_id FROM answers AS a)
),
clicked AS (
    SELECT DISTINCT r.customer_id, r.conversation_id, r.orders_left
    FROM ranked AS r
    INNER JOIN said AS s ON r.message_id = s.message_id
    INNER JOIN theirs AS t
        ON r.customer_id = t.customer_id AND t.at >= r.at
        AND (s.link_id = t.link_id OR (s.link_id IS NULL AND r.branch_id = t.branch_id))
    LEFT JOIN numbered AS n ON r.customer_id = n.customer_id AND r.orders_left = n.orders_left
    WHERE n.at IS NULL OR t.at <= n.at
)
SELECT
    r.customer_id,
    r.at,
    'answered_conversation' AS channel,
    concat('answer:', CAST(r.conversation_id AS VARCHAR), ':', CAST(r.message_id AS VARCHAR)) AS touch_id,
    r.branch_id,
    CAST(NULL AS BIGINT) AS placement_id,
    'conversation' AS kind,
    'human' AS class,
    '' AS code,
    '' AS code_kind,
    CASE WHEN n.at - r.at <= w.window_us THEN n.order_id END AS order_id,
    CAST(NULL AS VARCHAR) AS country,
    k.customer_id IS NOT NULL AS is_clicked
FROM ranked AS r
CROSS JOIN answer_settings AS w
LEFT JOIN numbered AS n ON r.customer_id = n.customer_id AND r.orders_left = n.orders_left
LEFT JOIN clicked AS k
    ON r.customer_id = k.customer_id AND r.conversation_id = k.conversation_id AND r.orders_left = k.orders_left
WHERE r.place = 1
