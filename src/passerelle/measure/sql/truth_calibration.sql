-- truth_calibration: the predicted reach of people beside who came back.
--
-- Grain    one row per tenth of predicted reach, 0 to 9
-- Reads    reach(profile_id, reach_30)
--          told(profile_id, person_id)
--          true_reach(person_id, seen_on_bound_cookie)
-- Rule     a profile came back if one of the people whose records it holds did
with outcomes as (
    select
        t.profile_id,
        max(case when r.seen_on_bound_cookie then 1.0 else 0.0 end) as came_back
    from told t
    join true_reach r
        on r.person_id = t.person_id
    group by
        t.profile_id
),
compared as (
    select
        cast(least(floor(p.reach_30 * 10), 9) as bigint) as tenth,
        p.reach_30,
        o.came_back
    from reach p
    join outcomes o
        on o.profile_id = p.profile_id
)
select
    tenth,
    count(*) as people,
    cast(sum(reach_30) as double) as predicted,
    cast(sum(came_back) as double) as came_back,
    cast(sum((reach_30 - came_back) * (reach_30 - came_back)) as double) as squared_error
from compared
group by
    tenth
