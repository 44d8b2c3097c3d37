-- survival_weights: how much the predicted reach leans on each cell of the fit.
--
-- Grain    one row per (kind, age_step, recency_step) that some bound device is in
-- Reads    devices(device_id, profile_id, kind, age_step, recency_step)
--          survival(horizon, kind, age_step, recency_step, devices, returned, probability)
--          reach(profile_id, reach_30)
-- Rule     slope: by how many people the predicted reach in 30 days grows when the cell's
--          probability grows by 1, for the error that the fit brings
select
    d.kind,
    d.age_step,
    d.recency_step,
    count(*) as devices,
    min(s.devices) as fitted_devices,
    min(s.probability) as probability,
    cast(
        sum((1.0 - r.reach_30) / (1.0 - least(coalesce(s.probability, 0.0), 0.999999))) as double
    ) as slope
from devices d
join survival s
    on s.horizon = 30
    and s.kind = d.kind
    and s.age_step = d.age_step
    and s.recency_step = d.recency_step
join reach r
    on r.profile_id = d.profile_id
group by
    d.kind,
    d.age_step,
    d.recency_step
