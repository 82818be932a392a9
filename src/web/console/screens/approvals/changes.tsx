import { hasText, type Text, useText } from "../../../kit/i18n/text.tsx";
import { SafeText } from "../../../kit/raw-text.tsx";
import type { ApprovalRequest } from "../../api/approval-types.ts";
import { useRoleName } from "../settings/role-words.ts";

interface Change {
  readonly name: string;
  readonly from: string | undefined;
  readonly to: string;
}

const NOTHING = "—";

function shown(value: unknown, t: Text): string {
  if (value === null || value === undefined || value === "") return NOTHING;
  if (typeof value === "boolean") return t(value ? "approvals.yes" : "approvals.no");
  if (typeof value === "object") return JSON.stringify(value);
  return String(value);
}

function isPair(value: unknown): value is { from: unknown; to: unknown } {
  return typeof value === "object" && value !== null && "from" in value && "to" in value;
}

/** What a request holds, as before and after; what only carrying it out needs is left out. */
function useChanges({ details }: ApprovalRequest): Change[] {
  const t = useText();
  const roleName = useRoleName();
  const roleOr = (name: string, value: unknown) => (name === "role" ? roleName(String(value), null) : shown(value, t));
  const { before, after, input: _, ...rest } = details;
  const pairs = Object.entries(rest).map(([name, value]): Change => {
    if (isPair(value)) return { name, from: roleOr(name, value.from), to: roleOr(name, value.to) };
    return { name, from: undefined, to: name === "act" ? t(`approvals.act.${String(value)}`) : shown(value, t) };
  });
  if (before === undefined && after === undefined) return pairs;
  const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;
  if (!isRecord(before) && !isRecord(after)) {
    return [...pairs, { name: "value", from: shown(before, t), to: shown(after, t) }];
  }
  const [old, next] = [isRecord(before) ? before : {}, isRecord(after) ? after : {}];
  const names = [...new Set([...Object.keys(old), ...Object.keys(next)])];
  return [...pairs, ...names.map((name) => ({ name, from: shown(old[name], t), to: shown(next[name], t) }))];
}

export function Changes({ request }: { request: ApprovalRequest }) {
  const t = useText();
  const changes = useChanges(request);
  const label = (name: string) => (hasText(`approvals.detail.${name}`) ? t(`approvals.detail.${name}`) : name);
  return (
    <dl className="approval-changes" data-testid="approval-changes">
      {changes.map(({ name, from, to }) => (
        <div key={name}>
          <dt>{label(name)}</dt>
          <dd>
            {from !== undefined && (
              <>
                <del>
                  <SafeText text={from} />
                </del>{" "}
                <span aria-hidden="true">→</span>{" "}
              </>
            )}
            <SafeText text={to} />
          </dd>
        </div>
      ))}
    </dl>
  );
}
