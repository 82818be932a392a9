import type { NoTables, Query } from "../../../platform/db/index.ts";

export type AssetTables = {
  assets_systems: {
    id: string;
    name: string;
    name_folded: string;
    name_sort: string;
    code: string | null;
    code_folded: string | null;
    parent_id: string | null;
    owner: string | null;
    operator: string | null;
    zone: string | null;
    criticality: number;
    purpose: string | null;
    sector: string | null;
    notes: string | null;
    state: string;
    merged_into: string | null;
    vn_level: string | null;
    nis2_class: string | null;
    version: number;
    created_at: number;
    updated_at: number;
    search: string;
  };
  assets_services: { system_id: string; name: string; note: string | null };
  assets_identifiers: { system_id: string; kind: string; folded: string; value: string; service: string | null };
  assets_history: {
    system_id: string;
    seq: number;
    at: number;
    by_id: string;
    by_name: string;
    what: string;
    reason: string;
    changes: string;
  };
  assets_merges: {
    id: string;
    source_id: string;
    target_id: string;
    at: number;
    by_id: string;
    moved: string;
    undone_at: number | null;
  };
  assets_scheme_contents: { hash: string; content: string };
  assets_assessments: {
    id: string;
    system_id: string;
    scheme: string;
    at: number;
    by_id: string;
    by_name: string;
    reason: string;
    content_hash: string;
    content_version: string;
    answers: string;
    verdict: string;
  };
  assets_ignored: {
    kind: string;
    folded: string;
    value: string;
    reason: string;
    at: number;
    by_id: string;
    by_name: string;
  };
};

export const tables = (query: Query<NoTables>) => query.withTables<AssetTables>();
