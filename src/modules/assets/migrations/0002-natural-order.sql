-- Names in the order people count: "Trạm 2" before "Trạm 10". Names that are there already keep their order until they change.
ALTER TABLE assets_systems ADD COLUMN name_sort TEXT NOT NULL DEFAULT '';
UPDATE assets_systems SET name_sort = name_folded;
CREATE INDEX assets_systems_name_sort ON assets_systems (state, name_sort, id);
