import type { Language } from "./catalogue.ts";

/** How a person sees the console. */
export interface Look {
  readonly language: Language;
  readonly theme: "dark" | "light";
  readonly width: 1440 | 390;
}

const HEIGHT = { 1440: 900, 390: 844 } as const;

export const WIDE: Look = { language: "vi", theme: "dark", width: 1440 };

/** Every language and theme on a desk, and two of the four on a phone. */
export const LOOKS: readonly Look[] = [
  ...(["vi", "en"] as const).flatMap((language) =>
    (["dark", "light"] as const).map((theme): Look => ({ language, theme, width: 1440 })),
  ),
  { language: "vi", theme: "dark", width: 390 },
  { language: "en", theme: "light", width: 390 },
];

export function nameOf({ language, theme, width }: Look): string {
  return `${language} ${theme} ${width}`;
}

export function contextOptions({ language, theme, width }: Look) {
  return {
    viewport: { width, height: HEIGHT[width] },
    locale: language === "vi" ? "vi-VN" : "en-GB",
    timezoneId: "Asia/Ho_Chi_Minh",
    colorScheme: theme,
    reducedMotion: "reduce",
    acceptDownloads: true,
    ...(width === 390 ? { hasTouch: true, isMobile: true, deviceScaleFactor: 2 } : {}),
  } as const;
}
