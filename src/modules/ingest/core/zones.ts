/**
 * Names of time zones that mean one thing. RFC 5322 section 4.3 fixes the American ones; the rest are those the time
 * zone database gives to one offset only. Names that several countries use for different hours are not here and never
 * guessed: CST (every Linux in China writes it too), IST, BST, AST, ADT, SST, GST. A time with such a name counts as one
 * without a zone.
 */
import { tableOf } from "../../../kernel/index.ts";

const HOURS_EAST = tableOf<number>({
  UTC: 0,
  UT: 0,
  GMT: 0,
  Z: 0,
  // RFC 5322.
  EST: -5,
  EDT: -4,
  CDT: -5,
  MST: -7,
  MDT: -6,
  PST: -8,
  PDT: -7,
  // The Americas.
  AKST: -9,
  AKDT: -8,
  HST: -10,
  NST: -3.5,
  NDT: -2.5,
  BRT: -3,
  ART: -3,
  // Europe and Africa.
  WET: 0,
  WEST: 1,
  CET: 1,
  CEST: 2,
  MEZ: 1,
  MESZ: 2,
  EET: 2,
  EEST: 3,
  MSK: 3,
  WAT: 1,
  CAT: 2,
  SAST: 2,
  EAT: 3,
  IDT: 3,
  // Asia and the Pacific.
  IRST: 3.5,
  PKT: 5,
  NPT: 5.75,
  ICT: 7,
  WIB: 7,
  WITA: 8,
  WIT: 9,
  HKT: 8,
  SGT: 8,
  MYT: 8,
  PHT: 8,
  AWST: 8,
  JST: 9,
  KST: 9,
  ACST: 9.5,
  ACDT: 10.5,
  AEST: 10,
  AEDT: 11,
  NZST: 12,
  NZDT: 13,
});

/** Minutes east of UTC; undefined for a name that says nothing or several things. */
export function namedZone(name: string): number | undefined {
  const hours = HOURS_EAST[name.toUpperCase()];
  return hours === undefined ? undefined : hours * 60;
}
