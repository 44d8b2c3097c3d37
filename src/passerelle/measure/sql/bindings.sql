-- bindings: the evidence that ties a device to a person.
--
-- Grain    one row per (device_id, evidence, source)
-- Reads    edges(left_id, right_id, kind, source, first_seen_at, last_seen_at)
--          identifiers(identifier_id, type)
--          placements(identifier_id, profile_id)
--          people(profile_id, source, records)
--          records(record_id, source, source_kind, observed_at, is_dated)
--          sources(source, kind)
-- Rule     a device is a cookie or a mobile advertising id; edges that were withdrawn or refused
--          are not among those read. Evidence first seen on or after $until does not count; that
--          of a record without a date of its own always does.
with persons as (
    select distinct profile_id
    from people
),
ends as (
    select
        left_id as device_id,
        right_id as other_id,
        kind,
        source,
        first_seen_at,
        last_seen_at
    from edges
    union all
    select
        right_id as device_id,
        left_id as other_id,
        kind,
        source,
        first_seen_at,
        last_seen_at
    from edges
)
select
    e.device_id,
    min(d.type) as type,
    min(p.profile_id) as profile_id,
    e.kind as evidence,
    e.source,
    coalesce(min(s.kind), 'unknown') as source_kind,
    min(least(e.first_seen_at, $until)) as first_seen_at,
    max(least(e.last_seen_at, $until)) as last_seen_at
from ends e
join identifiers d
    on d.identifier_id = e.device_id
    and d.type in ('cookie', 'mobile_id')
join placements p
    on p.identifier_id = e.device_id
join persons w
    on w.profile_id = p.profile_id
left join sources s
    on s.source = e.source
left join records r
    on r.record_id = e.other_id
where e.first_seen_at < $until
    or not r.is_dated
group by
    e.device_id,
    e.kind,
    e.source
