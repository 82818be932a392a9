const BROWSERS: readonly (readonly [RegExp, string])[] = [
  [/\bEdg\//u, "Edge"],
  [/\bOPR\//u, "Opera"],
  [/\bcoc_coc_browser\//u, "Cốc Cốc"],
  [/\bFirefox\//u, "Firefox"],
  [/\b(?:Headless)?Chrome\//u, "Chrome"],
  [/\bSafari\//u, "Safari"],
];
const SYSTEMS: readonly (readonly [RegExp, string])[] = [
  [/\bWindows\b/u, "Windows"],
  [/\b(?:iPhone|iPad)\b/u, "iOS"],
  [/\bAndroid\b/u, "Android"],
  [/\bMac OS X\b/u, "macOS"],
  [/\bLinux\b/u, "Linux"],
];

const nameIn = (agent: string, among: typeof BROWSERS) => among.find(([pattern]) => pattern.test(agent))?.[1];

/** What a browser calls itself, in two words. Only to recognise one's own: anybody can write anything there. */
export function deviceOf(agent: string): string | undefined {
  const parts = [nameIn(agent, BROWSERS), nameIn(agent, SYSTEMS)].filter((part) => part !== undefined);
  if (parts.length > 0) return parts.join(" · ");
  return agent === "" ? undefined : agent.slice(0, 40);
}
