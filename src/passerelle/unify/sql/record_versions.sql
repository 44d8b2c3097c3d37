-- record_versions: every version of the records of profiles, from sources that are trusted.
--
-- Grain    one row per version of a record that is in a profile
-- Reads    records(source, record_key, record_id, observed_at, received_at, content_hash, normalized)
--          placements(identifier_id, profile_id)
--          trusted_sources(source)
select
    p.profile_id,
    r.record_id,
    r.source,
    r.record_key,
    r.observed_at,
    r.received_at,
    r.normalized
from records r
join placements p
    on p.identifier_id = r.record_id
join trusted_sources t
    on t.source = r.source
order by
    r.record_id,
    r.received_at,
    r.content_hash
