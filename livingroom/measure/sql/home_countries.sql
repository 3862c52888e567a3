-- Where each branch is at home: the countries from which at least one in fifty of its located human touches came.
--
-- Reads    touches_sound.
-- Gives    one row per (branch, country); none for a branch with fewer than 50 located touches, which says too little.
WITH located AS (
    SELECT t.branch_id, upper(t.country) AS country, count(*) AS n_touches
    FROM touches_sound AS t
    WHERE t.class = 'human' AND t.branch_id IS NOT NULL AND t.country IS NOT NULL AND t.kind NOT IN ('code', 'answer')
    GROUP BY t.branch_id, upper(t.country)
),
shares AS (
    SELECT l.*, sum(l.n_touches) OVER (PARTITION BY l.branch_id) AS n_located FROM located AS l
)
SELECT s.branch_id, s.country FROM shares AS s WHERE s.n_located >= 50 AND 50 * s.n_touches >= s.n_located
