-- truth_households: pairs of profiles that truly live together, that were put together, and both.
--
-- Grain    one row
-- Reads    told(profile_id, person_id)
--          true_people(person_id, household_id)
--          households(profile_id, household_id)
-- Rule     a profile lives where the person with most of its records does; of two, the lower id
with counted as (
    select
        profile_id,
        person_id,
        count(*) as records
    from told
    group by
        profile_id,
        person_id
),
placed as (
    select
        profile_id,
        person_id,
        row_number() over (
            partition by profile_id
            order by records desc, person_id
        ) as place
    from counted
),
homes as (
    select
        p.profile_id,
        t.household_id as true_home,
        h.household_id as found_home
    from placed p
    join true_people t
        on t.person_id = p.person_id
    join households h
        on h.profile_id = p.profile_id
    where p.place = 1
),
truly as (
    select sum(n * (n - 1) // 2) as pairs
    from (
        select count(*) as n
        from homes
        group by
            true_home
    ) sized
),
found as (
    select sum(n * (n - 1) // 2) as pairs
    from (
        select count(*) as n
        from homes
        group by
            found_home
    ) sized
),
rightly as (
    select sum(n * (n - 1) // 2) as pairs
    from (
        select count(*) as n
        from homes
        group by
            true_home,
            found_home
    ) sized
)
select
    cast(coalesce(t.pairs, 0) as bigint) as true_pairs,
    cast(coalesce(f.pairs, 0) as bigint) as found_pairs,
    cast(coalesce(r.pairs, 0) as bigint) as right_pairs
from truly t
cross join found f
cross join rightly r
