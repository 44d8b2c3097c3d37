-- truth_told: the records that we hold and of which the truth says whose they are.
--
-- Grain    one row per record_id
-- Reads    true_records(source, record_key, person_id)
--          held_records(record_id, source, record_key)
--          placements(identifier_id, profile_id)
select
    h.record_id,
    t.source,
    p.profile_id,
    t.person_id
from true_records t
join held_records h
    on h.source = t.source
    and h.record_key = t.record_key
join placements p
    on p.identifier_id = h.record_id
