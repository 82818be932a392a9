/** Test results as JUnit XML, the form continuous integration understands. */
export interface TestResult {
  /** File the test stands in. */
  readonly suite: string;
  readonly name: string;
  /** Undefined: passed. */
  readonly failure: string | undefined;
  readonly tookMs: number;
}

export function junitXml(results: readonly TestResult[]): string {
  const suites = [...Map.groupBy(results, ({ suite }) => suite)];
  const failures = results.filter(({ failure }) => failure !== undefined).length;
  const lines = [
    `<?xml version="1.0" encoding="UTF-8"?>`,
    `<testsuites name="khien rules test" tests="${results.length}" failures="${failures}" time="${seconds(results)}">`,
  ];
  for (const [suite, tests] of suites) {
    const failed = tests.filter(({ failure }) => failure !== undefined).length;
    lines.push(
      `  <testsuite name="${escaped(suite)}" tests="${tests.length}" failures="${failed}" errors="0" skipped="0" time="${seconds(tests)}">`,
    );
    for (const test of tests) lines.push(...testCase(test));
    lines.push("  </testsuite>");
  }
  return `${[...lines, "</testsuites>"].join("\n")}\n`;
}

function testCase({ suite, name, failure, tookMs }: TestResult): string[] {
  const head = `    <testcase classname="${escaped(suite)}" name="${escaped(name)}" time="${(tookMs / 1_000).toFixed(3)}"`;
  if (failure === undefined) return [`${head}/>`];
  const [first = ""] = failure.split("\n", 1);
  return [`${head}>`, `      <failure message="${escaped(first)}">${escaped(failure)}</failure>`, "    </testcase>"];
}

function seconds(tests: readonly TestResult[]): string {
  return (tests.reduce((sum, { tookMs }) => sum + tookMs, 0) / 1_000).toFixed(3);
}

/** XML 1.0 cannot carry most control characters at all, however they are written. */
function escaped(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, "\uFFFD")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("\n", "&#10;")
    .replaceAll("\r", "&#13;")
    .replaceAll("\t", "&#9;");
}
