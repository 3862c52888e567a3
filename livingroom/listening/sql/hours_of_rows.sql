-- What the rows say: mentions that still stand and are no spam, by hour, topic (0: all there are), language and branch.
select hour, topic_number, language, branch_number,
       count(*) as n, count(negative_share) as n_judged, coalesce(sum(negative_share), 0) as negative_sum
from (
    select {hour} as hour, 0 as topic_number, m.language, coalesce(m.branch_id, 0) as branch_number, m.negative_share
    from listening_mention m
    where m.at >= %s and m.at < %s and m.gone_at is null and m.verdict <> 'hidden' and m.understood_at is not null
    union all
    select {hour} as hour, t.topic_id as topic_number, m.language, coalesce(m.branch_id, 0) as branch_number, m.negative_share
    from listening_mention m join listening_topicmatch t on t.mention_id = m.id
    where m.at >= %s and m.at < %s and m.gone_at is null and m.verdict <> 'hidden' and m.understood_at is not null
) said
group by hour, topic_number, language, branch_number
