-- reach: what each person's devices promise.
--
-- Grain    one row per profile_id of a person
-- Reads    people(profile_id, source, records)
--          households(profile_id, household_id)
--          contacts(profile_id, has_email)
--          devices(device_id, profile_id, kind, age_step, recency_step, is_alive, is_seen_7, is_seen_30, is_seen_90, consent)
--          survival(horizon, kind, age_step, recency_step, probability)
-- Rule     a person is seen again if one of their devices is: 1 - product of (1 - probability)
with persons as (
    select distinct profile_id
    from people
),
odds as (
    select
        kind,
        age_step,
        recency_step,
        max(case when horizon = 7 then ln(1.0 - least(coalesce(probability, 0.0), 0.999999)) end) as stays_away_7,
        max(case when horizon = 30 then ln(1.0 - least(coalesce(probability, 0.0), 0.999999)) end) as stays_away_30,
        max(case when horizon = 90 then ln(1.0 - least(coalesce(probability, 0.0), 0.999999)) end) as stays_away_90
    from survival
    group by
        kind,
        age_step,
        recency_step
),
held as (
    select
        d.profile_id,
        count(*) as devices,
        sum(d.is_alive) as live_devices,
        sum(d.is_seen_30) as seen_devices,
        max(d.is_seen_7) as is_seen_7,
        max(d.is_seen_30) as is_seen_30,
        max(d.is_seen_90) as is_seen_90,
        max(case when d.kind = 'partner_cookie' then 0 else d.is_alive end) as is_alive_with_us,
        max(case when d.consent = 'granted' then d.is_alive else 0 end) as is_alive_granted,
        max(case when d.consent = 'granted' then d.is_seen_30 else 0 end) as is_seen_30_granted,
        1.0 - exp(sum(o.stays_away_7)) as reach_7,
        1.0 - exp(sum(o.stays_away_30)) as reach_30,
        1.0 - exp(sum(o.stays_away_90)) as reach_90,
        1.0 - exp(sum(case when d.consent = 'granted' then o.stays_away_30 else 0.0 end)) as reach_30_granted
    from devices d
    join odds o
        on o.kind = d.kind
        and o.age_step = d.age_step
        and o.recency_step = d.recency_step
    group by
        d.profile_id
)
select
    p.profile_id,
    coalesce(h.household_id, p.profile_id) as household_id,
    coalesce(c.has_email, 0) as has_email,
    coalesce(d.devices, 0) as devices,
    cast(coalesce(d.live_devices, 0) as bigint) as live_devices,
    cast(coalesce(d.seen_devices, 0) as bigint) as seen_devices,
    coalesce(d.is_seen_7, 0) as is_seen_7,
    coalesce(d.is_seen_30, 0) as is_seen_30,
    coalesce(d.is_seen_90, 0) as is_seen_90,
    coalesce(d.is_alive_with_us, 0) as is_alive_with_us,
    coalesce(d.is_alive_granted, 0) as is_alive_granted,
    coalesce(d.is_seen_30_granted, 0) as is_seen_30_granted,
    cast(coalesce(d.reach_7, 0.0) as double) as reach_7,
    cast(coalesce(d.reach_30, 0.0) as double) as reach_30,
    cast(coalesce(d.reach_90, 0.0) as double) as reach_90,
    cast(coalesce(d.reach_30_granted, 0.0) as double) as reach_30_granted
from persons p
left join households h
    on h.profile_id = p.profile_id
left join contacts c
    on c.profile_id = p.profile_id
left join held d
    on d.profile_id = p.profile_id
