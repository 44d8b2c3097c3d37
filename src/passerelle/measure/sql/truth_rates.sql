-- truth_rates: the match rates that an all-knowing report would give.
--
-- Grain    one row
-- Reads    true_reach(person_id, claimed, alive, seen_on_bound_cookie, seen)
--          true_people(person_id, household_id)
with lives as (
    select
        r.person_id,
        p.household_id,
        case when r.claimed then 1 else 0 end as claimed,
        case when r.alive then 1 else 0 end as alive,
        case when r.seen_on_bound_cookie then 1 else 0 end as reached,
        case when r.seen then 1 else 0 end as seen
    from true_reach r
    join true_people p
        on p.person_id = r.person_id
),
homes as (
    select
        household_id,
        max(alive) as alive
    from lives
    group by
        household_id
),
homes_counted as (
    select
        count(*) as households,
        sum(alive) as live_households
    from homes
)
select
    count(*) as people,
    cast(coalesce(sum(l.claimed), 0) as bigint) as claimed,
    cast(coalesce(sum(l.alive), 0) as bigint) as live,
    cast(coalesce(sum(l.reached), 0) as bigint) as reached,
    cast(coalesce(sum(l.seen), 0) as bigint) as seen,
    cast(coalesce(min(h.households), 0) as bigint) as households,
    cast(coalesce(min(h.live_households), 0) as bigint) as live_households
from lives l
cross join homes_counted h
