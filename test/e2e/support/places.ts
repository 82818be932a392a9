/** Addresses of the screens' world, and how they are found. */
import type { ApiClient } from "../../flows/api-client.ts";
import type { AssetPlaces } from "./assets.ts";
import type { CasePlaces } from "./cases.ts";
import { IMAGE } from "./hostile.ts";
import type { InvestigationPlaces } from "./investigated.ts";
import type { HuntPlaces } from "./kept-hunts.ts";
import type { PeoplePlaces } from "./staffed.ts";
import type { StoredPlaces } from "./stored.ts";
import type { RulePlaces } from "./tuned.ts";

/** Addresses that only exist once there is data. */
export interface Places {
  readonly alert: string;
  readonly hostileAlert: string;
  readonly rule: string;
  readonly report: string;
  /** Only where sensors have weeks behind them. */
  readonly sensorAlert?: string;
  /** Only where rules have been worked on. */
  readonly tuned?: RulePlaces;
  /** Only where logs are stored for weeks. */
  readonly stored?: StoredPlaces;
  readonly investigated?: InvestigationPlaces;
  /** Only where hunts have been kept. */
  readonly kept?: HuntPlaces;
  /** Only where systems are registered. */
  readonly assets?: AssetPlaces;
  /** Only where there is a roster. */
  readonly people?: PeoplePlaces;
  /** Only where cases are worked on. */
  readonly cases?: CasePlaces;
}

export function tuned({ tuned: places }: Places): RulePlaces {
  if (places === undefined) throw new Error("nobody has worked on rules here");
  return places;
}

export function stored({ stored: places }: Places): StoredPlaces {
  if (places === undefined) throw new Error("nothing is sealed here");
  return places;
}

export function investigated({ investigated: places }: Places): InvestigationPlaces {
  if (places === undefined) throw new Error("nobody has investigated here");
  return places;
}

export function kept({ kept: places }: Places): HuntPlaces {
  if (places === undefined) throw new Error("nobody has kept hunts here");
  return places;
}

export function registered({ assets: places }: Places): AssetPlaces {
  if (places === undefined) throw new Error("no systems are registered here");
  return places;
}

export function staffed({ people: places }: Places): PeoplePlaces {
  if (places === undefined) throw new Error("nobody works here");
  return places;
}

export function cased({ cases: places }: Places): CasePlaces {
  if (places === undefined) throw new Error("there are no cases here");
  return places;
}

export async function findPlaces(admin: ApiClient, report = ""): Promise<Places> {
  const alerts = await admin.all<{ id: string; rule: { id: string; title: string }; entity: { value: string } }>(
    "/api/v1/alerts?limit=500",
  );
  const idOf = (alert: (typeof alerts)[number] | undefined): string => encodeURIComponent(alert?.id ?? "");
  const shadow = alerts.filter(({ rule }) => rule.title === "Shadow Copies Deleted");
  if (shadow.length === 0) throw new Error("the alert to look at did not come");
  return {
    alert: idOf(shadow.find(({ entity }) => entity.value.toLowerCase() !== IMAGE)),
    hostileAlert: idOf(shadow.find(({ entity }) => entity.value.toLowerCase() === IMAGE)),
    rule: encodeURIComponent(shadow[0]?.rule.id ?? ""),
    report: encodeURIComponent(report),
  };
}
