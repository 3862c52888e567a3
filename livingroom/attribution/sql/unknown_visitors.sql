-- Clicks by people of whom we know no order: each visitor is a person. In: clicks, links, touches. Out: as people's touches.
SELECT
    'visitor ' || clicks.visitor AS customer_id,
    clicks.at,
    links.channel,
    clicks.click_id AS touch_id,
    links.branch_id,
    links.placement_id,
    nullif(clicks.country, '') AS country
FROM clicks
JOIN links ON links.link_id = clicks.link_id
ANTI JOIN (SELECT touch_id FROM touches WHERE kind = 'click') AS known ON known.touch_id = clicks.click_id
WHERE clicks.class = 'human' AND clicks.visitor <> ''
