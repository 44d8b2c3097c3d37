-- truth_pairs: pairs of records that are one person's, that were put together, and both.
--
-- Grain    one row per (left_source, right_source), left_source being first in the alphabet
-- Reads    told(source, profile_id, person_id)
-- Rule     one row of `told` is one record of known truth that is in a profile
with cells as (
    select
        profile_id,
        person_id,
        source,
        count(*) as records
    from told
    group by
        profile_id,
        person_id,
        source
),
by_person as (
    select
        person_id,
        source,
        sum(records) as records
    from cells
    group by
        person_id,
        source
),
by_profile as (
    select
        profile_id,
        source,
        sum(records) as records
    from cells
    group by
        profile_id,
        source
),
pairs as (
    select
        a.source as left_source,
        b.source as right_source,
        0 as true_pairs,
        0 as found_pairs,
        case
            when a.source = b.source then a.records * (a.records - 1) // 2
            else a.records * b.records
        end as right_pairs
    from cells a
    join cells b
        on b.profile_id = a.profile_id
        and b.person_id = a.person_id
        and b.source >= a.source
    union all
    select
        a.source as left_source,
        b.source as right_source,
        case
            when a.source = b.source then a.records * (a.records - 1) // 2
            else a.records * b.records
        end as true_pairs,
        0 as found_pairs,
        0 as right_pairs
    from by_person a
    join by_person b
        on b.person_id = a.person_id
        and b.source >= a.source
    union all
    select
        a.source as left_source,
        b.source as right_source,
        0 as true_pairs,
        case
            when a.source = b.source then a.records * (a.records - 1) // 2
            else a.records * b.records
        end as found_pairs,
        0 as right_pairs
    from by_profile a
    join by_profile b
        on b.profile_id = a.profile_id
        and b.source >= a.source
)
select
    left_source,
    right_source,
    cast(sum(true_pairs) as bigint) as true_pairs,
    cast(sum(found_pairs) as bigint) as found_pairs,
    cast(sum(right_pairs) as bigint) as right_pairs
from pairs
group by
    left_source,
    right_source
