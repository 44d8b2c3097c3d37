-- latest_facts: the last day that events and receipts tell of.
--
-- Grain    one row per fact that there is any of: events, receipts
-- Reads    events(occurred_at, received_at)
--          receipts(occurred_at, received_at)
-- Rule     what claims to have happened after we received it does not make the day
select
    'events' as fact,
    min(occurred_at) as first_at,
    max(occurred_at) as last_at
from events
where occurred_at <= received_at
having count(*) > 0
union all
select
    'receipts' as fact,
    min(occurred_at) as first_at,
    max(occurred_at) as last_at
from receipts
where occurred_at <= received_at
having count(*) > 0
