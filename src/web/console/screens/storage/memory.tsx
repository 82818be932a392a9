import { useFormat } from "../../../kit/i18n/format.ts";
import { hasText, useText } from "../../../kit/i18n/text.tsx";
import { Skeleton } from "../../../kit/skeleton.tsx";
import { Table } from "../../../kit/table.tsx";
import type { ServerMemory } from "../../api/storage-types.ts";
import { FaultView } from "../../fault-view.tsx";
import { useMemory } from "./use-storage.ts";

interface MemoryRow {
  readonly id: string;
  readonly name: string;
  readonly used: number;
  readonly limit: number | undefined;
}

/** Threads of one kind do the same work: they are told as one. */
function rowsOf({ threads, eventStore }: ServerMemory, nameOf: (kind: string, count: number) => string): MemoryRow[] {
  const kinds = Map.groupBy(threads, ({ thread }) => thread.replace(/[ -]?\d+$/u, ""));
  const heaps = [...kinds].map(([kind, group]) => ({
    id: kind,
    name: nameOf(kind, group.length),
    used: group.reduce((sum, thread) => sum + thread.resident + thread.external, 0),
    limit: group.reduce((sum, thread) => sum + thread.limit, 0),
  }));
  const store = { id: "engine", name: nameOf("engine", 1), used: eventStore.used, limit: eventStore.limit };
  return [...heaps, store].sort((one, other) => other.used - one.used);
}

/** Which part of the server occupies how much memory. */
export function Memory() {
  const t = useText();
  const format = useFormat();
  const memory = useMemory();
  const nameOf = (kind: string, n: number) => {
    const key = `storage.thread.${kind}`;
    const name = hasText(key) ? t(key) : kind;
    return n === 1 ? name : t("storage.thread.many", { name, n });
  };
  return (
    <section className="storage-part stack" data-testid="storage-memory">
      <h2>{t("storage.memory")}</h2>
      {memory.isPending && <Skeleton lines={4} />}
      {memory.isError && <FaultView error={memory.error} onRetry={() => void memory.refetch()} />}
      {memory.isSuccess && (
        <>
          <p>
            {t("storage.memory.total", { bytes: format.bytes(memory.data.resident) })}{" "}
            <span className="quiet">
              {t("storage.memory.correlations", {
                groups: format.number(memory.data.correlations.groups),
                events: format.number(memory.data.correlations.events),
              })}
            </span>
          </p>
          <Table<MemoryRow>
            label={t("storage.memory")}
            rows={rowsOf(memory.data, nameOf)}
            rowKey={({ id }) => id}
            columns={[
              { id: "part", header: t("storage.memory.part"), render: ({ name }) => name },
              { id: "used", header: t("storage.memory.used"), numeric: true, render: ({ used }) => format.bytes(used) },
              {
                id: "limit",
                header: t("storage.memory.limit"),
                numeric: true,
                render: ({ limit }) =>
                  limit === undefined ? (
                    <span className="quiet">—</span>
                  ) : (
                    <span className="quiet">{format.bytes(limit)}</span>
                  ),
              },
            ]}
          />
        </>
      )}
    </section>
  );
}
