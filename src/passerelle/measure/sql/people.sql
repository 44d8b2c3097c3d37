-- people: who is counted, and which of our own sources know them.
--
-- Grain    one row per (profile_id, source)
-- Reads    placements(identifier_id, profile_id)
--          records(record_id, source, source_kind, observed_at, is_dated)
-- Rule     a person is a profile with a record of a source of ours; what only a partner knows is
--          nobody of our base. A record that states no date of its own counts at any date.
select
    p.profile_id,
    r.source,
    count(*) as records
from records r
join placements p
    on p.identifier_id = r.record_id
where r.source_kind <> 'partner'
    and (r.observed_at < $until or not r.is_dated)
group by
    p.profile_id,
    r.source
