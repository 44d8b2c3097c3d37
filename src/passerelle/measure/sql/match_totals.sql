-- match_totals: the counts that the five definitions are made of.
--
-- Grain    one row
-- Reads    reach(profile_id, household_id, has_email, devices, live_devices, is_seen_7, is_seen_30, is_seen_90, is_alive_with_us, is_alive_granted, is_seen_30_granted, reach_7, reach_30, reach_90, reach_30_granted)
-- Rule     the gap parts everybody: seen in 30 days, else alive, else dead, else never bound
with homes as (
    select
        household_id,
        max(case when devices > 0 then 1 else 0 end) as is_bound,
        max(case when live_devices > 0 then 1 else 0 end) as is_alive,
        max(is_alive_with_us) as is_alive_with_us,
        1.0 - exp(sum(ln(1.0 - least(reach_30, 0.999999)))) as reach_30
    from reach
    group by
        household_id
),
homes_counted as (
    select
        count(*) as households,
        coalesce(sum(is_bound), 0) as bound_households,
        coalesce(sum(is_alive), 0) as live_households,
        coalesce(sum(is_alive_with_us), 0) as live_households_with_us,
        coalesce(sum(reach_30), 0.0) as reach_30_households
    from homes
),
people_counted as (
    select
        count(*) as people,
        coalesce(sum(case when devices > 0 then 1 else 0 end), 0) as bound,
        coalesce(sum(case when live_devices > 0 then 1 else 0 end), 0) as live,
        coalesce(sum(is_alive_with_us), 0) as live_with_us,
        coalesce(sum(is_alive_granted), 0) as live_granted,
        coalesce(sum(devices), 0) as devices,
        coalesce(sum(live_devices), 0) as live_devices,
        coalesce(sum(is_seen_7), 0) as seen_7,
        coalesce(sum(is_seen_30), 0) as seen_30,
        coalesce(sum(is_seen_90), 0) as seen_90,
        coalesce(sum(is_seen_30_granted), 0) as seen_30_granted,
        coalesce(sum(reach_7), 0.0) as reach_7,
        coalesce(sum(reach_30), 0.0) as reach_30,
        coalesce(sum(reach_90), 0.0) as reach_90,
        coalesce(sum(reach_30_granted), 0.0) as reach_30_granted,
        coalesce(sum(reach_7 * (1.0 - reach_7)), 0.0) as spread_7,
        coalesce(sum(reach_30 * (1.0 - reach_30)), 0.0) as spread_30,
        coalesce(sum(reach_90 * (1.0 - reach_90)), 0.0) as spread_90,
        coalesce(sum(case when is_seen_30 = 0 and live_devices > 0 then 1 else 0 end), 0) as alive_unseen,
        coalesce(sum(case when is_seen_30 = 0 and live_devices = 0 and devices > 0 then 1 else 0 end), 0) as dead,
        coalesce(sum(case when devices = 0 and has_email = 1 then 1 else 0 end), 0) as bindable,
        coalesce(sum(case when devices = 0 and has_email = 0 then 1 else 0 end), 0) as unbindable
    from reach
)
select
    cast(p.people as bigint) as people,
    cast(p.bound as bigint) as bound,
    cast(p.live as bigint) as live,
    cast(p.live_with_us as bigint) as live_with_us,
    cast(p.live_granted as bigint) as live_granted,
    cast(p.devices as bigint) as devices,
    cast(p.live_devices as bigint) as live_devices,
    cast(h.households as bigint) as households,
    cast(h.bound_households as bigint) as bound_households,
    cast(h.live_households as bigint) as live_households,
    cast(h.live_households_with_us as bigint) as live_households_with_us,
    cast(h.reach_30_households as double) as reach_30_households,
    cast(p.seen_7 as bigint) as seen_7,
    cast(p.seen_30 as bigint) as seen_30,
    cast(p.seen_90 as bigint) as seen_90,
    cast(p.seen_30_granted as bigint) as seen_30_granted,
    cast(p.reach_7 as double) as reach_7,
    cast(p.reach_30 as double) as reach_30,
    cast(p.reach_90 as double) as reach_90,
    cast(p.reach_30_granted as double) as reach_30_granted,
    cast(p.spread_7 as double) as spread_7,
    cast(p.spread_30 as double) as spread_30,
    cast(p.spread_90 as double) as spread_90,
    cast(p.alive_unseen as bigint) as alive_unseen,
    cast(p.dead as bigint) as dead,
    cast(p.bindable as bigint) as bindable,
    cast(p.unbindable as bigint) as unbindable
from people_counted p
cross join homes_counted h
