import type { Finding, Project } from "./project.ts";

/** Terms under which everything that is shipped may be passed on, also by those who change it. */
const LICENCES: ReadonlySet<string> = new Set([
  "MIT",
  "MIT-0",
  "ISC",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "Apache-2.0",
  "BlueOak-1.0.0",
  "0BSD",
  "OFL-1.1",
  "CC0-1.0",
  "Unlicense",
  "(MIT AND Zlib)",
]);
/** Terms stand in the package's own LICENSE file, not in its manifest: read by a person. */
const READ: Readonly<Record<string, string>> = { "png-js": "MIT" };
const EXACT = /^\d+\.\d+\.\d+(?:-[\w.]+)?$/u;

interface Locked {
  readonly license?: string;
  readonly dev?: boolean;
  readonly hasInstallScript?: boolean;
  readonly resolved?: string;
}

/** What comes from others comes in an exact version, on known terms, and runs nothing while it is installed. */
export function supply({ files }: Project): Finding[] {
  return [...versions(files), ...locked(files)];
}

function versions(files: Project["files"]): Finding[] {
  const manifest = JSON.parse(files.get("package.json") ?? "{}") as Record<string, Record<string, string> | undefined>;
  const wanted = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies });
  return wanted
    .filter(([, version]) => !EXACT.test(version))
    .map(([name, version]) => ({
      rule: "supply",
      file: "package.json",
      line: 0,
      message: `${name} ${version} is not an exact version`,
    }));
}

function locked(files: Project["files"]): Finding[] {
  const { packages = {} } = JSON.parse(files.get("package-lock.json") ?? "{}") as { packages?: Record<string, Locked> };
  const complain = (message: string): Finding => ({ rule: "supply", file: "package-lock.json", line: 0, message });
  return Object.entries(packages).flatMap(([path, entry]) => {
    if (path === "") return [];
    const name = path.replace(/^.*node_modules\//u, "");
    return [
      ...(entry.hasInstallScript ? [complain(`${name} runs a script while it is installed`)] : []),
      ...(entry.resolved === undefined ? [] : [complain(`${name} is tied to one registry's address`)]),
      ...(entry.dev || LICENCES.has(entry.license ?? READ[name] ?? "")
        ? []
        : [complain(`${name} comes on terms not agreed to: ${entry.license ?? "none stated"}`)]),
    ];
  });
}
