/** The shape of content/scenarios/<slug>/scenario.yml. */
import { z } from "../../platform/schema/index.ts";
import { CONTROL_PROTOCOLS, type FieldData, type FieldMap, NOISE_KINDS, type Scenario } from "./core/scenario.ts";
import {
  MAX_DURATION_MINUTES,
  MAX_HOSTS,
  MAX_NOISE_PER_KIND,
  MAX_PHASES,
  MAX_REPEATS,
  MAX_STEPS_PER_PHASE,
} from "./limits.ts";

const Text = z.string().min(1).max(4_000);
const LocalText = z.strictObject({ vi: Text, en: Text });
const Slug = z.string().regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/, "use lower case words joined by hyphens");
const Port = z.int().min(1).max(65_535);
const Minute = z.number().min(0).max(MAX_DURATION_MINUTES);

const FieldDataShape: z.ZodType<FieldData> = z.lazy(() =>
  z.union([z.string(), z.number(), z.boolean(), z.array(FieldDataShape), z.record(z.string(), FieldDataShape)]),
);
const Fields: z.ZodType<FieldMap> = z.record(z.string(), FieldDataShape);

const timing = {
  at: Minute,
  repeat: z
    .strictObject({ count: z.int().min(1).max(MAX_REPEATS), everySeconds: z.number().min(0).max(86_400) })
    .optional(),
};
const traffic = { from: Text, to: Text, port: Port, fields: Fields };
const Channel = z.enum(["security", "security_log", "system", "powershell", "defender", "firewall"]);

const Step = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("process"),
    ...timing,
    host: Text,
    user: Text,
    image: Text,
    command: Text,
    parent: Text,
    parentCommand: Text.optional(),
  }),
  z.strictObject({ kind: z.literal("sysmon"), ...timing, host: Text, event: z.int().min(1).max(255), fields: Fields }),
  z.strictObject({
    kind: z.literal("windows"),
    ...timing,
    channel: Channel,
    host: Text,
    event: z.int().min(0).max(65_535),
    fields: Fields,
  }),
  z.strictObject({ kind: z.literal("zeek"), ...timing, log: Text, ...traffic }),
  z.strictObject({ kind: z.literal("suricata"), ...timing, event: Text, ...traffic }),
  z.strictObject({ kind: z.literal("syslog"), ...timing, host: Text, program: Text, message: Text }),
  z.strictObject({ kind: z.literal("program"), ...timing, host: Text, argv: z.array(Text).min(2).max(64) }),
  z.strictObject({ kind: z.literal("file"), ...timing, host: Text, exe: Text, path: Text }),
]);

const Program = z.strictObject({ image: Text, command: Text, parent: Text, system: z.boolean().optional() });
const Volume = z.int().min(0).max(MAX_NOISE_PER_KIND);

const Noise = z.strictObject({
  volumes: z.record(z.enum(NOISE_KINDS), Volume),
  domains: z.array(Text).min(1),
  outside: z.array(Text).min(1),
  programs: z.array(Program).min(1),
  serverPrograms: z.array(Program).min(1),
  files: z.array(Text).min(1),
  cron: z.array(z.strictObject({ user: Text, command: Text })).min(1),
  sudo: z.array(Text).min(1),
  audited: z.array(z.array(Text).min(2)).min(1),
});

const Shape = z.strictObject({
  slug: Slug,
  title: LocalText,
  summary: LocalText,
  organisation: LocalText,
  domain: Text,
  netbios: Text,
  utcOffsetMinutes: z.int().min(-720).max(840),
  durationMinutes: z.int().min(1).max(MAX_DURATION_MINUTES),
  resolver: Text,
  poller: Text,
  sensors: z.strictObject({ windows: Text, linux: Text, office: Text, control: Text, ids: Text }),
  hosts: z
    .array(
      z.strictObject({
        name: Text,
        address: Text,
        role: z.enum(["workstation", "server", "linux", "controller"]),
        zone: z.literal("control").optional(),
        speaks: z.enum(CONTROL_PROTOCOLS).optional(),
        user: Text.optional(),
      }),
    )
    .min(1)
    .max(MAX_HOSTS),
  staff: z.array(Text).min(1),
  noise: Noise,
  harmless: z.array(Step).max(MAX_STEPS_PER_PHASE),
  phases: z
    .array(
      z.strictObject({
        id: Slug,
        minute: Minute,
        title: LocalText,
        description: LocalText,
        expects: z.array(z.uuid()).min(1),
        steps: z.array(Step).min(1).max(MAX_STEPS_PER_PHASE),
      }),
    )
    .min(1)
    .max(MAX_PHASES),
});

/** What the ordinary day cannot do without. */
function missingParts({ hosts, noise: { volumes } }: z.infer<typeof Shape>): string[] {
  const answering = (protocol: string): boolean => hosts.some(({ speaks }) => speaks === protocol);
  const missing: string[] = (["workstation", "server", "linux"] as const).filter(
    (role) => !hosts.some((host) => host.role === role && host.zone === undefined),
  );
  if (volumes.modbusRead > 0 && !answering("modbus")) missing.push("controller that speaks modbus");
  if (volumes.s7Read > 0 && !answering("s7")) missing.push("controller that speaks s7");
  if (volumes.dnp3Read + volumes.iec104Connection > 0 && !answering("dnp3"))
    missing.push("controller that speaks dnp3");
  return missing;
}

/** Every host a step names must be one of the scenario's, and noise needs somebody to make it. */
export const ScenarioShape: z.ZodType<Scenario> = Shape.superRefine((scenario, context) => {
  const names = new Set(scenario.hosts.map(({ name }) => name));
  for (const key of ["resolver", "poller"] as const) {
    if (!names.has(scenario[key]))
      context.addIssue({ code: "custom", path: [key], message: `no host "${scenario[key]}"` });
  }
  for (const part of missingParts(scenario)) {
    context.addIssue({ code: "custom", path: ["hosts"], message: `the ordinary day needs a ${part}` });
  }
  const check = (step: z.infer<typeof Step>, path: (string | number)[]): void => {
    if (!("host" in step) || names.has(step.host)) return;
    context.addIssue({ code: "custom", path: [...path, "host"], message: `no host "${step.host}" in this scenario` });
  };
  for (const [index, step] of scenario.harmless.entries()) check(step, ["harmless", index]);
  for (const [phase, { steps }] of scenario.phases.entries()) {
    for (const [index, step] of steps.entries()) check(step, ["phases", phase, "steps", index]);
  }
});
