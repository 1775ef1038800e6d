-- What a forecast is held against, fixed when it is registered: how the level without a change was told, how wrong that has been, and of what.

alter table forecast add column baseline_method text;
alter table forecast add column baseline_sd double precision check (baseline_sd >= 0);
-- {"type": "TOTAL" | "CHANNEL" | "CAMPAIGN" | "AUDIENCE" | "MESSAGE", "id": ...}: the part of the KPI that is observed.
alter table forecast add column scope jsonb not null default '{"type": "TOTAL", "id": null}';
