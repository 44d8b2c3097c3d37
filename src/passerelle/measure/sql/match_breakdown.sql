-- match_breakdown: the match by type of identifier, evidence, source, browser, age and consent.
--
-- Grain    one row per (dimension, value)
-- Reads    bindings(device_id, evidence, source)
--          devices(device_id, profile_id, kind, browser, age_step, recency_step, is_alive, is_seen_30, consent)
--          survival(horizon, kind, age_step, recency_step, probability)
-- Rule     a device tied by two kinds of evidence counts in both rows, and so does a person with
--          two browsers: the rows of a dimension do not add up. `only_people` are those whose
--          devices have no other value in the dimension. Ages count from the first sight.
with evidence_told as (
    select
        device_id,
        evidence
    from bindings
    group by
        device_id,
        evidence
),
source_told as (
    select
        device_id,
        source
    from bindings
    group by
        device_id,
        source
),
odds as (
    select
        kind,
        age_step,
        recency_step,
        coalesce(probability, 0.0) as probability,
        ln(1.0 - least(coalesce(probability, 0.0), 0.999999)) as stays_away
    from survival
    where horizon = 30
),
scored as (
    select
        d.device_id,
        d.profile_id,
        d.kind,
        d.browser,
        d.age_step,
        d.consent,
        d.is_alive,
        d.is_seen_30,
        o.probability,
        o.stays_away
    from devices d
    join odds o
        on o.kind = d.kind
        and o.age_step = d.age_step
        and o.recency_step = d.recency_step
),
persons as (
    select
        'evidence' as dimension,
        t.evidence as value,
        s.profile_id,
        count(*) as devices,
        sum(s.is_alive) as live_devices,
        sum(s.is_seen_30) as seen_devices,
        sum(s.probability) as returning_devices,
        1.0 - exp(sum(s.stays_away)) as reach_30
    from evidence_told t
    join scored s
        on s.device_id = t.device_id
    group by
        t.evidence,
        s.profile_id
    union all
    select
        'source' as dimension,
        t.source as value,
        s.profile_id,
        count(*) as devices,
        sum(s.is_alive) as live_devices,
        sum(s.is_seen_30) as seen_devices,
        sum(s.probability) as returning_devices,
        1.0 - exp(sum(s.stays_away)) as reach_30
    from source_told t
    join scored s
        on s.device_id = t.device_id
    group by
        t.source,
        s.profile_id
    union all
    select
        'type' as dimension,
        s.kind as value,
        s.profile_id,
        count(*) as devices,
        sum(s.is_alive) as live_devices,
        sum(s.is_seen_30) as seen_devices,
        sum(s.probability) as returning_devices,
        1.0 - exp(sum(s.stays_away)) as reach_30
    from scored s
    group by
        s.kind,
        s.profile_id
    union all
    select
        'browser' as dimension,
        s.browser as value,
        s.profile_id,
        count(*) as devices,
        sum(s.is_alive) as live_devices,
        sum(s.is_seen_30) as seen_devices,
        sum(s.probability) as returning_devices,
        1.0 - exp(sum(s.stays_away)) as reach_30
    from scored s
    group by
        s.browser,
        s.profile_id
    union all
    select
        'age' as dimension,
        cast(s.age_step as varchar) as value,
        s.profile_id,
        count(*) as devices,
        sum(s.is_alive) as live_devices,
        sum(s.is_seen_30) as seen_devices,
        sum(s.probability) as returning_devices,
        1.0 - exp(sum(s.stays_away)) as reach_30
    from scored s
    group by
        cast(s.age_step as varchar),
        s.profile_id
    union all
    select
        'consent' as dimension,
        s.consent as value,
        s.profile_id,
        count(*) as devices,
        sum(s.is_alive) as live_devices,
        sum(s.is_seen_30) as seen_devices,
        sum(s.probability) as returning_devices,
        1.0 - exp(sum(s.stays_away)) as reach_30
    from scored s
    group by
        s.consent,
        s.profile_id
),
of_persons as (
    select
        dimension,
        value,
        sum(devices) as devices,
        sum(live_devices) as live_devices,
        sum(seen_devices) as seen_devices,
        sum(returning_devices) as returning_devices,
        count(*) as people,
        sum(case when live_devices > 0 then 1 else 0 end) as live_people,
        sum(case when seen_devices > 0 then 1 else 0 end) as seen_people,
        sum(reach_30) as reach_30
    from persons
    group by
        dimension,
        value
),
extremes as (
    select
        dimension,
        profile_id,
        min(value) as least_value,
        max(value) as most_value
    from persons
    group by
        dimension,
        profile_id
),
alone as (
    select
        dimension,
        least_value as value,
        count(*) as only_people
    from extremes
    where least_value = most_value
    group by
        dimension,
        least_value
)
select
    p.dimension,
    p.value,
    cast(p.devices as bigint) as devices,
    cast(p.live_devices as bigint) as live_devices,
    cast(p.seen_devices as bigint) as seen_devices,
    cast(p.returning_devices as double) as returning_devices,
    p.people,
    cast(p.live_people as bigint) as live_people,
    cast(p.seen_people as bigint) as seen_people,
    coalesce(a.only_people, 0) as only_people,
    cast(p.reach_30 as double) as reach_30
from of_persons p
left join alone a
    on a.dimension = p.dimension
    and a.value = p.value
