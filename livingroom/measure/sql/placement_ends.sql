-- Until when each placement can have led to an order: the window after the last human touch of it by anybody.
--
-- Reads    touches_sound, settings.
-- Gives    one row per placement that anybody touched.
SELECT t.placement_id, max(t.at) + max(s.window_us) AS ends_at
FROM touches_sound AS t
CROSS JOIN settings AS s
WHERE t.class = 'human' AND t.placement_id IS NOT NULL AND t.kind NOT IN ('code', 'answer')
GROUP BY t.placement_id
